/**
 * Reads compressed fragments. A fragment may come from anybody: its length is bounded before
 * anything is inflated, and what it inflates to is held to what it says.
 *
 * Invariants: nothing is inflated before its CRC has been verified; at most
 * limits.fragmentBytesMax, and never more than the fragment says, are inflated; an inflated
 * fragment has records and fields unknown to this version, nothing else. Never decodes a record.
 * Errors are plain; the reader adds file and offset.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Codec, Fragment } from '../../gen/protovec/v1/snapshot.js';
import { limits } from '../../limits.js';
import { Cursor, VARINT } from '../../record/cursor.js';
import { crc32 } from '../../storage/checksum.js';
import { knownFieldMax, tags } from '../format.js';
import { FieldScanner } from './field-scanner.js';
import { RecordBounds } from './record-bounds.js';

/** The records of one fragment. */
export interface InflatedFragment {
  readonly bytes: Uint8Array;
  /** Start and end, in `bytes`, of each record's body. */
  readonly records: Int32Array;
  readonly count: number;
}

/** Fragment.record_count. */
const recordCountField = 3;

const inflate = promisify(gunzip);

/** Decodes the value of a `fragments` field, checks it and inflates it in another thread. */
export async function readFragment(encoded: Uint8Array): Promise<InflatedFragment> {
  const fragment = decoded(encoded);
  const { codec, data, crc } = fragment;
  if (codec !== Codec.GZIP) {
    throw new Error(`records compressed with codec ${codec}, which this version does not know`);
  }
  if (crc32(data) !== crc) {
    throw new Error(`the ${data.length} bytes of compressed records do not match their CRC`);
  }
  if (fragment.inflatedSize > BigInt(limits.fragmentBytesMax)) {
    throw new Error(
      `compressed records that inflate to ${fragment.inflatedSize} bytes, the most is ` +
        `${limits.fragmentBytesMax}`,
    );
  }
  const size = Number(fragment.inflatedSize);
  const bytes = await inflateTo(data, size);
  const bounds = recordsOf(bytes);
  if (BigInt(bounds.count) !== fragment.recordCount) {
    throw new Error(
      `compressed records that count ${fragment.recordCount} records, there are ${bounds.count}`,
    );
  }
  return { bytes, records: bounds.table, count: bounds.count };
}

/** What the encoded fragment in `bytes` from `start` up to `end` says of its number of records. */
export function claimedRecords(bytes: Uint8Array, start: number, end: number): number {
  const cursor = new Cursor();
  cursor.open(bytes, start, end);
  let count = 0;
  while (cursor.position < end) {
    const tag = cursor.tag();
    if (tag === ((recordCountField << 3) | VARINT)) {
      cursor.varint64();
      count = cursor.unsigned();
    } else cursor.skip(tag);
  }
  return count;
}

function decoded(encoded: Uint8Array): Fragment {
  try {
    return Fragment.decode(encoded);
  } catch (error) {
    throw new Error(`compressed records that cannot be decoded: ${error}`, { cause: error });
  }
}

async function inflateTo(data: Uint8Array, size: number): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    // One chunk as large as the answer saves zlib from putting pieces together.
    const chunkSize = Math.max(size, 64);
    bytes = await inflate(data, { maxOutputLength: Math.max(size, 1), chunkSize });
  } catch (error) {
    const more = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    const what = more ? `they inflate to more than the ${size} bytes they say` : String(error);
    throw new Error(`compressed records that cannot be inflated: ${what}`, { cause: error });
  }
  if (bytes.length === size) return bytes;
  throw new Error(`compressed records that inflate to ${bytes.length} bytes instead of ${size}`);
}

function recordsOf(bytes: Uint8Array): RecordBounds {
  const scanner = new FieldScanner();
  const bounds = new RecordBounds();
  for (let at = 0; at < bytes.length; at = scanner.valueEnd) {
    if (!scanner.scan(bytes, at, bytes.length)) {
      throw new Error('compressed records that end within a field');
    }
    if (scanner.tag === tags.record) bounds.push(scanner.valueStart, scanner.valueEnd);
    else if (scanner.number <= knownFieldMax) {
      throw new Error(
        `field ${scanner.number} among compressed records, where only records may be`,
      );
    }
  }
  return bounds;
}
