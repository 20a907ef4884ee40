/**
 * The record codec equals the generated codec: over records in every legal encoding, what is stored
 * and what is projected decodes to what the generated codec reads in the client's own bytes.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import protobuf from 'protobufjs/minimal.js';
import { Metric } from '../../src/gen/protovec/v1/collection.js';
import type { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { projectRecord, RecordMask, type ServerFields } from '../../src/record/project.js';
import { BODY_END, BODY_START, batchOfStored, RecordBatch } from '../../src/record/record-batch.js';
import { RecordScan, scanRecord } from '../../src/record/scan.js';
import { appendStoredWithTimes } from '../../src/record/stored-form.js';
import { ByteWriter } from '../../src/storage/bytes.js';
import {
  anyRecord,
  decodeRecord,
  join,
  plainRecord,
  withoutServerFields,
} from '../support/records.js';

const DIMENSION = 8;
const rules = { dimension: DIMENSION, metric: Metric.COSINE };
const records = fc.oneof(anyRecord(DIMENSION), plainRecord(DIMENSION));
const runs = { numRuns: 400 };

/** What RecordBatch makes of one record: the bytes of its body. */
function store(input: Uint8Array): Uint8Array {
  const batch = new RecordBatch(16, 1);
  batch.add(input, 0, input.length, rules);
  return batch.bytes.subarray(batch.table[BODY_START], batch.table[BODY_END]);
}

/** The values of each field of a message by its tag, read by an independent reader. */
function valuesByTag(bytes: Uint8Array): Map<number, Uint8Array[]> {
  const reader = protobuf.Reader.create(bytes);
  const values = new Map<number, Uint8Array[]>();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const start = reader.pos;
    reader.skipType(tag & 7);
    const length = (tag & 7) === 2 ? protobuf.Reader.create(bytes.subarray(start)).uint32() : 0;
    const value = bytes.subarray(length > 0 ? reader.pos - length : reader.pos, reader.pos);
    values.set(tag, [...(values.get(tag) ?? []), value]);
  }
  return values;
}

/** How often the field with this tag occurs. */
function count(values: Map<number, Uint8Array[]>, tag: number): number {
  return values.get(tag)?.length ?? 0;
}

