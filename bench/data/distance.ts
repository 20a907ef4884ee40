/** The distance that recall is counted by, in double precision, whatever a system computes. */

/** 1 - cosine of the angle between row `a` of `left` and row `b` of `right`. */
export function cosineDistance(
  left: Float32Array,
  a: number,
  right: Float32Array,
  b: number,
  dimension: number,
): number {
  const leftStart = a * dimension;
  const rightStart = b * dimension;
  let dot = 0;
  let leftSquared = 0;
  let rightSquared = 0;
  for (let i = 0; i < dimension; i += 1) {
    const x = left[leftStart + i];
    const y = right[rightStart + i];
    dot += x * y;
    leftSquared += x * x;
    rightSquared += y * y;
  }
  return 1 - dot / Math.sqrt(leftSquared * rightSquared);
}
