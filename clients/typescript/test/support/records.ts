/** Records for property tests, and the same records as generated messages. */
import fc from 'fast-check';
import type { Metadata, MetadataValue, VectorRecord } from '../../src/index.js';
import type {
  MetadataValue as ProtoMetadataValue,
  VectorRecord as ProtoVectorRecord,
} from '../../src/raw.js';

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 38, maxLength: 300 }));
const value: fc.Arbitrary<MetadataValue> = fc.oneof(
  text,
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.boolean(),
  fc.array(text, { maxLength: 4 }),
);
const key = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'toString', ''));
const metadata: fc.Arbitrary<Metadata> = fc
  .array(fc.tuple(key, value), { maxLength: 6 })
  .map((entries) => Object.fromEntries(entries));
const date = fc
  .integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 })
  .map((ms) => new Date(ms));

/** Any record that can be written. */
export const anyRecord: fc.Arbitrary<VectorRecord & { id: string }> = fc.record(
  {
    id: text,
    content: text,
    title: text,
    filePath: text,
    extension: text,
    embedding: fc.oneof(
      fc.float32Array({ noNaN: true, maxLength: 40 }),
      fc.array(fc.float({ noNaN: true }), { maxLength: 40 }),
    ),
    metadata,
    createTime: date,
    updateTime: date,
  },
  { requiredKeys: ['id'] },
);

/** The record as the generated code knows it. */
export function toProto(record: VectorRecord): ProtoVectorRecord {
  return {
    id: record.id ?? '',
    content: record.content ?? '',
    title: record.title ?? '',
    filePath: record.filePath,
    extension: record.extension,
    embedding: Array.from(record.embedding ?? []),
    metadata: new Map(
      Object.entries(record.metadata ?? {}).map(([name, item]) => [name, toProtoValue(item)]),
    ),
    createTime: toProtoTime(record.createTime),
    updateTime: toProtoTime(record.updateTime),
    revision: 0n,
  };
}

function toProtoValue(item: MetadataValue): ProtoMetadataValue {
  switch (typeof item) {
    case 'string':
      return { kind: { $case: 'stringValue', value: item } };
    case 'boolean':
      return { kind: { $case: 'boolValue', value: item } };
    case 'bigint':
      return { kind: { $case: 'intValue', value: item } };
    case 'number':
      return Number.isSafeInteger(item) && !Object.is(item, -0)
        ? { kind: { $case: 'intValue', value: BigInt(item) } }
        : { kind: { $case: 'doubleValue', value: item } };
    default:
      return { kind: { $case: 'listValue', value: { values: item } } };
  }
}

function toProtoTime(time: Date | undefined) {
  if (time === undefined) return undefined;
  const ms = BigInt(time.getTime());
  const millis = ((ms % 1000n) + 1000n) % 1000n;
  return { seconds: (ms - millis) / 1000n, nanos: Number(millis) * 1_000_000 };
}
