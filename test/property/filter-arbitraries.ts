/** Records and filter trees drawn from small pools, so that conditions often hold and often fail. */
import fc from 'fast-check';
import { Timestamp } from '../../src/gen/google/protobuf/timestamp.js';
import {
  Filter,
  MetadataCondition,
  MetadataValueList,
  NumberRange,
  TimeRange,
} from '../../src/gen/protovec/v1/filter.js';
import { MetadataValue, StringList, VectorRecord } from '../../src/gen/protovec/v1/record.js';

const texts = ['', 'a', 'A', 'ab', 'Abc', 'ΟΔΟΣ', 'οδος', 'ς', 'Straße', '\u212a', 'k', 'é😀'];
const ids = ['a', 'A', 'b', 'ä', '0190b2d4-1c00-7000-8000-000000000001'];
const keys = ['k', 'K', 'kk', '__proto__', 'ü'];
const integers = [0n, 1n, -1n, 5n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n), -(2n ** 53n) - 1n];
const extremes = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 52n + 3n, -(2n ** 31n), 2n ** 32n];
const doubles = [
  0,
  -0,
  0.5,
  1,
  -1,
  5,
  2 ** 53,
  2 ** 53 + 2,
  2 ** 63,
  -(2 ** 63),
  -(2 ** 53),
  1e300,
  5e-324,
];

const text = fc.oneof(fc.constantFrom(...texts), fc.string({ unit: 'grapheme', maxLength: 5 }));
const someText = fc.oneof(
  fc.constantFrom(...texts.slice(1)),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }),
);
const list = fc.array(text, { maxLength: 3 }).map((values) => StringList.create({ values }));

const value: fc.Arbitrary<MetadataValue> = fc
  .oneof(
    text.map((value) => ({ $case: 'stringValue' as const, value })),
    fc
      .oneof(fc.constantFrom(...integers, ...extremes), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n))
      .map((value) => ({ $case: 'intValue' as const, value })),
    fc
      .oneof(fc.constantFrom(...doubles), fc.double({ noNaN: true, noDefaultInfinity: true }))
      .map((value) => ({ $case: 'doubleValue' as const, value })),
    fc.boolean().map((value) => ({ $case: 'boolValue' as const, value })),
    list.map((value) => ({ $case: 'listValue' as const, value })),
  )
  .map((kind) => MetadataValue.create({ kind }));

const time = fc
  .record({ seconds: fc.bigInt(-2n, 2n), nanos: fc.constantFrom(0, 1, 999_999_999) })
  .map((fields) => Timestamp.create(fields));

const metadata = fc
  .array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 4 })
  .map((entries) => new Map(entries));

/** A record with its times, which the server keeps beside the body. */
export const record: fc.Arbitrary<VectorRecord> = fc
  .record({
    id: fc.constantFrom(...ids),
    content: text,
    title: text,
    filePath: fc.option(text, { nil: undefined }),
    extension: fc.option(text, { nil: undefined }),
    embedding: fc.constant<number[]>([1, 2]),
    metadata,
    createTime: time,
    updateTime: time,
  })
  .map((fields) => VectorRecord.create(fields));

/** Metadata that an encoder may have put before the record's own; equal keys are overridden. */
export const earlierMetadata = metadata;

const bound = fc.option(
  fc.oneof(fc.constantFrom(...doubles, Infinity, -Infinity), fc.integer({ min: -6, max: 6 })),
  { nil: undefined },
);
const numberRange = fc
  .record({ gt: bound, gte: bound, lt: bound, lte: bound })
  .map((fields) => NumberRange.create(fields));
const timeRange = fc
  .record({
    start: fc.option(time, { nil: undefined }),
    end: fc.option(time, { nil: undefined }),
  })
  .map((fields) => TimeRange.create(fields));

const metadataTest = fc.oneof(
  value.map((value) => ({ $case: 'equals' as const, value })),
  value.map((value) => ({ $case: 'notEquals' as const, value })),
  someText.map((value) => ({ $case: 'contains' as const, value })),
  someText.map((value) => ({ $case: 'startsWith' as const, value })),
  someText.map((value) => ({ $case: 'endsWith' as const, value })),
  fc
    .array(value, { maxLength: 4 })
    .map((values) => ({ $case: 'oneOf' as const, value: MetadataValueList.create({ values }) })),
  numberRange.map((value) => ({ $case: 'range' as const, value })),
  fc.boolean().map((value) => ({ $case: 'exists' as const, value })),
);
const condition = fc
  .record({ key: fc.constantFrom(...keys), test: metadataTest })
  .map((fields) => MetadataCondition.create(fields));

const leaf = fc.oneof(
  { weight: 6, arbitrary: condition.map((value) => ({ $case: 'metadata' as const, value })) },
  someText.map((value) => ({ $case: 'titleContains' as const, value })),
  list.map((value) => ({ $case: 'extensionIn' as const, value })),
  list.map((value) => ({ $case: 'extensionNotIn' as const, value })),
  numberRange.map((value) => ({ $case: 'contentLength' as const, value })),
  fc
    .array(fc.constantFrom(...ids, 'other'), { maxLength: 3 })
    .map((values) => ({ $case: 'ids' as const, value: StringList.create({ values }) })),
  timeRange.map((value) => ({ $case: 'createTime' as const, value })),
  timeRange.map((value) => ({ $case: 'updateTime' as const, value })),
);

/** A valid filter of up to five levels. */
export const filter: fc.Arbitrary<Filter> = fc.letrec<{ tree: Filter; group: Filter[] }>((tie) => ({
  group: fc.array(tie('tree'), { maxLength: 3 }),
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 3, arbitrary: leaf.map((condition) => Filter.create({ condition })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('allOf' as const, 'anyOf' as const, 'noneOf' as const), tie('group'))
        .map(([$case, filters]) => Filter.create({ condition: { $case, value: { filters } } })),
    },
  ),
})).tree;

/** The body in stored form, with overridden map entries and a field of a later schema in it. */
export function encodeBody(record: VectorRecord, earlier: VectorRecord['metadata']): Buffer {
  const { createTime, updateTime, ...body } = record;
  const overridden = VectorRecord.create({ metadata: earlier });
  const unknown = Buffer.from([0xfa, 0x01, 0x02, 0x0a, 0x00]);
  return Buffer.concat([
    VectorRecord.encode(overridden).finish(),
    unknown,
    VectorRecord.encode(body).finish(),
  ]);
}
