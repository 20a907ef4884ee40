/** Every RPC that the server offers, called by everybody: what is not in the table fails the test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { accessOf } from '../../src/service/access.js';
import { services } from '../../src/service/methods.js';
import { standardServices } from '../../src/service/standard-services.js';
import { summary } from '../support/client.js';
import { makeKey, rawClientWith, writeKeys } from '../support/keys.js';
import { bytesField } from '../support/records.js';
import { startTestServer, type TestServer } from '../support/server.js';

type Needed = 'read' | 'write' | 'admin' | 'any' | 'open';

/** What each RPC needs, written apart from the server's own table. */
const needed: Readonly<Record<string, Needed>> = {
  'protovec.v1.CollectionService/AggregateRecords': 'read',
  'protovec.v1.CollectionService/CreateCollection': 'admin',
  'protovec.v1.CollectionService/DeleteCollection': 'admin',
  'protovec.v1.CollectionService/GetCollection': 'read',
  'protovec.v1.CollectionService/ListCollections': 'read',
  'protovec.v1.CollectionService/UpdateCollection': 'admin',
  'protovec.v1.IndexService/BuildIndex': 'write',
  'protovec.v1.IndexService/DropIndex': 'admin',
  'protovec.v1.IndexService/GetIndex': 'read',
  'protovec.v1.RecordService/BatchDeleteRecords': 'write',
  'protovec.v1.RecordService/BatchGetRecords': 'read',
  'protovec.v1.RecordService/BatchInsert': 'write',
  'protovec.v1.RecordService/BatchUpsertRecords': 'write',
  'protovec.v1.RecordService/ClearRecords': 'write',
  'protovec.v1.RecordService/CountRecords': 'read',
  'protovec.v1.RecordService/DeleteRecord': 'write',
  'protovec.v1.RecordService/ExportRecords': 'read',
  'protovec.v1.RecordService/GetRecord': 'read',
  'protovec.v1.RecordService/IngestRecords': 'write',
  'protovec.v1.RecordService/ListRecords': 'read',
  'protovec.v1.RecordService/UpsertRecord': 'write',
  'protovec.v1.SearchService/BatchSearch': 'read',
  'protovec.v1.SearchService/Search': 'read',
  'protovec.v1.SearchService/SearchStream': 'read',
  'protovec.v1.ServerService/GetServerInfo': 'any',
  'protovec.v1.SnapshotService/CreateSnapshot': 'write',
  'protovec.v1.SnapshotService/DeleteSnapshot': 'admin',
  'protovec.v1.SnapshotService/DiffSnapshots': 'read',
  'protovec.v1.SnapshotService/DownloadSnapshot': 'read',
  'protovec.v1.SnapshotService/ForceSave': 'write',
  'protovec.v1.SnapshotService/GetUpload': 'write',
  'protovec.v1.SnapshotService/ListSnapshots': 'read',
  'protovec.v1.SnapshotService/MergeRecords': 'write',
  'protovec.v1.SnapshotService/MergeSnapshot': 'write',
  'protovec.v1.SnapshotService/RestoreSnapshot': 'admin',
  'protovec.v1.SnapshotService/UploadSnapshot': 'write',
  'protovec.v1.SnapshotService/ValidateSnapshot': 'read',
  'grpc.health.v1.Health/Check': 'open',
  'grpc.health.v1.Health/List': 'open',
  'grpc.health.v1.Health/Watch': 'open',
  'grpc.reflection.v1.ServerReflection/ServerReflectionInfo': 'any',
  'grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo': 'any',
};

/** RPCs that name no collection, so that a key for others may call them. */
const nameless = ['ListCollections', 'GetServerInfo', 'ServerReflectionInfo'];

interface Rpc {
  readonly name: string;
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  responseDeserialize(bytes: Buffer): Buffer;
}

