/**
 * The records that torture writes. Everything about one follows from its id and its version, so
 * that whatever comes back can be compared byte for byte without keeping what was sent.
 */

import { randomOf } from '../../../bench/support/random.js';
import { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { crc32 } from '../../../src/storage/checksum.js';

export const collection = 'torture';
export const dimension = 32;

/** What a record shall be. Version 0: there is none. */
export interface Row {
  readonly id: string;
  readonly version: number;
}

const CONTENT_BYTES_MAX = 600;
/** One in so many records is so many times as long. */
const LONG_EVERY = 200;
const LONG_TIMES = 100;
const FILLER = 'lorem ipsum '.repeat((CONTENT_BYTES_MAX * LONG_TIMES) / 10);

/** The id of a row; every other writer has ids that the server packs. */
export function idOf(writer: number, batch: number, row: number): string {
  if (writer % 2 === 0) return `writer-${writer}/batch-${batch}/row-${row}`;
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  return `${hex(writer, 8)}-0000-7000-8000-${hex(batch, 8)}${hex(row, 4)}`;
}

function randomFor({ id, version }: Row): () => number {
  return randomOf(crc32(Buffer.from(`${id} ${version}`)));
}

/** The embedding of a row; two rows have different ones. */
export function vectorOf(row: Row): number[] {
  const random = randomFor(row);
  return Array.from({ length: dimension }, () => Math.fround(random() - 0.5));
}

/** The encoded record, without the fields that the server adds. */
export function bodyOf(row: Row): Uint8Array {
  const { id, version } = row;
  const embedding = vectorOf(row);
  const hash = crc32(Buffer.from(id));
  const times = hash % LONG_EVERY === 0 ? LONG_TIMES : 1;
  const filler = ((hash + version * 37) % CONTENT_BYTES_MAX) * times;
  const record = VectorRecord.fromPartial({
    id,
    content: `${id} version ${version} ${FILLER.slice(0, filler)}`,
    title: `version ${version}`,
    embedding,
    metadata: new Map([['version', { kind: { $case: 'intValue', value: BigInt(version) } }]]),
  });
  return VectorRecord.encode(record).finish();
}
