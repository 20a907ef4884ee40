/** The records that histories write, and what is expected of one that was read back. */
import type { Timestamp } from '../../../src/gen/google/protobuf/timestamp.js';
import { type MetadataValue, VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import type { Random } from '../../support/random.js';

/** What a record must be. What is not known yet is undefined, and is learned when it is read. */
export interface Wanted {
  readonly record: VectorRecord;
  /** The client-written fields in one comparable form. */
  readonly print: string;
  readonly createTime: Timestamp | undefined;
  readonly updateTime: Timestamp | undefined;
  readonly revision: number | undefined;
}

/** What there is, or must be, by id. */
export type Records = ReadonlyMap<string, Wanted>;

/** Values of the metadata key that histories filter by. */
export const GROUPS = 4;
const LONG_CONTENT_BYTES = 1500;

/** The ids of a lane: plain ones, ones that are packed, and ones of many bytes. */
export function idsOf(lane: number, count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    if (n % 3 === 0) return `lane-${lane}/${n}`;
    if (n % 3 === 1) return `0000000${lane}-0000-4000-8000-${String(n).padStart(12, '0')}`;
    return `лане ${lane} ✓ ${n} ${'x'.repeat(n * 9)}`;
  });
}

/** A record with every field, most of the time; the vector is not zero. */
export function anyRecord(random: Random, id: string, dimension: number): VectorRecord {
  const embedding = Array.from({ length: dimension }, () =>
    Math.fround(random.between(-1000, 1000) / 997),
  );
  embedding[random.below(dimension)] = 1.5;
  const metadata = new Map<string, MetadataValue>();
  metadata.set('group', { kind: { $case: 'intValue', value: BigInt(random.below(GROUPS)) } });
  if (random.chance(0.3)) {
    const values = ['a', '', 'ünï', 'b'].slice(random.below(4));
    metadata.set('list', { kind: { $case: 'listValue', value: { values } } });
  }
  if (random.chance(0.3)) metadata.set('ok', { kind: { $case: 'boolValue', value: true } });
  const length = random.chance(0.1) ? LONG_CONTENT_BYTES : 30;
  return VectorRecord.fromPartial({
    id,
    content: `${random.below(1e9)} ${'€ text '.repeat(random.below(length / 8))}`,
    title: random.chance(0.5) ? `title ${random.below(100)}` : '',
    embedding,
    metadata,
    ...(random.chance(0.3) && { filePath: `/a/${random.below(10)}.txt`, extension: '' }),
  });
}

/** What a record that is to be written must then be. */
export function wantedOf(record: VectorRecord, createTime?: Timestamp): Wanted {
  const { updateTime } = record;
  const create = record.createTime ?? createTime;
  return {
    record,
    print: printOf(record),
    createTime: create,
    updateTime,
    revision: undefined,
  };
}

/** Why what was read is not what is wanted; undefined when it is. */
export function mismatch(
  id: string,
  actual: VectorRecord | undefined,
  wanted: Wanted | undefined,
): string | undefined {
  if (actual === undefined) return wanted === undefined ? undefined : `record ${id} is missing`;
  if (wanted === undefined) return `record ${id} is there, and was deleted or never written`;
  if (printOf(actual) !== wanted.print) {
    return `record ${id} is ${printOf(actual)}, not ${wanted.print}`;
  }
  const { createTime, updateTime, revision } = wanted;
  if (revision !== undefined && Number(actual.revision) !== revision) {
    return `record ${id} has revision ${actual.revision}, not ${revision}`;
  }
  if (createTime !== undefined && instantOf(actual.createTime) !== instantOf(createTime)) {
    return `record ${id} was created at ${instantOf(actual.createTime)}, not ${instantOf(createTime)}`;
  }
  if (updateTime !== undefined && instantOf(actual.updateTime) !== instantOf(updateTime)) {
    return `record ${id} was updated at ${instantOf(actual.updateTime)}, not ${instantOf(updateTime)}`;
  }
  return undefined;
}

/** `wanted` with what the record that was read tells. */
export function learned(wanted: Wanted, actual: VectorRecord): Wanted {
  const { createTime, updateTime, revision } = actual;
  return { ...wanted, createTime, updateTime, revision: Number(revision) };
}

/** The group of a record. */
export function groupOf({ record }: Wanted): number {
  const kind = record.metadata.get('group')?.kind;
  return kind?.$case === 'intValue' ? Number(kind.value) : -1;
}

/** Whether `a` is after `b`; no time is before every time. */
export function isLater(a: Timestamp | undefined, b: Timestamp | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined && b === undefined;
  return a.seconds === b.seconds ? a.nanos > b.nanos : a.seconds > b.seconds;
}

function instantOf(time: Timestamp | undefined): string {
  return time === undefined ? 'never' : `${time.seconds}.${String(time.nanos).padStart(9, '0')}`;
}

function printOf(record: VectorRecord): string {
  const { content, title, filePath, extension, embedding, metadata } = record;
  const entries = [...metadata.keys()].sort().map((key) => [key, metadata.get(key)?.kind]);
  return JSON.stringify([content, title, filePath, extension, embedding, entries], (_, value) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}
