/** Writes the vectors that programs load: little-endian floats, row after row, as drawn from a seed. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { VectorSource } from '../support/random.js';

const ROWS_AT_ONCE = 1000;

export interface VectorFile {
  readonly path: string;
  readonly count: number;
  readonly dimension: number;
}

export async function writeVectors(
  { path, count, dimension }: VectorFile,
  seed: number,
): Promise<void> {
  const source = new VectorSource(dimension, seed);
  const file = createWriteStream(path);
  for (let row = 0; row < count; row += ROWS_AT_ONCE) {
    const rows = new Float32Array(Math.min(ROWS_AT_ONCE, count - row) * dimension);
    for (let offset = 0; offset < rows.length; offset += dimension) source.next(rows, offset);
    if (!file.write(new Uint8Array(rows.buffer))) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}
