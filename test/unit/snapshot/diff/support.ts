/** Sets of records for tests: generated ones, in any legal encoding and any number of parts. */
import fc from 'fast-check';
import { Metric } from '../../../../src/gen/protovec/v1/collection.js';
import { MetadataValue, VectorRecord } from '../../../../src/gen/protovec/v1/record.js';
import { RecordBounds } from '../../../../src/snapshot/binary/record-bounds.js';
import type { RecordBlock, RecordSource } from '../../../../src/snapshot/diff/record-pass.js';
import {
  type Bytes,
  bytesField,
  fixedField,
  floats,
  join,
  timestamp,
  varintField,
} from '../../../support/records.js';

export const dimension = 3;

/** A set in memory, given as the records of each of its parts. */
export function setOf(parts: readonly (readonly Bytes[])[], name = 'set'): RecordSource {
  async function* blocks(): AsyncGenerator<RecordBlock> {
    for (const [index, records] of parts.entries()) {
      const header = { dimension, metric: Metric.COSINE };
      const part = { index, header, sealed: true };
      const half = Math.ceil(records.length / 2);
      for (const some of [records.slice(0, half), records.slice(half)]) {
        const bounds = new RecordBounds();
        let at = 0;
        for (const { length } of some) {
          bounds.push(at, at + length);
          at += length;
        }
        yield { part, bytes: Buffer.concat(some), records: bounds.table, count: some.length };
      }
    }
  }
  return { name, blocks: blocks() };
}

/** What clients write in a record, and its id. */
export type Model = Pick<
  VectorRecord,
  'id' | 'content' | 'title' | 'filePath' | 'extension' | 'embedding' | 'metadata'
>;

/** A record from some of its fields. */
export function modelOf(fields: Partial<Model> & { id: string }): Model {
  return {
    content: '',
    title: '',
    filePath: undefined,
    extension: undefined,
    embedding: [1, 2, 3],
    metadata: new Map(),
    ...fields,
  };
}

/** The plain encoding. */
export function plain(model: Model): Bytes {
  return VectorRecord.encode(VectorRecord.fromPartial(model)).finish();
}

// Few values of each kind, so that generated records are often the same in some fields.
const some = fc.constantFrom('', 'a', 'ä');
const value: fc.Arbitrary<MetadataValue['kind']> = fc.oneof(
  some.map((text) => ({ $case: 'stringValue' as const, value: text })),
  fc.constantFrom(0n, -1n, 2n ** 63n - 1n).map((v) => ({ $case: 'intValue' as const, value: v })),
  fc.constantFrom(0, -0, 5e-324).map((v) => ({ $case: 'doubleValue' as const, value: v })),
  fc.boolean().map((v) => ({ $case: 'boolValue' as const, value: v })),
  fc
    .array(some, { maxLength: 2 })
    .map((values) => ({ $case: 'listValue' as const, value: { values } })),
);

/** The fields of a record but its id. */
export const fields: fc.Arbitrary<Omit<Model, 'id'>> = fc.record({
  content: some,
  title: some,
  filePath: fc.option(some, { nil: undefined }),
  extension: fc.option(some, { nil: undefined }),
  embedding: fc
    .array(fc.constantFrom(0, -0, 0.5), { minLength: dimension - 1, maxLength: dimension - 1 })
    .map((rest) => [1, ...rest]),
  metadata: fc
    .dictionary(fc.constantFrom('k', 'l', 'kk'), value, { maxKeys: 3 })
    .map((entries) => new Map(Object.entries(entries).map(([k, kind]) => [k, { kind }]))),
});

/** The fields of `comparedFields` in which two records differ, told by a comparison of values. */
export function differing(a: Model, b: Model): string[] {
  const of = ({ content, title, filePath, extension, embedding, metadata }: Model) => ({
    content,
    title,
    file_path: filePath ?? null,
    extension: extension ?? null,
    embedding: embedding.map((v) => (Object.is(v, -0) ? '-0' : v)),
    metadata: [...metadata]
      .sort(([k], [l]) => (k < l ? -1 : 1))
      .map(([k, { kind }]) => [k, kind?.$case, kind && comparable(kind.value)]),
  });
  const [left, right] = [of(a), of(b)];
  return (Object.keys(left) as (keyof typeof left)[]).filter(
    (field) => JSON.stringify(left[field]) !== JSON.stringify(right[field]),
  );
}

function comparable(v: NonNullable<MetadataValue['kind']>['value']): unknown {
  if (typeof v === 'bigint') return String(v);
  if (typeof v === 'object') return v.values;
  return Object.is(v, -0) ? '-0' : v;
}

/** Some legal encoding of a record: what it holds is the same, its bytes are others. */
export function encodingOf(model: Model): fc.Arbitrary<Bytes> {
  const texts: [number, string | undefined][] = [
    [1, model.id],
    [2, model.content],
    [3, model.title],
    [4, model.filePath],
    [5, model.extension],
  ];
  return fc
    .record({
      order: fc.array(fc.nat(20), { minLength: 8, maxLength: 8 }),
      padding: fc.constantFrom(0, 0, 1),
      repeat: fc.boolean(),
      cut: fc.nat(dimension),
      single: fc.boolean(),
      zeros: fc.boolean(),
      owned: fc.boolean(),
    })
    .map(({ order, padding, repeat, cut, single, zeros, owned }) => {
      const groups: Bytes[] = texts.map(([number, text]) => {
        if (text === undefined || (text === '' && number <= 3 && !zeros)) return join();
        const field = bytesField(number, text, padding);
        return repeat ? join(bytesField(number, 'earlier'), field) : field;
      });
      const head = model.embedding.slice(0, cut);
      groups.push(
        join(
          ...(single
            ? head.map((v) => fixedField(6, floats([v])))
            : [bytesField(6, floats(head), padding)]),
          bytesField(6, floats(model.embedding.slice(cut))),
        ),
      );
      const entries = [...model.metadata].map(([key, { kind }]) => {
        const encoded = MetadataValue.encode({ kind }).finish();
        const last = join(bytesField(2, encoded, padding), bytesField(1, key));
        const earlier = join(bytesField(1, key), bytesField(2, bytesField(1, 'earlier')));
        return repeat
          ? join(bytesField(7, earlier), bytesField(7, last, padding))
          : bytesField(7, last);
      });
      groups.push(join(...(zeros ? entries.reverse() : entries)));
      if (owned) {
        const time = bytesField(9, timestamp(5n, 6));
        groups.push(join(time, varintField(10, 77), varintField(99, 1)));
      }
      const sorted = groups.map((bytes, i) => ({ bytes, at: order[i % order.length] ?? 0 }));
      return join(...sorted.sort((a, b) => a.at - b.at).map(({ bytes }) => bytes));
    });
}
