import { readFile } from 'node:fs/promises';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { ProtovecError } from '../src/index.js';
import * as raw from '../src/raw.js';
import { serviceConfig } from '../src/transport/service-config.js';
import { rejection, startServer, type TestServer } from './support/test-server.js';

async function failureOf(call: Promise<unknown>): Promise<ProtovecError> {
  const error = await rejection(call);
  if (error instanceof ProtovecError) return error;
  throw error;
}

/** Calls that arrived, by method. */
let arrived: Record<string, number>;
/** How many of the first calls fail, and how. */
let failing: { count: number; code: status; pushback?: string };

function arrive(method: string): Partial<ServiceError> | null {
  arrived[method] = (arrived[method] ?? 0) + 1;
  if (arrived[method] > failing.count) return null;
  const metadata = new Metadata();
  if (failing.pushback !== undefined) metadata.set('grpc-retry-pushback-ms', failing.pushback);
  return { code: failing.code, details: 'not now', metadata };
}

describe('calls that fail', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({
      records: {
        countRecords: (_, callback) => callback(arrive('count'), { count: 1n }),
        deleteRecord: (_, callback) =>
          callback(arrive('delete'), raw.DeleteRecordResponse.fromPartial({})),
        clearRecords: (_, callback) =>
          callback(arrive('clear'), raw.ClearRecordsResponse.fromPartial({})),
        exportRecords: (call) => {
          const error = arrive('export');
          if (error === null) call.end();
          else call.emit('error', error);
        },
      },
    });
  });
  beforeEach(() => {
    arrived = {};
    failing = { count: 2, code: status.UNAVAILABLE, pushback: '1' };
  });
  after(() => server.stop());

  it('are repeated when they change nothing', async () => {
    const docs = server.client.collection('docs');
    expect(await docs.count()).equals(1);
    for await (const _ of docs.export()) throw new Error('there is nothing to export');
    expect(arrived).deep.equals({ count: 3, export: 3 });
  });

  it('are repeated without a word of the server about when', async () => {
    failing = { count: 1, code: status.UNAVAILABLE };
    expect(await server.client.collection('docs').count()).equals(1);
    expect(arrived).deep.equals({ count: 2 });
  });

  it('are not repeated when they write', async () => {
    const docs = server.client.collection('docs');
    for (const write of [() => docs.delete('a'), () => docs.clear()]) {
      expect((await failureOf(write())).codeName).equals('UNAVAILABLE');
    }
    expect(arrived).deep.equals({ delete: 1, clear: 1 });
  });

  it('are not repeated for other statuses, nor against the word of the server', async () => {
    const docs = server.client.collection('docs');
    for (const code of [status.RESOURCE_EXHAUSTED, status.INTERNAL, status.ABORTED]) {
      arrived = {};
      failing = { count: 2, code, pushback: '1' };
      expect((await failureOf(docs.count())).code).equals(code);
      expect(arrived).deep.equals({ count: 1 });
    }
    arrived = {};
    failing = { count: 2, code: status.UNAVAILABLE, pushback: '-1' };
    expect((await failureOf(docs.count())).codeName).equals('UNAVAILABLE');
    expect(arrived).deep.equals({ count: 1 });
  });

  it('fail in the end with what the last attempt failed with', async () => {
    failing = { count: 100, code: status.UNAVAILABLE, pushback: '1' };
    const error = await failureOf(server.client.collection('docs').count());
    expect([error.codeName, error.message]).deep.equals(['UNAVAILABLE', 'not now']);
    expect(arrived).deep.equals({ count: 4 });
  });

  it('end at their deadline, whatever the server says', async () => {
    failing = { count: 100, code: status.UNAVAILABLE, pushback: '60000' };
    const error = await failureOf(
      server.client.collection('docs').count(undefined, { timeoutMs: 200 }),
    );
    expect(error.codeName).equals('DEADLINE_EXCEEDED');
    expect(arrived).deep.equals({ count: 1 });
  });
});

describe('the service config', () => {
  it('is the one that is published', async () => {
    const published = new URL('../../../docs/service-config.json', import.meta.url);
    expect(JSON.parse(await readFile(published, 'utf8'))).deep.equals(serviceConfig);
  });

  it('names methods of the schema, and none that writes', () => {
    const known = [
      raw.CollectionServiceService,
      raw.IndexServiceService,
      raw.RecordServiceService,
      raw.SearchServiceService,
      raw.ServerServiceService,
      raw.SnapshotServiceService,
    ].flatMap((service) => Object.values(service).map(({ path }) => path.slice(1)));
    const named = serviceConfig.methodConfig[0].name.map((m) => `${m.service}/${m.method}`);
    expect(known).includes.members(named);
    const reads =
      /\/(Get|List|Count|Aggregate|BatchGet|Export|Download|Search|BatchSearch)[A-Za-z]*$/;
    for (const name of named) expect(name).matches(reads);
  });
});
