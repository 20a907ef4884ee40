/** Any protobuf tool reads a log file whole: here protobufjs from the .proto, and our own codec. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import protobuf from 'protobufjs';
import { Log, UpsertEffect } from '../../../src/gen/protovec/storage/v1/log.js';
import { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import type { Write } from '../../../src/log/group-commit.js';
import { crc32 } from '../../../src/storage/checksum.js';
import { useTempDirectory } from '../storage/temp-directory.js';
import { collectionId, readAll } from './log-fixture.js';
import { startCommit } from './recording-write.js';

const protoRoot = fileURLToPath(new URL('../../../proto/', import.meta.url));

/** An upsert of one record, as the pieces that a collection hands over. */
function upsert(id: string, embedding: number[]): Write<number> {
  const effect = UpsertEffect.fromPartial({
    records: [VectorRecord.fromPartial({ id, embedding, content: `text of ${id}` })],
  });
  const body = UpsertEffect.encode(effect).finish();
  return {
    bytes: body.length,
    touches: new Uint32Array(0),
    resolve: () => [Buffer.from([0x12, body.length]), body.subarray(0, 3), body.subarray(3)],
    apply: ({ sequence }) => sequence,
    nothing: () => 0,
  };
}

describe('a log file', () => {
  const at = useTempDirectory();

  beforeEach(async () => {
    const { commit, close } = await startCommit(at, { idleMarkerMs: 10 });
    await Promise.all([commit.submit(upsert('a', [1, 2])), commit.submit(upsert('b', [3, 4]))]);
    await new Promise((done) => setTimeout(done, 60));
    await close();
  });

  it('is one message for protobufjs, from the schema alone', async () => {
    const root = new protobuf.Root();
    root.resolvePath = (origin, target) =>
      target.startsWith('google/')
        ? protobuf.util.path.resolve(origin, target)
        : protoRoot + target;
    await root.load('protovec/storage/v1/log.proto');
    const type = root.lookupType('protovec.storage.v1.Log');
    const log = type.toObject(type.decode(readFileSync(at('log-1.pb'))), { longs: String });
    expect(log.header).to.include({ version: '1.0.0', fileNumber: '1', firstSequence: '1' });
    expect(log.header.collectionId.equals(collectionId)).to.equal(true);
    expect(log.entries.map((e: { sequence: string }) => e.sequence)).to.deep.equal(['1', '2', '3']);
    expect(log.entries.map((e: { durableSequence: string }) => e.durableSequence)).to.deep.equal([
      '0',
      '0',
      '2',
    ]);
    expect(log.entries[1].payload.upsert.records).to.deep.equal([
      { id: 'b', content: 'text of b', embedding: [3, 4] },
    ]);
    expect(log.entries[2].payload).to.have.all.keys('commitTime');
  });

  it('is one message for the generated codec, and its checksums are as documented', async () => {
    const log = Log.decode(readFileSync(at('log-1.pb')));
    const { payloads, sequences } = await readAll(at('log-1.pb'));
    expect(log.entries.map((entry) => Number(entry.sequence))).to.deep.equal(sequences);
    for (const [i, entry] of log.entries.entries()) {
      const salted = Buffer.concat([log.header?.salt ?? Buffer.alloc(0), payloads[i]]);
      expect(entry.payloadCrc).to.equal(crc32(salted));
    }
    const [first] = log.entries;
    expect(first.payload?.effect?.$case).to.equal('upsert');
    expect(log._unknownFields ?? {}).to.deep.equal({});
  });
});
