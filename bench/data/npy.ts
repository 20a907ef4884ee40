/** Reads NumPy's .npy: a matrix of 32-bit or 64-bit little-endian floats in C order. */
import type { SourceData } from './source.js';

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');

/** Throws with what is wrong when the bytes are no such file, or not a whole one. */
export function parseNpy(bytes: Uint8Array): SourceData {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 12 || !buffer.subarray(0, 6).equals(MAGIC)) {
    throw new Error('this is no .npy file: it does not begin with \\x93NUMPY and a header');
  }
  const long = buffer[6] >= 2;
  const start = long ? 12 : 10;
  const length = long ? buffer.readUInt32LE(8) : buffer.readUInt16LE(8);
  if (start + length > buffer.length) throw new Error('the .npy file ends within its header');
  const { count, dimension, width } = parseHeader(buffer.toString('latin1', start, start + length));
  const body = buffer.subarray(start + length);
  const expected = count * dimension * width;
  if (body.length !== expected) {
    throw new Error(`the .npy file holds ${body.length} bytes of values instead of ${expected}`);
  }
  return { dimension, rows: toFloats(body, width), texts: null };
}

function parseHeader(header: string): { count: number; dimension: number; width: number } {
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const shape = /'shape':\s*\((\d+),\s*(\d+),?\s*\)/.exec(header);
  if (type !== '<f4' && type !== '<f8') {
    throw new Error(`the .npy file holds values of type ${type}; save it as float32`);
  }
  if (/'fortran_order':\s*True/.test(header)) {
    throw new Error('the .npy file is in Fortran order; save numpy.ascontiguousarray of it');
  }
  const dimension = Number(shape?.[2]);
  if (shape === null || dimension === 0 || Number(shape[1]) === 0) {
    throw new Error('the .npy file is no matrix with rows; one row a vector is expected');
  }
  return { count: Number(shape[1]), dimension, width: type === '<f4' ? 4 : 8 };
}

function toFloats(body: Buffer, width: number): Float32Array {
  // A copy, because values of a file need not be aligned.
  const { buffer } = Uint8Array.from(body);
  return width === 4 ? new Float32Array(buffer) : Float32Array.from(new Float64Array(buffer));
}
