/** The guards of the files, each with what taking it out looks like and which checks must notice. */
import { checks } from './checks.js';
import type { Mutant } from './mutant.js';

const { power, flip, model, log, snapshots, manifests, index, indexes, storage } = checks;

export const fileMutants: readonly Mutant[] = [
  {
    name: 'fdatasync of the log',
    file: 'src/log/log-tail.ts',
    find: 'await this.#log.sync();',
    replace: '',
    caughtBy: [power],
  },
  {
    name: 'fsync of a published file',
    file: 'src/storage/atomic-file.ts',
    find: 'await file.sync();',
    replace: '',
    caughtBy: [power],
  },
  {
    name: 'fsync of the directory',
    file: 'src/storage/atomic-file.ts',
    find: 'await fs.syncDirectory(dirname(path));',
    replace: '',
    caughtBy: [power],
  },
  {
    name: 'fsync of a staged file',
    file: 'src/snapshot/merge/staging-files.ts',
    find: 'await file.sync();',
    replace: '',
    caughtBy: [power],
  },
  {
    name: 'the log is synced before the next file is begun',
    file: 'src/log/log-tail.ts',
    find: 'await this.sync();',
    replace: '',
    caughtBy: [log, power],
  },
  {
    name: 'payload checksum of an entry',
    file: 'src/log/read-log.ts',
    find: 'if (crc32(payload, saltCrc) !== head.payloadCrc) break;',
    replace: '',
    caughtBy: [log, flip],
  },
  {
    name: 'header checksum of an entry',
    file: 'src/log/entry.ts',
    find: 'if (crc32(checked, saltCrc) !== bytes.readUInt32LE(start + 1)) return false;',
    replace: '',
    caughtBy: [log, flip],
  },
  {
    name: 'sequence of an entry',
    file: 'src/log/read-log.ts',
    find: 'head.sequence !== sequence + 1 || ',
    replace: '',
    caughtBy: [log],
  },
  {
    name: 'a later entry tells that a bad one was durable',
    file: 'src/log/torn-tail.ts',
    find: 'head.durableSequence >= bad.sequence',
    replace: 'false',
    caughtBy: [log, flip],
  },
  {
    name: 'a bad tail that nobody was told of is no damage',
    file: 'src/log/torn-tail.ts',
    find: 'head.durableSequence >= bad.sequence',
    replace: 'true',
    caughtBy: [log, power],
  },
  {
    name: 'checksum of a block of a snapshot',
    file: 'src/snapshot/binary/snapshot-part.ts',
    find: 'if (checksum.crc !== crc32(covered)) {',
    replace: 'if (false) {',
    caughtBy: [snapshots, flip],
  },
  {
    name: 'footer of a snapshot',
    file: 'src/snapshot/binary/block-reader.ts',
    find: 'part.verifyFooter(encoded, this.#offset(), digest);',
    replace: '',
    caughtBy: [snapshots, flip],
  },
  {
    name: 'checksum of the manifest',
    file: 'src/snapshot/manifest.ts',
    find: 'if (crc32(encoded) !== bytes.readUInt32LE(1)) {',
    replace: 'if (false) {',
    caughtBy: [manifests, flip],
  },
  {
    name: 'digest of the index',
    file: 'src/index/index-file.ts',
    find: 'if (!sha256.equals(entry.sha256))',
    replace: 'if (false)',
    caughtBy: [index, flip],
  },
  {
    name: 'parameters of a saved graph',
    file: 'src/collection/state/index-holder.ts',
    find: 'if (sameGraph(serving.config, this.#config)) serving',
    replace: 'if (serving !== undefined) serving',
    caughtBy: [indexes],
  },
  {
    name: 'rows that change while a graph is built',
    file: 'src/collection/state/index-build.ts',
    find: 'if (slot < this.#next || slot >= this.#end) this',
    replace: 'if (slot >= this.#end) this',
    caughtBy: [indexes],
  },
  {
    name: 'new log file after a recovery',
    file: 'src/collection/recovery/recover.ts',
    find: 'if (result.entries === 0) await',
    replace: 'await',
    caughtBy: [model],
  },
  {
    name: 'rename of a published file after it is whole',
    file: 'src/storage/atomic-file.ts',
    find: 'await fs.rename(temporary, path);',
    replace:
      'await fs.rename(temporary, path);\n    await (await fs.open(path, "write")).truncate(0);',
    caughtBy: [storage],
  },
];
