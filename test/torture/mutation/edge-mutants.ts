/** The guards of the server's edge: who may call, what is refused, what callers are told. */
import { checks } from './checks.js';
import type { Mutant } from './mutant.js';

const { keyring, matrix, keyCollections, keySecrecy, exposure, tls, tlsReload } = checks;
const { bombs, edge, firstBytes, unary, names, health, reflection } = checks;

const keys: readonly Mutant[] = [
  {
    name: 'a call needs a key before all else',
    file: 'src/service/authentication.ts',
    find: 'this.#holder = keyring.authenticate(',
    replace: 'if (metadata.get("authorization").length > 0) this.#holder = keyring.authenticate(',
    caughtBy: [matrix],
  },
  {
    name: 'secret of a key',
    file: 'src/access/keyring.ts',
    find: 'if (entry === undefined || !same) {',
    replace: 'if (entry === undefined) {',
    caughtBy: [keyring],
  },
  {
    name: 'expiry of a key',
    file: 'src/access/keyring.ts',
    find: 'if (this.#now() < entry.expiresMs) return entry;',
    replace: 'if (true) return entry;',
    caughtBy: [keyring],
  },
  {
    name: 'revocation of a key',
    file: 'src/access/keyring.ts',
    find: 'if (entry.revoked) {',
    replace: 'if (false) {',
    caughtBy: [keyring],
  },
  {
    name: 'revocation of a key whose stream is open',
    file: 'src/service/authentication.ts',
    find: 'holder = keyring.current(holder);',
    replace: '',
    caughtBy: [keySecrecy],
  },
  {
    name: 'scope of a key',
    file: 'src/service/authentication.ts',
    find: 'checkScope(this.#holder, access, method.path);',
    replace: '',
    caughtBy: [matrix],
  },
  {
    name: 'collections of a key',
    file: 'src/service/authentication.ts',
    find: "if (allowed.has(message.toString('latin1', start, end))) return;",
    replace: 'if (true) return;',
    caughtBy: [keyCollections],
  },
  {
    name: 'a limited key names a collection',
    file: 'src/service/authentication.ts',
    find: 'if (this.#named) return;',
    replace: 'if (true) return;',
    caughtBy: [keyCollections],
  },
  {
    name: 'a second field that names a collection',
    file: 'src/service/access.ts',
    find: "'/protovec.v1.SnapshotService/RestoreSnapshot': [1, 3],",
    replace: "'/protovec.v1.SnapshotService/RestoreSnapshot': [1],",
    caughtBy: [keyCollections],
  },
  {
    name: 'collections in a list that a limited key may see',
    file: 'src/service/authentication.ts',
    find: 'isList && allowed ? only(allowed, message) : message',
    replace: 'isList && false ? only(allowed!, message) : message',
    caughtBy: [keyCollections],
  },
];

const connections: readonly Mutant[] = [
  {
    name: 'listening beyond this machine needs TLS and keys',
    file: 'src/service/exposure.ts',
    find: 'if (missing.length === 0) return;',
    replace: 'if (true) return;',
    caughtBy: [exposure],
  },
  {
    name: 'oldest version of TLS and its ciphers',
    file: 'src/service/tls-handshakes.ts',
    find: 'return { ...context, ciphers, ',
    replace: 'return { ...context, minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0", ',
    caughtBy: [tls],
  },
  {
    name: 'certificates of clients',
    file: 'src/service/tls-handshakes.ts',
    find: 'rejectUnauthorized: certificates.askClients,',
    replace: 'rejectUnauthorized: false,',
    caughtBy: [tls],
  },
  {
    name: 'sessions of TLS are not resumed',
    file: 'src/service/tls-handshakes.ts',
    find: 'secureOptions: constants.SSL_OP_NO_TICKET',
    replace: 'secureOptions: 0',
    caughtBy: [tls],
  },
  {
    name: 'handshakes that may be under way',
    file: 'src/service/tls-handshakes.ts',
    find: 'if (this.#underWay.size > limits.tlsHandshakesMax) {',
    replace: 'if (false) {',
    caughtBy: [tls],
  },
  {
    name: 'a new certificate fits its key',
    file: 'src/service/certificates.ts',
    find: 'if (!certificate.checkPrivateKey(privateKey(key, keyFile))) {',
    replace: 'if (false) {',
    caughtBy: [tlsReload],
  },
  {
    name: 'a new certificate has not expired',
    file: 'src/service/certificates.ts',
    find: 'if (now >= Date.parse(validTo)) {',
    replace: 'if (false) {',
    caughtBy: [tlsReload],
  },
  {
    name: 'connections that never speak',
    file: 'src/service/opening-connections.ts',
    find: 'const timer = setTimeout(() => socket.destroy(), this.#ms);',
    replace: 'const timer = setTimeout(() => undefined, this.#ms);',
    caughtBy: [edge],
  },
  {
    name: 'connections that speak something else',
    file: 'src/service/first-bytes.ts',
    find: "if (preface.compare(bytes, 0, known, 0, known) !== 0) return 'foreign';",
    replace: '',
    caughtBy: [firstBytes],
  },
  {
    name: 'connections that begin with too much',
    file: 'src/service/first-bytes.ts',
    find: 'mostFrames(bytes) > limits.connectionStreamsMax',
    replace: 'mostFrames(bytes) > Number.POSITIVE_INFINITY',
    caughtBy: [firstBytes],
  },
];

