/**
 * Reads compressed fragments. A fragment may come from anybody: its length is bounded before
 * anything is inflated, and what it inflates to is held to what it says.
 *
 * Invariants: nothing is inflated before its CRC has been verified; at most INFLATED_BYTES_MAX, and
 * never more than the fragment says, are inflated; an inflated fragment has records and fields
 * unknown to this version, nothing else. Throws Damage.
 */
import { promisify } from 'node:util';
import { crc32, gunzip } from 'node:zlib';
import { Codec, Fragment } from '../gen/protovec/v1/snapshot.js';
import { FieldScanner } from './field-scanner.js';
import { Damage, decoded, INFLATED_BYTES_MAX, KNOWN_FIELD_MAX, tags } from './format.js';

const inflate = promisify(gunzip);

/** Decodes the value of a `fragments` field. */
export function decodeFragment(encoded: Uint8Array): Fragment {
  return decoded('compressed records cannot be decoded', () => Fragment.decode(encoded));
}

/**
 * The value of a `fragments` field, checked and inflated in another thread: whole fields, as many of
 * them records as it says.
 */
export async function inflatedFragment(encoded: Uint8Array): Promise<Uint8Array> {
  const { codec, data, crc, inflatedSize, recordCount } = decodeFragment(encoded);
  if (codec !== Codec.GZIP) {
    throw new Damage(`records compressed with codec ${codec}, which this version does not know`);
  }
  if (crc32(data) !== crc) {
    throw new Damage(`the ${data.length} bytes of compressed records do not match their CRC`);
  }
  if (inflatedSize > BigInt(INFLATED_BYTES_MAX)) {
    throw new Damage(
      `compressed records that inflate to ${inflatedSize} bytes, the most is ${INFLATED_BYTES_MAX}`,
    );
  }
  const bytes = await inflateTo(data, Number(inflatedSize));
  const records = countRecords(bytes);
  if (BigInt(records) === recordCount) return bytes;
  throw new Damage(`compressed records that count ${recordCount} records, there are ${records}`);
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
    throw new Damage(`compressed records that cannot be inflated: ${what}`, { cause: error });
  }
  if (bytes.length === size) return bytes;
  throw new Damage(`compressed records that inflate to ${bytes.length} bytes instead of ${size}`);
}

function countRecords(bytes: Uint8Array): number {
  const scanner = new FieldScanner();
  let records = 0;
  for (let at = 0; at < bytes.length; at = scanner.valueEnd) {
    if (!scanner.scan(bytes, at, bytes.length)) {
      throw new Damage('compressed records that end within a field');
    }
    if (scanner.tag === tags.record) records += 1;
    else if (scanner.number <= KNOWN_FIELD_MAX) {
      const what = `field ${scanner.number} among compressed records, where only records may be`;
      throw new Damage(what);
    }
  }
  return records;
}
