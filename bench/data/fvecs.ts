/** Reads .fvecs: each vector as its length (int32) and its values (float32), little-endian. */
import type { SourceData } from './source.js';

/** Throws with the row when the bytes are no such file, or not a whole one. */
export function parseFvecs(bytes: Uint8Array): SourceData {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 4) throw new Error('the .fvecs file ends before its first vector');
  const dimension = buffer.readInt32LE(0);
  if (dimension < 1) throw new Error(`the first vector of the .fvecs file has length ${dimension}`);
  const stride = 4 + dimension * 4;
  const count = Math.ceil(buffer.length / stride);
  if (count * stride !== buffer.length) {
    throw new Error(`the .fvecs file ends within row ${count - 1}`);
  }
  const rows = new Float32Array(count * dimension);
  const target = Buffer.from(rows.buffer);
  for (let row = 0; row < count; row += 1) {
    const start = row * stride;
    const length = buffer.readInt32LE(start);
    if (length !== dimension) {
      throw new Error(`row ${row} of the .fvecs file has length ${length} instead of ${dimension}`);
    }
    buffer.copy(target, row * dimension * 4, start + 4, start + stride);
  }
  return { dimension, rows, texts: null };
}
