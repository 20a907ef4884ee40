/**
 * Reads the answer of an embeddings API: `{"data":[{"index":0,"embedding":[…]},…]}`. The bytes are a
 * stranger's: whatever is not exactly what was asked for is refused, and fields that are not needed
 * are not looked at.
 */

/** Bounds of a squared norm, as for the embeddings of records. */
const SQUARED_NORM_MIN = 1.2e-38;
const SQUARED_NORM_MAX = 3.4028234663852886e38;

/** Why an answer is none; the message goes on after "the embedding service". */
export class UnusableAnswer extends Error {}

/** The vectors of `count` texts, in their order: `count` rows of `dimension` values. */
export function readAnswer(bytes: Uint8Array, count: number, dimension: number): Float32Array {
  const data = dataOf(bytes);
  if (data.length !== count) {
    throw new UnusableAnswer(`sent ${data.length} embeddings for ${count} texts`);
  }
  const matrix = new Float32Array(count * dimension);
  const seen = new Uint8Array(count);
  for (let position = 0; position < count; position += 1) {
    const item = data[position];
    if (!isObject(item)) throw new UnusableAnswer(`sent data[${position}], which is no object`);
    // Some services leave the index out and keep the order.
    const index = item.index === undefined ? position : item.index;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count) {
      throw new UnusableAnswer(`sent an embedding with an index that is none of ${count} texts`);
    }
    if (seen[index] !== 0) throw new UnusableAnswer(`sent two embeddings with the index ${index}`);
    seen[index] = 1;
    readRow(item.embedding, matrix.subarray(index * dimension, (index + 1) * dimension));
  }
  return matrix;
}

function dataOf(bytes: Uint8Array): unknown[] {
  let answer: unknown;
  try {
    answer = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  } catch {
    throw new UnusableAnswer('sent an answer that is not JSON');
  }
  const data = isObject(answer) ? answer.data : undefined;
  if (Array.isArray(data)) return data;
  throw new UnusableAnswer('sent an answer without a list of embeddings in `data`');
}

function readRow(values: unknown, row: Float32Array): void {
  if (!Array.isArray(values)) {
    throw new UnusableAnswer('sent an embedding that is no list of numbers');
  }
  if (values.length !== row.length) throw new UnusableAnswer(otherDimension(values.length, row));
  let squaredNorm = 0;
  for (let i = 0; i < row.length; i += 1) {
    const value: unknown = values[i];
    if (typeof value !== 'number') {
      throw new UnusableAnswer(`sent an embedding whose value ${i} is no number`);
    }
    row[i] = value;
    squaredNorm += row[i] * row[i];
  }
  if (squaredNorm >= SQUARED_NORM_MIN && squaredNorm < SQUARED_NORM_MAX) return;
  throw new UnusableAnswer(`sent an embedding with the squared norm ${squaredNorm}`);
}

function otherDimension(got: number, { length }: Float32Array): string {
  return (
    `sent embeddings of ${got} values where the collection's dimension is ${length}; create the ` +
    'collection with the dimension of the model, or set send_dimension if the model can shorten its'
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
