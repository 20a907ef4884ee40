/**
 * 8-bit rows, each scaled by its own largest value so that all of the range is used. Cosine does not
 * see the scale; at many dimensions the values of a unit vector would use only a few of 256 steps.
 */

/** Writes `row`, scaled to the range of 8 bits, to `target[start]` and on. */
export function quantise(row: Float32Array, target: Int8Array, start: number): void {
  let high = 0;
  let low = 0;
  for (let i = 0; i < row.length; i++) {
    const value = row[i];
    high = value > high ? value : high;
    low = value < low ? value : low;
  }
  const scale = 127 / Math.max(high, -low);
  // Rounded by truncation of a positive number: half the time of a branch on the sign.
  for (let i = 0; i < row.length; i++) target[start + i] = ((row[i] * scale + 128.5) | 0) - 128;
}

/** Every row of a dense matrix. No row may be zero. */
export function quantiseRows(rows: Float32Array, dimension: number): Int8Array {
  const target = new Int8Array(rows.length);
  for (let start = 0; start < rows.length; start += dimension) {
    quantise(rows.subarray(start, start + dimension), target, start);
  }
  return target;
}
