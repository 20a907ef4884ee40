/**
 * Damaged records: whatever bytes come in, the codec refuses them with a ProtovecError or stores
 * exactly what the generated codec reads in them. It never throws anything else and never lets the
 * bytes around a record have a say.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { ProtovecError } from '../../src/errors.js';
import { Metric } from '../../src/gen/protovec/v1/collection.js';
import { forEachField, peekString } from '../../src/record/peek.js';
import { projectRecord, RecordMask } from '../../src/record/project.js';
import { BODY_END, BODY_START, batchOfStored, RecordBatch } from '../../src/record/record-batch.js';
import { RecordScan, scanStored } from '../../src/record/scan.js';
import { ByteWriter } from '../../src/storage/bytes.js';
import { anyRecord, decodeRecord, join, withoutServerFields } from '../support/records.js';

const DIMENSION = 4;
const rules = { dimension: DIMENSION, metric: Metric.EUCLIDEAN };

/** A record with some bytes changed, cut off at the end, or both. */
const damaged = fc
  .tuple(
    anyRecord(DIMENSION),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 3 }),
    fc.option(fc.nat(), { freq: 2 }),
  )
  .map(([input, flips, cut]) => {
    const bytes = cut === null ? input.slice() : input.slice(0, cut % input.length);
    for (const [at, mask] of flips) if (bytes.length > 0) bytes[at % bytes.length] ^= mask;
    return bytes;
  });

/** What `run` returns, or the ProtovecError that it throws; other errors fail the test. */
function attempt<T>(run: () => T): T | ProtovecError {
  try {
    return run();
  } catch (error) {
    if (error instanceof ProtovecError) return error;
    throw error;
  }
}

function store(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const batch = new RecordBatch(16, 1);
  try {
    batch.add(bytes, start, end, rules);
  } catch (error) {
    expect(batch.count).to.equal(0);
    expect(batch.bytes.length).to.equal(0);
    throw error;
  }
  return batch.bytes.subarray(batch.table[BODY_START], batch.table[BODY_END]);
}

/** Values whose last occurrence has no kind: protobuf merges it with earlier ones, ts-proto not. */
function comparable(bytes: Uint8Array, other: Uint8Array) {
  const record = withoutServerFields(decodeRecord(bytes));
  const kinds = decodeRecord(other).metadataEntries as [string, { kind?: unknown }][];
  const without = new Set(kinds.filter(([, value]) => value.kind === undefined).map(([k]) => k));
  const metadataEntries = (record.metadataEntries as [string, unknown][]).filter(
    ([key]) => !without.has(key),
  );
  return { ...record, metadataEntries };
}

describe('damaged records', () => {
  it('are refused with a ProtovecError or stored as the generated codec reads them', () => {
    let accepted = 0;
    fc.assert(
      fc.property(damaged, (input) => {
        const stored = attempt(() => store(input, 0, input.length));
        if (stored instanceof ProtovecError) return;
        accepted++;
        expect(comparable(stored, input)).to.deep.equal(comparable(input, input));
      }),
      { numRuns: 1000 },
    );
    // A test that only ever sees refusals would prove nothing.
    expect(accepted).to.be.greaterThan(30);
  });

  it('are read without regard to the bytes around them', () => {
    fc.assert(
      fc.property(damaged, (input) => {
        const outcomes = [0x00, 0x80, 0xff].map((filler) => {
          const around = new Uint8Array(16).fill(filler);
          const bytes = join(around, input, around);
          const stored = attempt(() => store(bytes, 16, 16 + input.length));
          return stored instanceof ProtovecError ? stored.message : [...stored];
        });
        expect(outcomes[1]).to.deep.equal(outcomes[0]);
        expect(outcomes[2]).to.deep.equal(outcomes[0]);
      }),
      { numRuns: 400 },
    );
  });

  it('make the readers of stored bytes and of messages throw ProtovecError only', () => {
    const fields = { createSeconds: 1, createNanos: 0, updateSeconds: 1, updateNanos: 0 };
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 60 })), (bytes) => {
        const end = bytes.length;
        attempt(() => scanStored(bytes, 0, end, new RecordScan()));
        attempt(() => batchOfStored(bytes, 0, end));
        attempt(() => peekString(bytes, 1));
        attempt(() =>
          forEachField(bytes, 0, end, 7, (from, to) => {
            expect(from).to.be.at.most(to);
            expect(to).to.be.at.most(end);
          }),
        );
        const mask = RecordMask.allButEmbedding;
        const out = new ByteWriter();
        attempt(() => projectRecord(bytes, 0, end, mask, { ...fields, revision: 1 }, out));
        expect(out.length).to.be.at.most(end + 64);
      }),
      { numRuns: 600 },
    );
  });

  it('are refused when they are cut at any byte', () => {
    const whole = fc.sample(anyRecord(DIMENSION), { numRuns: 8, seed: 7 });
    for (const input of whole) {
      for (let length = 0; length < input.length; length++) {
        const stored = attempt(() => store(input, 0, length));
        if (stored instanceof ProtovecError) continue;
        const cut = input.slice(0, length);
        expect(decodeRecord(stored)).to.deep.equal(withoutServerFields(decodeRecord(cut)));
      }
    }
  });
});
