/** Records and metadata values as the cases write them. */
import type { MetadataValue, StoredRecord, VectorRecord } from '../../src/index.js';
import type { Json } from './matching.js';

export type With = { [key: string]: Json };

function toValue(value: Json): MetadataValue {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return typeof value.int === 'string' ? BigInt(value.int) : Number(value.double);
  }
  return value as MetadataValue;
}

export function toRecord(record: With): VectorRecord {
  const { id, content, title, file_path, extension, embedding, metadata } = record;
  const entries = Object.entries((metadata ?? {}) as With);
  return {
    id: id as string | undefined,
    content: content as string | undefined,
    title: title as string | undefined,
    filePath: file_path as string | undefined,
    extension: extension as string | undefined,
    embedding: embedding as number[] | undefined,
    metadata: Object.fromEntries(entries.map(([key, value]) => [key, toValue(value)])),
  };
}

export function fromRecord(record: StoredRecord | VectorRecord): Record<string, unknown> {
  const { filePath, embedding, ...rest } = record;
  return {
    ...rest,
    file_path: filePath,
    embedding: embedding === undefined ? undefined : [...embedding],
  };
}

/** The records of a step: those that it lists, or those that it says how to make. */
export function recordsOf(step: With): VectorRecord[] {
  const { records } = step;
  if (Array.isArray(records)) return records.map((record) => toRecord(record as With));
  return [...generated((records as With).generate as Record<string, number>)];
}

function* generated(spec: Record<string, number>): Generator<VectorRecord> {
  const { count, dimension, content_bytes = 0, first = 0 } = spec;
  const content = 'x'.repeat(content_bytes);
  for (let i = first; i < first + count; i++) {
    const embedding = Float32Array.from(
      { length: dimension },
      (_, j) => ((i * 31 + j * 17) % 101) / 101 + 0.01,
    );
    yield { id: `g${i}`, content, embedding, metadata: { n: i, even: i % 2 === 0 } };
  }
}
