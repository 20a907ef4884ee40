import { readFileSync } from 'node:fs';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { expect } from 'chai';
import { ListCollectionsResponse } from '../../../src/gen/protovec/v1/collection_service.js';
import { GetServerInfoResponse } from '../../../src/gen/protovec/v1/server_service.js';
import { limits } from '../../../src/limits.js';
import { services } from '../../../src/service/methods.js';
import { version } from '../../../src/service/server-service.js';
import { standardServices } from '../../../src/service/standard-services.js';
import { type FixtureServer, startFixtureServer } from './fixture-server.js';

const image = readFileSync(new URL('../../../src/gen/protovec.binpb', import.meta.url));
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
const schema = [...registry].filter((type) => type.kind === 'service').flatMap((s) => s.methods);

describe('the methods that are served', () => {
  it('are those of the schema', () => {
    const declared = schema.map(({ parent, name }) => `/${parent.typeName}/${name}`);
    const served = [...services, ...standardServices].flatMap((service) =>
      Object.values(service).map(({ path }) => path),
    );
    expect(served.sort()).deep.equals(declared.sort());
  });

  it('name their collection in field 1, by which they are routed', () => {
    const unrouted = ['ListCollections', 'GetServerInfo'];
    for (const { name, input, parent } of schema) {
      if (parent.typeName.startsWith('grpc.')) continue;
      if (unrouted.includes(name)) continue;
      const field = input.fields.find(({ number }) => number === 1);
      expect(`${field?.name} ${field?.fieldKind}`, name).equals('collection scalar');
    }
  });
});

describe('methods that the main thread answers', () => {
  let fixture: FixtureServer;
  before(async () => {
    fixture = await startFixtureServer(3);
  });
  after(() => fixture.close());

  it('ListCollections merges what all workers have, sorted', async () => {
    const path = '/protovec.v1.CollectionService/ListCollections';
    const { answer } = await fixture.client.unary(Buffer.alloc(0), path);
    const { collections } = ListCollectionsResponse.decode(answer!);
    expect(collections.map(({ name }) => name)).deep.equals(['c1', 'c2', 'c3']);
  });

  it('GetServerInfo tells the version and the limits', async () => {
    const path = '/protovec.v1.ServerService/GetServerInfo';
    const { answer } = await fixture.client.unary(Buffer.alloc(0), path);
    const info = GetServerInfoResponse.decode(answer!);
    expect(info.version)
      .equals(version)
      .and.matches(/^\d+\.\d+\.\d+/);
    expect(info.limits!.maxReceiveBytes).equals(BigInt(limits.receiveBytesMax));
    expect(
      Object.values(info.limits!).every((limit) => Number(limit) > 0 || limit instanceof Object),
    ).equals(true);
  });
});
