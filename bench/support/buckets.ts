/** The one metadata value of a record: a bucket, so that filters can select any share of them. */
import { readFile } from 'node:fs/promises';

/** Buckets go from 0 to below this. A filter that asks for less than this asks for all records. */
export const BUCKETS = 1000;

/** The bucket of each record, by ordinal. */
export async function readBuckets(path: string): Promise<Uint16Array> {
  return new Uint16Array(Uint8Array.from(await readFile(path)).buffer);
}
