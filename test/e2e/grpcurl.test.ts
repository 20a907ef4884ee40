/** Every service called by a stock client through server reflection alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { services } from '../../src/service/methods.js';
import { standardServices } from '../../src/service/standard-services.js';
import { Authority } from '../support/certificates.js';
import { makeKey, writeKeys } from '../support/keys.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { grpcurl, installGrpcurl } from './grpcurl.js';

const offered = [...services, ...standardServices].flatMap((service) => Object.values(service));
const names = [...new Set(offered.map(({ path }) => path.split('/')[1]!))].sort();

/** One call of each service, in this order, and what its answer must hold. */
const calls: readonly (readonly [method: string, request: string, answer: RegExp])[] = [
  ['grpc.health.v1.Health/Check', '{}', /"status": "SERVING"/],
  [
    'protovec.v1.CollectionService/CreateCollection',
    '{"collection": "docs", "config": {"dimension": 2}}',
    /"name": "docs"/,
  ],
  [
    'protovec.v1.RecordService/UpsertRecord',
    '{"collection": "docs", "record": {"id": "a", "embedding": [1, 0], "content": "first"}}',
    /"sequence": "\d+"/,
  ],
  [
    'protovec.v1.RecordService/BatchInsert',
    '{"collection": "docs", "records": [{"id": "b", "embedding": [0, 1]}]}' +
      '{"collection": "docs", "records": [{"id": "c", "embedding": [1, 1]}]}',
    /"createdCount": "2"/,
  ],
  [
    'protovec.v1.SearchService/Search',
    '{"collection": "docs", "vector": {"values": [1, 0]}, "limit": 1}',
    /"id": "a"/,
  ],
  ['protovec.v1.IndexService/GetIndex', '{"collection": "docs"}', /"kind"/],
  ['protovec.v1.SnapshotService/CreateSnapshot', '{"collection": "docs"}', /"snapshotId"/],
  ['protovec.v1.ServerService/GetServerInfo', '{}', /"version"/],
  [
    'grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    '{"list_services": ""}',
    /"name": "protovec.v1.SearchService"/,
  ],
  [
    'grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
    '{"file_by_filename": "protovec/v1/record.proto"}',
    /"fileDescriptorProto"/,
  ],
];

describe('grpcurl', function () {
  this.timeout(300_000);
  let directory: string;
  let server: TestServer;
  before(async function () {
    const missing = await installGrpcurl();
    if (missing !== undefined) {
      console.log(`      grpcurl is not tried: ${missing}`);
      this.skip();
    }
    directory = await mkdtemp(join(tmpdir(), 'protovec-grpcurl-'));
  });
  after(async () => {
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  });

  /** Lists, describes and calls; `flags` are grpcurl's, for a connection to `server`. */
  async function tryAll(flags: readonly string[]): Promise<void> {
    const { address } = server;
    const listed = (await grpcurl(...flags, address, 'list')).trim().split('\n');
    expect(listed.sort()).deep.equals(names);
    for (const name of names) {
      const methods = (await grpcurl(...flags, address, 'list', name)).trim().split('\n');
      const expected = offered
        .filter(({ path }) => path.startsWith(`/${name}/`))
        .map(({ path }) => path.slice(1).replace('/', '.'));
      expect(methods.sort()).deep.equals(expected.sort());
    }
    const described = await grpcurl(...flags, address, 'describe');
    for (const name of names) expect(described).includes(`${name} is a service:`);
    expect(await grpcurl(...flags, address, 'describe', 'protovec.v1.VectorRecord'))
      .includes('repeated float embedding')
      .and.includes('.google.protobuf.Timestamp');
    for (const [method, request, answer] of calls) {
      expect(await grpcurl(...flags, '-d', request, address, method), method).matches(answer);
    }
  }

  it('calls every service', () => {
    const called = new Set(calls.map(([method]) => method.split('/')[0]));
    expect(names.filter((name) => !called.has(name))).deep.equals([]);
  });

  it('works in plain text', async () => {
    server = await startTestServer();
    try {
      await tryAll(['-plaintext']);
      const wrong = '{"collection": "docs", "limit": 1, "vector": {"values": [1]}}';
      const failure = await grpcurl(
        ...['-plaintext', '-d', wrong, server.address, 'protovec.v1.SearchService/Search'],
      ).catch(String);
      expect(failure).includes('InvalidArgument');
    } finally {
      await server.close();
    }
  });

  it('works over TLS with an API key, and not without one', async () => {
    const authority = await Authority.make();
    const { certificate, key } = await authority.issue();
    const file = (name: string) => join(directory, name);
    await writeFile(file('ca.pem'), authority.certificate);
    await writeFile(file('cert.pem'), certificate);
    await writeFile(file('key.pem'), key);
    const tls = { certificateFile: file('cert.pem'), keyFile: file('key.pem') };
    const admin = makeKey();
    await writeKeys(file('keys.json'), admin);
    server = await startTestServer({ tls, keysFile: file('keys.json') });
    const trusting = ['-cacert', file('ca.pem')];
    try {
      const { address } = server;
      const refused = await grpcurl(...trusting, address, 'list').catch(String);
      expect(refused).includes('API key');
      await tryAll([...trusting, '-H', `authorization: Bearer ${admin.text}`]);
    } finally {
      await server.close();
    }
  });
});