describe('record codec against the generated codec', () => {
  it('stores what the generated codec reads, less the fields that the server owns', () => {
    fc.assert(
      fc.property(records, (input) => {
        const expected = withoutServerFields(decodeRecord(input));
        expect(decodeRecord(store(input))).to.deep.equal(expected);
      }),
      runs,
    );
  });

  it('stores every singular field and key at most once, and one packed embedding', () => {
    fc.assert(
      fc.property(records, (input) => {
        const fields = valuesByTag(store(input));
        for (const tag of [0x0a, 0x12, 0x1a, 0x22, 0x2a]) expect(count(fields, tag)).at.most(1);
        expect(count(fields, 0x32)).to.equal(1);
        for (const tag of [0x35, 0x42, 0x4a, 0x50]) expect(count(fields, tag)).to.equal(0);
        const entries = fields.get(0x3a) ?? [];
        expect(entries.length).to.equal(decodeRecord(input).metadataEntries.length);
        for (const entry of entries) {
          const parts = valuesByTag(entry);
          expect([count(parts, 0x0a), count(parts, 0x12)]).to.deep.equal([1, 1]);
          const value = valuesByTag(parts.get(0x12)?.[0] ?? new Uint8Array(0));
          const kinds = [0x0a, 0x10, 0x19, 0x20, 0x2a].map((tag) => count(value, tag));
          expect(kinds.reduce((a, b) => a + b)).to.equal(1);
        }
      }),
      runs,
    );
  });

  it('leaves what is in stored form as it is, byte for byte', () => {
    fc.assert(
      fc.property(records, (input) => {
        const stored = store(input);
        expect(Buffer.compare(store(stored), stored)).to.equal(0);
      }),
      runs,
    );
  });

  it('reads the times and the revision that a client sent, and never stores them', () => {
    fc.assert(
      fc.property(anyRecord(DIMENSION), (input) => {
        const scan = new RecordScan();
        scanRecord(input, 0, input.length, rules, scan);
        const sent = decodeRecord(input);
        expect(scan.createSeconds).to.deep.equal(seconds(sent.createTime));
        expect(scan.createNanos).to.equal(sent.createTime?.nanos ?? 0);
        expect(scan.updateSeconds).to.deep.equal(seconds(sent.updateTime));
        expect(scan.updateNanos).to.equal(sent.updateTime?.nanos ?? 0);
        expect(scan.revision).to.equal(Number(sent.revision));
        const out = new ByteWriter();
        appendStoredWithTimes(input, scan, out);
        expect(decodeRecord(out.finish())).to.deep.equal({ ...sent, revision: 0n });
      }),
      runs,
    );
  });

  it('lists stored records where they are, in a batch and in a log entry alike', () => {
    fc.assert(
      fc.property(fc.array(records, { maxLength: 5 }), (inputs) => {
        const batch = new RecordBatch(16, 1);
        for (const input of inputs) batch.add(input, 0, input.length, rules);
        const moved = join(Uint8Array.of(9, 9, 9), batch.bytes, Uint8Array.of(7));
        const read = batchOfStored(moved, 3, moved.length - 1);
        expect(read.count).to.equal(inputs.length);
        for (let i = 0; i < inputs.length; i++) {
          const [start, end, idStart, idEnd, embedding] = batch.table.slice(i * 5, i * 5 + 5);
          expect([...read.table.slice(i * 5, i * 5 + 5)]).to.deep.equal(
            [start, end, idStart, idEnd, embedding].map((offset) => offset + 3),
          );
          const decoded = decodeRecord(inputs[i]);
          const id = Buffer.from(batch.bytes.subarray(idStart, idEnd)).toString();
          expect(id).to.equal(decoded.id);
          const raw = new Uint8Array(batch.bytes.subarray(embedding, embedding + DIMENSION * 4));
          expect([...new Float32Array(raw.buffer)]).to.deep.equal(decoded.embedding);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('projection against the generated codec', () => {
  const names = {
    content: '',
    title: '',
    file_path: undefined,
    extension: undefined,
    embedding: [],
    metadata: [],
    create_time: undefined,
    update_time: undefined,
    revision: 0n,
  };
  const paths = Object.keys(names) as (keyof typeof names)[];
  const fields = fc.record<ServerFields>({
    createSeconds: fc.constantFrom(Number.NaN, 0, -1, -62_135_596_800, 1_700_000_000),
    createNanos: fc.constantFrom(0, 1, 999_999_999),
    updateSeconds: fc.constantFrom(0, 253_402_300_799, 2 ** 31),
    updateNanos: fc.nat(999_999_999),
    revision: fc.maxSafeNat(),
  });

  it('returns the masked fields of what is stored and the fields of the server', () => {
    fc.assert(
      fc.property(records, fields, fc.subarray(paths), (input, server, wanted) => {
        const body = store(input);
        const mask = RecordMask.parse(['id', ...wanted], RecordMask.all, 'hit_mask');
        const all = complete(decodeRecord(body), server);
        const unmasked = paths.filter((path) => !wanted.includes(path));
        const expected = { ...all, _unknownFields: {} } as unknown as { [key: string]: unknown };
        for (const path of unmasked) expected[property(path)] = names[path];
        expect(decodeRecord(project(body, mask, server))).to.deep.equal(expected);
      }),
      runs,
    );
  });

  it('never lets fields of the server that are in the body through', () => {
    fc.assert(
      fc.property(records, fields, fields, (input, old, server) => {
        const body = project(store(input), RecordMask.all, old);
        const expected = complete(decodeRecord(store(input)), server);
        expect(decodeRecord(project(body, RecordMask.all, server))).to.deep.equal(expected);
        const bare = project(body, RecordMask.allButEmbedding, server);
        expect(decodeRecord(bare)).to.deep.equal({ ...expected, embedding: [] });
      }),
      runs,
    );
  });
});

function seconds(time: { seconds: bigint } | undefined): number {
  return time === undefined ? Number.NaN : Number(time.seconds);
}

function project(body: Uint8Array, mask: RecordMask, fields: ServerFields): Uint8Array {
  const out = new ByteWriter(16);
  projectRecord(body, 0, body.length, mask, fields, out);
  return out.finish();
}

function complete<T extends VectorRecord>(record: T, fields: ServerFields): T {
  const time = (s: number, nanos: number) =>
    Number.isNaN(s) ? undefined : { seconds: BigInt(s), nanos, _unknownFields: {} };
  return {
    ...record,
    createTime: time(fields.createSeconds, fields.createNanos),
    updateTime: time(fields.updateSeconds, fields.updateNanos),
    revision: BigInt(fields.revision),
  };
}

/** The property that holds a field in what `decodeRecord` returns. */
function property(path: string): string {
  if (path === 'metadata') return 'metadataEntries';
  return path.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