const rpcs: Rpc[] = [...services, ...standardServices]
  .flatMap((service) => Object.values(service))
  .map(({ path, requestStream, responseStream }) => ({
    name: path.slice(1),
    path,
    requestStream,
    responseStream,
    responseDeserialize: (bytes: Buffer): Buffer => bytes,
  }));
/** Those that end by themselves. */
const calledRpcs = rpcs.filter(({ name }) => name !== 'grpc.health.v1.Health/Watch');

const expired = makeKey({ expires: '2020-01-01T00:00:00Z' });
const revoked = makeKey({ revoked: '2020-01-01T00:00:00Z' });
const reader = makeKey({ scopes: ['read'] });
const writer = makeKey({ scopes: ['write'] });
const admin = makeKey({ scopes: ['admin'] });
const elsewhere = makeKey({ collections: ['other'] });
const stranger = makeKey();
const forged = `${reader.text.slice(0, 20)}${stranger.text.slice(20)}`;

const invalid = 'UNAUTHENTICATED INVALID_KEY';
const missing = 'PERMISSION_DENIED SCOPE_MISSING';
const admitted = 'admitted';

/** Who calls, with which header, and what becomes of it. */
const callers: [who: string, header: string | undefined, expected: (rpc: Rpc) => string][] = [
  ['no key', undefined, () => invalid],
  ['no key but text', 'Bearer let me in', () => invalid],
  ['a key without Bearer', reader.text, () => invalid],
  ['a key of another server', `Bearer ${stranger.text}`, () => invalid],
  ['a good id with another secret', `Bearer ${forged}`, () => invalid],
  ['an expired key', `Bearer ${expired.text}`, () => invalid],
  ['a revoked key', `Bearer ${revoked.text}`, () => invalid],
  ['a key to read', `Bearer ${reader.text}`, (called) => allowed(called, 'read')],
  ['a key to write', `Bearer ${writer.text}`, (called) => allowed(called, 'write')],
  ['a key to administer', `Bearer ${admin.text}`, (called) => allowed(called, 'admin')],
  [
    'a key for another collection',
    `Bearer ${elsewhere.text}`,
    ({ name }) => (nameless.includes(name.split('/')[1]!) ? admitted : `${missing} collection`),
  ],
];

function allowed({ name }: Rpc, scope: Needed): string {
  return needed[name] === 'any' || needed[name] === scope ? admitted : missing;
}

describe('who may call what', () => {
  let directory: string;
  let server: TestServer;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-matrix-'));
    const keysFile = join(directory, 'keys.json');
    await writeKeys(keysFile, expired, revoked, reader, writer, admin, elsewhere);
    server = await startTestServer({ keysFile, workers: 1 });
  });

  after(async () => {
    await server?.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('is told for every RPC that is served, and for none that is not', () => {
    expect(Object.keys(needed)).to.have.members(rpcs.map(({ name }) => name));
    for (const name of Object.keys(needed)) {
      expect(accessOf(`/${name}`), name).to.equal(needed[name]);
    }
  });

  for (const [who, header, expected] of callers) {
    it(`holds for ${who}`, async () => {
      const client = rawClientWith(server.address, header);
      try {
        const outcomes = await Promise.all(
          calledRpcs.map(async (called) => {
            const { failure } = await client.call(called, bytesField(1, 'missing'));
            const refused =
              failure?.code === 'UNAUTHENTICATED' || failure?.code === 'PERMISSION_DENIED';
            return [called.name, refused ? summary(failure) : admitted];
          }),
        );
        const wanted = calledRpcs.map((called) => [
          called.name,
          needed[called.name] === 'open' ? admitted : expected(called),
        ]);
        expect(Object.fromEntries(outcomes)).to.deep.equal(Object.fromEntries(wanted));
      } finally {
        client.close();
      }
    });
  }

  it('is refused to everybody when nobody said who may', () => {
    expect(accessOf('/protovec.v1.CollectionService/Rename')).to.equal(undefined);
    expect(accessOf('/protovec.internal.Engine/Drain')).to.equal(undefined);
  });
});
