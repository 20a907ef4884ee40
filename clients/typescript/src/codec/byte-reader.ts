/**
 * Reads protobuf fields from one buffer.
 * Invariants: never reads past the end, always moves forward, throws RangeError on bytes that are
 * no message. The bytes are not kept: texts and vectors are copied out.
 */

const TWO_32 = 2 ** 32;

export class ByteReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #position = 0;
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Offset of the next byte. */
  get position(): number {
    return this.#position;
  }

  /** Offset after the last byte. */
  get end(): number {
    return this.#bytes.length;
  }

  /** A varint of at most 53 bits, such as a tag or a length; larger ones lose precision. */
  varint(): number {
    const first = this.#bytes[this.#position];
    if (first < 128) {
      this.#position += 1;
      return first;
    }
    this.#readVarint();
    return (this.#high >>> 0) * TWO_32 + (this.#low >>> 0);
  }

  /** A signed 64-bit integer: a number when that is exact, else a bigint. */
  int64(): number | bigint {
    this.#readVarint();
    const high = this.#high | 0;
    const low = this.#low >>> 0;
    const value = high * TWO_32 + low;
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
  }

  /** A 32-bit float. */
  float(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  /** A 64-bit float. */
  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** A length-delimited UTF-8 text. */
  text(): string {
    const end = this.enter();
    const text = this.#bytes.toString('utf8', this.#position, end);
    this.#position = end;
    return text;
  }

  /** Reads the length of an embedded message, or packed field, and returns where it ends. */
  enter(): number {
    const length = this.varint();
    const end = this.#position + length;
    if (end > this.end) throw new RangeError(`length ${length} at ${this.#position} is too large`);
    return end;
  }

  /** The bytes of an embedded message, not copied. */
  view(): Uint8Array {
    const end = this.enter();
    const start = this.#position;
    this.#position = end;
    return this.#bytes.subarray(start, end);
  }

  /** Checks that an embedded message ended where its length said. */
  leave(end: number): void {
    if (this.#position !== end) throw new RangeError(`message does not end at ${end}`);
  }

  /** A packed chunk of 32-bit floats, copied. */
  floats(): Float32Array {
    const end = this.enter();
    const start = this.#position;
    if ((end - start) % 4 !== 0) throw new RangeError('packed floats are not whole');
    this.#position = end;
    const values = new Float32Array((end - start) / 4);
    const bytes = Buffer.from(values.buffer);
    this.#bytes.copy(bytes, 0, start, end);
    if (!littleEndian) bytes.swap32();
    return values;
  }

  /** Skips the value of a field that is not known. */
  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.#readVarint();
        return;
      case 1:
        this.#take(8);
        return;
      case 2:
        this.#position = this.enter();
        return;
      case 5:
        this.#take(4);
        return;
      default:
        throw new RangeError(`tag ${tag} at ${this.#position} has no known wire type`);
    }
  }

  #take(count: number): number {
    const start = this.#position;
    if (start + count > this.end) throw new RangeError('message ends within a value');
    this.#position = start + count;
    return start;
  }

  #readVarint(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.#take(1)];
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) {
        this.#low = low;
        this.#high = high;
        return;
      }
    }
    throw new RangeError(`varint before ${this.#position} is too long`);
  }
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
