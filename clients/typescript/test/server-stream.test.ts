import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { ProtovecError } from '../src/index.js';
import { type ExportRecordsResponse, VectorRecord } from '../src/raw.js';
import {
  eventually,
  failure,
  rejection,
  startServer,
  type TestServer,
} from './support/test-server.js';

function message(from: number, count: number): ExportRecordsResponse {
  const records = Array.from({ length: count }, (_, index) =>
    VectorRecord.create({ id: String(from + index), embedding: [from + index] }),
  );
  return { records };
}

describe('a server stream', () => {
  let server: TestServer;
  let calls: number;
  let cancelled: number;
  let written: number;

  before(async () => {
    server = await startServer({
      records: {
        exportRecords: (call) => {
          calls += 1;
          call.on('cancelled', () => {
            cancelled += 1;
          });
          const { collection } = call.request;
          if (collection === 'short') {
            call.write(message(0, 2));
            call.write(message(2, 2));
            call.end();
          } else if (collection === 'broken') {
            call.write(message(0, 2));
            call.emit('error', failure(status.DATA_LOSS, 'log-1.pb is damaged'));
          } else if (collection === 'endless') {
            const big = { records: [VectorRecord.create({ content: 'x'.repeat(1 << 20) })] };
            const fill = (): void => {
              let room = true;
              while (room && !call.cancelled) {
                room = call.write(big);
                written += 1;
              }
              if (!call.cancelled) call.once('drain', fill);
            };
            fill();
          }
        },
        listRecords: (call, callback) => {
          calls += 1;
          const page = call.request.pageToken === '' ? 0 : Number(call.request.pageToken);
          const nextPageToken = page < 2 ? String(page + 1) : '';
          callback(null, { records: message(page * 2, 2).records, nextPageToken });
        },
      },
    });
  });
  beforeEach(() => {
    calls = 0;
    cancelled = 0;
    written = 0;
  });
  after(() => server.stop());

  async function ids(records: AsyncIterable<{ id: string }>): Promise<string[]> {
    const found: string[] = [];
    for await (const { id } of records) found.push(id);
    return found;
  }

  it('gives every record, its embedding as a Float32Array, and ends', async () => {
    const records = [];
    for await (const record of server.client.collection('short').export()) records.push(record);
    expect(records.map(({ id }) => id)).to.deep.equal(['0', '1', '2', '3']);
    expect(records[3].embedding).to.deep.equal(Float32Array.of(3));
  });

  it('begins only when it is read', async () => {
    const records = server.client.collection('short').export();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(calls).to.equal(0);
    expect(await ids(records)).to.have.length(4);
  });

  it('is cancelled by break, and the loop just ends', async () => {
    for await (const record of server.client.collection('endless').export()) {
      expect(record.content).to.have.length(1 << 20);
      break;
    }
    await eventually(() => cancelled === 1, 'the server sees the cancellation');
  });

  it('is cancelled by a throw, which reaches the caller', async () => {
    const reading = async (): Promise<void> => {
      for await (const _ of server.client.collection('endless').export()) throw new Error('mine');
    };
    expect(((await rejection(reading())) as Error).message).to.equal('mine');
    await eventually(() => cancelled === 1, 'the server sees the cancellation');
  });

  it('gives what came before an error, then the error', async () => {
    const found: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const { id } of server.client.collection('broken').export()) found.push(id);
    };
    const error = await rejection(reading());
    expect(error).to.include({ codeName: 'DATA_LOSS', message: 'log-1.pb is damaged' });
    expect(found).to.deep.equal(['0', '1']);
  });

  it('ends with CANCELLED when its signal is aborted', async () => {
    const controller = new AbortController();
    const reading = ids(server.client.collection('silent').export({ signal: controller.signal }));
    await eventually(() => calls === 1, 'the call arrives');
    controller.abort('enough');
    const error = (await rejection(reading)) as ProtovecError;
    expect(error).to.include({ codeName: 'CANCELLED', cause: 'enough' });
    await eventually(() => cancelled === 1, 'the server sees the cancellation');
  });

  it('has a deadline when it is given one', async () => {
    const reading = ids(server.client.collection('silent').export({ timeoutMs: 50 }));
    expect(await rejection(reading)).to.include({ codeName: 'DEADLINE_EXCEEDED' });
  });

  it('makes the server wait for a slow reader', async () => {
    for await (const _ of server.client.collection('endless').export()) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      // 16 messages wait in the client, 16 in the server, some on the way.
      expect(written).to.be.below(64);
      break;
    }
  });

  it('of pages reads them one after the other, as far as the reader goes', async () => {
    const docs = server.client.collection('docs');
    expect(await ids(docs.list({ pageSize: 2 }))).to.deep.equal(['0', '1', '2', '3', '4', '5']);
    expect(calls).to.equal(3);
    for await (const { id } of docs.list()) if (id === '2') break;
    expect(calls).to.equal(5);
  });
});
