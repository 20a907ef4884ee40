/**
 * Reads protobuf's wire format from a range of bytes, in place: tags, lengths, varints, skipping.
 *
 * It is written out here, and not taken from a library, because a record is one range among many
 * of a large buffer: every read is bounded by the range's `end`, and whatever is malformed is
 * refused with a ProtovecError that says where. It never reads past `end` and never allocates,
 * except for errors. Groups, which proto3 does not have, are refused.
 */
import { invalidArgument, type ProtovecError } from '../errors.js';

/** Wire types that proto3 has. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

const WIRE_TYPES = ['a varint', '64 bits', 'length-delimited', 'a group', 'a group', '32 bits'];
const UINT32 = 2 ** 32;
const UNBOUNDED = 2 ** 31 - 1;

export class Cursor {
  bytes: Uint8Array = new Uint8Array(0);
  /** Offset in `bytes` of the next byte to read. */
  position = 0;
  /** Offset after the last byte that may be read; narrowed while a submessage is read. */
  end = 0;
  /** Both halves of what `varint64` read, unsigned. */
  low = 0;
  high = 0;
  #origin = 0;
  #fields = 0;
  #fieldsMax = UNBOUNDED;

  /**
   * Starts over on `bytes` from `start` up to `end`; errors count from `start`. `fieldsMax`: tags that
   * may be read, those of submessages included; more are refused.
   */
  open(bytes: Uint8Array, start: number, end: number, fieldsMax: number = UNBOUNDED): void {
    if (start < 0 || start > end || end > bytes.length) {
      throw new RangeError(`no bytes ${start} to ${end} in ${bytes.length}`);
    }
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.#origin = start;
    this.#fields = 0;
    this.#fieldsMax = fieldsMax;
  }

  /** The next tag. Refuses field number 0, wire types that proto3 lacks and over 32 bits. */
  tag(): number {
    if (++this.#fields > this.#fieldsMax) throw tooManyFields(this.#fieldsMax);
    const tag = this.#varint32('tag');
    const type = tag & 7;
    if (tag >>> 3 === 0) throw this.malformed('a tag with field number 0');
    if (type === 3 || type === 4) throw this.malformed('a group, which proto3 does not have,');
    if (type > 5) throw this.malformed(`a tag with the unknown wire type ${type}`);
    return tag;
  }

  /** Reads the length of a length-delimited value; returns where the value ends. */
  valueEnd(): number {
    const length = this.#varint32('length');
    if (length > this.end - this.position) {
      throw this.malformed(
        `a length of ${length} bytes where ${this.end - this.position} are left`,
      );
    }
    return this.position + length;
  }

  /** Reads a varint of up to 64 bits into `low` and `high`. */
  varint64(): void {
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      if (this.position >= this.end) throw this.malformed('a truncated varint');
      const byte = this.bytes[this.position++];
      const bits = byte & 0x7f;
      if (i < 4) low |= bits << (7 * i);
      else if (i === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * i - 32);
      if (byte < 0x80) {
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    throw this.malformed('a varint of more than ten bytes');
  }

  /** What `varint64` read as an unsigned number; rounded from 2^53 on. */
  unsigned(): number {
    return this.high * UINT32 + this.low;
  }

  /** What `varint64` read as a signed number; rounded beyond 2^53. */
  signed(): number {
    return (this.high | 0) * UINT32 + this.low;
  }

  /** Passes `count` bytes; returns where they start. */
  fixed(count: number): number {
    const at = this.position;
    if (count > this.end - at) throw this.malformed('a truncated value');
    this.position = at + count;
    return at;
  }

  /** Passes the value that follows `tag`. */
  skip(tag: number): void {
    const type = tag & 7;
    if (type === BYTES) this.position = this.valueEnd();
    else if (type === VARINT) this.varint64();
    else this.fixed(type === FIXED64 ? 8 : 4);
  }

  /** The error for bytes that are no protobuf; `what` was found before `position`. */
  malformed(what: string): ProtovecError {
    const offset = this.position - this.#origin;
    return invalidArgument(
      '',
      `not a valid protobuf message: ${what} before byte ${offset}; encode it with a protobuf library`,
    );
  }

  /** The error for a known field, named `field`, whose wire type is not `expected`. */
  wrongType(field: string, tag: number, expected: number): ProtovecError {
    return invalidArgument(
      field,
      `${field === '' ? `field ${tag >>> 3}` : field} is encoded as ${WIRE_TYPES[tag & 7]} but its type is ${WIRE_TYPES[expected]} on the ` +
        'wire; encode it with a protobuf library from the published schema',
    );
  }

  #varint32(what: string): number {
    const { bytes, end } = this;
    let at = this.position;
    if (at < end) {
      const first = bytes[at++];
      if (first < 0x80) {
        this.position = at;
        return first;
      }
      let value = first & 0x7f;
      for (let shift = 7; at < end; shift += 7) {
        const byte = bytes[at++];
        if (shift === 28 && byte > 0x0f) {
          this.position = at;
          throw this.malformed(`a ${what} of more than 32 bits`);
        }
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) {
          this.position = at;
          return value >>> 0;
        }
      }
    }
    throw this.malformed(`a truncated ${what}`);
  }
}

/** The error for a message that no client sends but to keep the server busy. */
export function tooManyFields(most: number): ProtovecError {
  return invalidArgument(
    '',
    `the message has more than ${most} fields on the wire; split the request`,
  );
}
