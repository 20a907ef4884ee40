/** Numbers below 2^53 in protobuf's fixed64 form, without a BigInt for each. */

const UINT32 = 2 ** 32;

/** Writes `value` at `at`; returns the offset after it. */
export function writeFixed64(target: Buffer, value: number, at: number): number {
  target.writeUInt32LE(value % UINT32, at);
  return target.writeUInt32LE(Math.floor(value / UINT32), at + 4);
}

/** The number at `at`; from 2^53 on it is rounded, which no file of ours holds. */
export function readFixed64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * UINT32;
}
