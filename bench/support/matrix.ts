/** Matrices on disk: float32 little-endian, row after row, without a header. */
import { type FileHandle, open } from 'node:fs/promises';

/** Node refuses single reads of 2 GiB and more. */
const READ_BYTES = 256 * 2 ** 20;

/** Rows `from` to `from + count` of a matrix file. Fails when the file is shorter. */
export async function readRows(
  path: string,
  dimension: number,
  from: number,
  count: number,
): Promise<Float32Array> {
  const rows = new Float32Array(count * dimension);
  const bytes = new Uint8Array(rows.buffer);
  const file = await open(path);
  try {
    await fill(file, bytes, from * dimension * 4, path);
  } finally {
    await file.close();
  }
  return rows;
}

async function fill(file: FileHandle, bytes: Uint8Array, start: number, path: string) {
  let done = 0;
  while (done < bytes.length) {
    const wanted = Math.min(READ_BYTES, bytes.length - done);
    const { bytesRead } = await file.read(bytes, done, wanted, start + done);
    if (bytesRead === 0) {
      throw new Error(`${path} ends at byte ${start + done}; ${bytes.length - done} are missing`);
    }
    done += bytesRead;
  }
}

/** One row of a matrix, without copying it. */
export function rowOf(rows: Float32Array, dimension: number, row: number): Float32Array {
  return rows.subarray(row * dimension, (row + 1) * dimension);
}
