/**
 * Generated snapshots come back as they were written, whoever reads them: our reader, the generated
 * codec, and canonical JSON through a registry. Mutated ones are refused and give no wrong record.
 */
import { fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf';
import { expect } from 'chai';
import fc from 'fast-check';
import { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { StorageSnapshot } from '../../src/gen/protovec/v1/snapshot.js';
import { JsonSnapshotWriter } from '../../src/snapshot/json/json-writer.js';
import { snapshotSchema } from '../../src/snapshot/snapshot-schema.js';
import {
  encoded,
  encodings,
  headerOf,
  readAll,
  sealed,
  written,
} from '../unit/snapshot/support.js';

const text = fc.oneof(
  fc.constant(''),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);
/** 64 KiB of UTF-8 at most. */
const content = fc.oneof(
  { weight: 4, arbitrary: text },
  fc
    .tuple(text, fc.integer({ min: 0, max: 65_536 }))
    .map(([piece, bytes]) => piece.repeat(Math.floor(bytes / (Buffer.byteLength(piece) + 1)))),
  fc.constant('é'.repeat(32_768)),
);
const long = fc.string({ unit: fc.constantFrom('x', 'y'), minLength: 255, maxLength: 255 });
const id = fc.oneof(fc.uuid(), long, fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }));
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 0n),
);
const float = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, 1.401298464324817e-45, -1.1754942106924411e-38, 3.4028234663852886e38),
);
const kind = fc.oneof(
  text.map((value) => ({ $case: 'stringValue' as const, value })),
  int64.map((value) => ({ $case: 'intValue' as const, value })),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => ({ $case: 'doubleValue' as const, value })),
  fc.boolean().map((value) => ({ $case: 'boolValue' as const, value })),
  fc.array(text, { maxLength: 3 }).map((values) => ({
    $case: 'listValue' as const,
    value: { values },
  })),
);
const instant = fc.record({
  seconds: fc.bigInt({ min: -62_135_596_800n, max: 253_402_300_799n }),
  nanos: fc.integer({ min: 0, max: 999_999_999 }),
});

const record: fc.Arbitrary<VectorRecord> = fc
  .record(
    {
      id,
      content,
      title: text,
      filePath: text,
      extension: text,
      embedding: fc.array(float, { minLength: 4, maxLength: 4 }),
      metadata: fc
        .array(
          fc.tuple(
            fc.oneof(text, fc.constant('__proto__')),
            kind.map((k) => ({ kind: k })),
          ),
          {
            maxLength: 3,
          },
        )
        .map((entries) => new Map(entries)),
      createTime: instant,
      updateTime: instant,
      revision: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    },
    { requiredKeys: ['id', 'embedding'] },
  )
  .map((fields) => VectorRecord.fromPartial(fields));

const records = fc.array(record, { maxLength: 6 });
const encode = (list: VectorRecord[]) =>
  list.map((item) => Buffer.from(VectorRecord.encode(item).finish()));
const header = headerOf({ dimension: 4 });

/** A record with the bits of its floats. */
function bits(body: Uint8Array) {
  const { embedding, ...rest } = VectorRecord.decode(body);
  return { ...rest, embedding: [...new Uint32Array(Float32Array.from(embedding).buffer)] };
}

describe('generated snapshots', () => {
  it('come back from every reader', () =>
    fc.assert(
      fc.asyncProperty(records, async (list) => {
        const bodies = encode(list);
        const { bytes } = await sealed(bodies, header);
        expect((await readAll(bytes)).bodies).to.deep.equal(bodies);
        const truth = StorageSnapshot.decode(bytes);
        expect(truth.records.map((item) => VectorRecord.encode(item).finish())).to.deep.equal(
          bodies.map((body) => new Uint8Array(body)),
        );
        const { bytes: json } = await written(async (file) => {
          const writer = new JsonSnapshotWriter(file, header);
          for (const body of bodies) await writer.record(body, 0, body.length);
          return writer.finish();
        });
        const { snapshot } = snapshotSchema();
        const value = JSON.parse(json.toString('utf8')) as JsonValue;
        const read = StorageSnapshot.decode(toBinary(snapshot, fromJson(snapshot, value)));
        expect(read.records).to.deep.equal(truth.records);
        expect(read.footers[0].recordCount).to.equal(BigInt(list.length));
      }),
      { numRuns: 150 },
    ));

  for (const [name, encoding] of Object.entries(encodings)) {
    it(`come back from the ${name} encoding, equal to the bit`, () =>
      fc.assert(
        fc.asyncProperty(records, async (list) => {
          const bodies = encode(list);
          const outcome = await readAll(await encoded(encoding, bodies, header));
          expect(outcome.error?.message).to.equal(undefined);
          if (name !== 'json') expect(outcome.bodies).to.deep.equal(bodies);
          // Through JSON the entries of a map may come in another order.
          expect(outcome.bodies.map(bits)).to.deep.equal(bodies.map(bits));
        }),
        { numRuns: 150 },
      ));

    it(`are refused or read in the ${name} encoding when bytes were changed`, () =>
      fc.assert(
        fc.asyncProperty(
          records,
          fc.nat(),
          fc.nat({ max: 8 }),
          fc.uint8Array({ maxLength: 8 }),
          fc.boolean(),
          async (list, seed, left, put, allowUnsealed) => {
            const bodies = encode(list);
            const bytes = await encoded(encoding, bodies, header);
            const at = seed % bytes.length;
            const changed = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + left)]);
            const { bodies: read, error } = await readAll(changed, { allowUnsealed });
            if (error !== undefined) expect(error.reason).to.equal('SERIALIZATION_ERROR');
            if (name === 'json' || allowUnsealed || changed.equals(bytes)) return;
            expect(error?.reason).to.equal('SERIALIZATION_ERROR');
            expect(read).to.deep.equal(bodies.slice(0, read.length));
          },
        ),
        { numRuns: 300 },
      ));
  }
});