const calls: readonly Mutant[] = [
  {
    name: 'bytes of requests that are held',
    file: 'src/service/request-budget.ts',
    find: 'if (holder.bytes + bytes > this.#connectionMax || this.#bytes + bytes > this.#max) return false;',
    replace: '',
    caughtBy: [edge],
  },
  {
    name: 'bytes of requests that all connections hold',
    file: 'src/service/request-budget.ts',
    find: ' || this.#bytes + bytes > this.#max',
    replace: '',
    caughtBy: [edge],
  },
  {
    name: 'deadline of a call that gives none',
    file: 'src/service/edge.ts',
    find: 'this.#setDeadline(base);',
    replace: '',
    caughtBy: [edge],
  },
  {
    name: 'calls whose request never arrives',
    file: 'src/service/arrivals.ts',
    find: 'if (!arrival.isOver) arrival.expire();',
    replace: '',
    caughtBy: [edge],
  },
  {
    name: 'calls that wait for a worker',
    file: 'src/engine/channel-calls.ts',
    find: 'const full = this.#calls.size >= calls;',
    replace: 'const full = false;',
    caughtBy: [edge],
  },
  {
    name: 'bytes of requests that wait for a worker',
    file: 'src/engine/channel-calls.ts',
    find: 'if (!full && this.#bytes + bytes <= bytesMax) return;',
    replace: 'if (!full) return;',
    caughtBy: [edge],
  },
  {
    name: 'largest message that is received',
    file: 'src/service/server.ts',
    find: "'grpc.max_receive_message_length': limits.receiveBytesMax,",
    replace: "'grpc.max_receive_message_length': -1,",
    caughtBy: [unary],
  },
  {
    name: 'name of a collection',
    file: 'src/wire/names.ts',
    find: 'if (COLLECTION_NAME.test(name)) return;',
    replace: 'if (true) return;',
    caughtBy: [names],
  },
];

const fields: readonly Mutant[] = [
  {
    name: 'fields of requests that are decoded whole',
    file: 'src/record/strict-decode.ts',
    find: 'if (numbers > NUMBERS_MAX) throw tooManyFields(limits.requestFieldsMax);',
    replace: '',
    caughtBy: [bombs],
  },
  {
    name: 'fields of a search',
    file: 'src/wire/search-request.ts',
    find: 'if (this.#fields > limits.searchFieldsMax)',
    replace: 'if (false)',
    caughtBy: [bombs],
  },
  {
    name: 'fields of requests that are read in place',
    file: 'src/record/cursor.ts',
    find: 'if (++this.#fields > this.#fieldsMax) throw tooManyFields(this.#fieldsMax);',
    replace: '',
    caughtBy: [bombs],
  },
];

const standards: readonly Mutant[] = [
  {
    name: 'health while the server stops',
    file: 'src/service/health.ts',
    find: '!this.#isDraining && ',
    replace: '',
    caughtBy: [health],
  },
  {
    name: 'watchers keep no server from stopping',
    file: 'src/service/health-service.ts',
    find: 'else if (health.isDraining)',
    replace: 'else if (false)',
    caughtBy: [health],
  },
  {
    name: 'health while a log is latched',
    file: 'src/service/health-monitor.ts',
    find: 'isWritable: this.#latched.length === 0',
    replace: 'isWritable: true',
    caughtBy: [health],
  },
  {
    name: 'health while a worker is down',
    file: 'src/service/health-monitor.ts',
    find: 'pool.isReady && !this.#isSilent',
    replace: '!this.#isSilent',
    caughtBy: [health],
  },
  {
    name: 'health while a worker does not answer',
    file: 'src/service/health-monitor.ts',
    find: 'pool.isReady && !this.#isSilent',
    replace: 'pool.isReady',
    caughtBy: [health],
  },
  {
    name: 'longest request of the standard services',
    file: 'src/service/small-request.ts',
    find: 'if (request.length > most) {',
    replace: 'if (false) {',
    caughtBy: [health],
  },
  {
    name: 'a stream of reflection ends after its last answer',
    file: 'src/service/reflection.ts',
    find: 'if (!stream.isAnswering && ',
    replace: 'if (',
    caughtBy: [reflection],
  },
  {
    name: 'reflection sends what a file imports',
    file: 'src/service/reflection-index.ts',
    find: 'closure.add(dependency);',
    replace: '{}',
    caughtBy: [reflection],
  },
];

export const edgeMutants: readonly Mutant[] = [
  ...keys,
  ...connections,
  ...calls,
  ...fields,
  ...standards,
];
