/**
 * A growable buffer that bytes are appended to. It knows protobuf's varints and fixed-width
 * numbers (little-endian), but nothing of messages or fields.
 *
 * Invariants: every view that it hands out belongs to an ArrayBuffer of its own, never to Node's
 * shared pool; bytes before `length` change only through `reset`, `prefixLength` and the caller's
 * own writes into what `reserve` gave. It never shrinks and never checks what it is given.
 */

const UINT32 = 2 ** 32;
/** Below this a loop is faster than making the view that a native copy needs. */
const COPY_LOOP_MAX = 24;

/** Bytes that `v`, a non-negative integer below 2^53, takes as a minimal varint. */
export function varintLength(v: number): number {
  if (v < 0x80) return 1;
  if (v < 0x4000) return 2;
  if (v < 0x200000) return 3;
  if (v < 0x10000000) return 4;
  if (v < 0x800000000) return 5;
  if (v < 0x40000000000) return 6;
  return v < 0x2000000000000 ? 7 : 8;
}

export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  /** `initialCapacity` in bytes; it doubles when it is used up. */
  constructor(initialCapacity = 1024) {
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(16, initialCapacity));
  }

  /** Bytes written. */
  get length(): number {
    return this.#length;
  }

  /** The whole buffer, written bytes first. Another one after a write that had to grow it. */
  get buffer(): Buffer {
    return this.#buffer;
  }

  /** Appends one byte. */
  byte(v: number): void {
    if (this.#length === this.#buffer.length) this.#grow(1);
    this.#buffer[this.#length++] = v;
  }

  /** Appends a non-negative integer below 2^53 as a minimal varint. */
  varint(v: number): void {
    if (this.#length + 8 > this.#buffer.length) this.#grow(8);
    this.#length = writeVarint(this.#buffer, this.#length, v);
  }

  /** Appends a safe integer of either sign as protobuf's int64: a negative one takes ten bytes. */
  int64(v: number): void {
    if (v >= 0) {
      this.varint(v);
      return;
    }
    // Two's complement over 64 bits: nine groups of seven bits and the sign bit.
    let low = v >>> 0;
    let high = Math.floor(v / UINT32) >>> 0;
    for (let i = 0; i < 9; i++) {
      this.byte((low & 0x7f) | 0x80);
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.byte(low);
  }

  /** Appends the low 32 bits of `v`. */
  fixed32(v: number): void {
    const at = this.reserve(4);
    this.#buffer.writeUInt32LE(v >>> 0, at);
  }

  /** Appends a non-negative integer below 2^53 in 64 bits. */
  fixed64(v: number): void {
    const at = this.reserve(8);
    this.#buffer.writeUInt32LE(v >>> 0, at);
    this.#buffer.writeUInt32LE(Math.floor(v / UINT32), at + 4);
  }

  /** Appends `v` rounded to a 32-bit float. */
  float(v: number): void {
    const at = this.reserve(4);
    this.#buffer.writeFloatLE(v, at);
  }

  /** Appends `v` as a 64-bit float. */
  double(v: number): void {
    const at = this.reserve(8);
    this.#buffer.writeDoubleLE(v, at);
  }

  /** Appends the bytes of `source` from `start` up to `end`. */
  copy(source: Uint8Array, start: number, end: number): void {
    const at = this.reserve(end - start);
    if (end - start <= COPY_LOOP_MAX) {
      for (let i = start, to = at; i < end; i++, to++) this.#buffer[to] = source[i];
    } else {
      this.#buffer.set(source.subarray(start, end), at);
    }
  }

  /** Makes room for `n` bytes that the caller writes into `buffer`; returns where they start. */
  reserve(n: number): number {
    const at = this.#length;
    if (at + n > this.#buffer.length) this.#grow(n);
    this.#length = at + n;
    return at;
  }

  /** Puts the length of everything after offset `from` before it as a varint, moving it up. */
  prefixLength(from: number): void {
    const size = this.#length - from;
    const shift = varintLength(size);
    this.reserve(shift);
    this.#buffer.copyWithin(from + shift, from, from + size);
    writeVarint(this.#buffer, from, size);
  }

  /** A view of the written bytes, not a copy; valid until `reset`. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Forgets what was written and keeps the memory. */
  reset(): void {
    this.#length = 0;
  }

  #grow(n: number): void {
    const capacity = Math.max(this.#buffer.length * 2, this.#length + n);
    const buffer = Buffer.allocUnsafeSlow(capacity);
    buffer.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = buffer;
  }
}

/** Writes `v` at `at`, where the caller made room; returns the offset after it. */
function writeVarint(buffer: Uint8Array, at: number, v: number): number {
  let rest = v;
  let to = at;
  while (rest >= 0x10000000) {
    buffer[to++] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  let small = rest | 0;
  while (small >= 0x80) {
    buffer[to++] = (small & 0x7f) | 0x80;
    small >>>= 7;
  }
  buffer[to++] = small;
  return to;
}
