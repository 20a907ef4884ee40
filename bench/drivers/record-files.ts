/** The records of a `load` request, read from its files into memory before the clock starts. */
import { readFile } from 'node:fs/promises';
import { readBuckets } from '../support/buckets.js';
import { readRows, rowOf } from '../support/matrix.js';
import type { LoadRequest } from './driver.js';

export interface RecordFiles {
  /** `from` to `from + count`, as the request says. */
  readonly from: number;
  readonly count: number;
  /** All vectors, row after row. */
  readonly rows: Float32Array;
  /** By ordinal. */
  vector(ordinal: number): Float32Array;
  /** '' when the data set has no texts. */
  text(ordinal: number): string;
  bucket(ordinal: number): number;
}

export async function readRecords(request: LoadRequest, dimension: number): Promise<RecordFiles> {
  const { from, count } = request;
  const rows = await readRows(request.vectors, dimension, from, count);
  const buckets = await readBuckets(request.buckets);
  const all = request.texts === null ? [] : (await readFile(request.texts, 'utf8')).split('\n');
  const texts = all.slice(from, from + count);
  return {
    from,
    count,
    rows,
    vector: (ordinal) => rowOf(rows, dimension, ordinal - from),
    text: (ordinal) => texts[ordinal - from] ?? '',
    bucket: (ordinal) => buckets[ordinal],
  };
}
