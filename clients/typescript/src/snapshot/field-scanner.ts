/**
 * Finds the bounds of one top-level field after the other in bytes that may end anywhere.
 *
 * It looks only at tags and lengths, because the bytes have not been checked yet; a value is not
 * touched. Refuses what no encoder of proto3 writes: groups, field number 0, varints longer than
 * their type. Never allocates, except for errors.
 */
import { Damage } from './format.js';

export class FieldScanner {
  /** Field number << 3 | wire type. */
  tag = 0;
  /** Where the value starts: for a length-delimited field after its length. */
  valueStart = 0;
  /** After the value; may be known when `scan` returns false because the value is not at hand. */
  valueEnd = 0;
  #position = 0;
  #value = 0;

  /** Field number. */
  get number(): number {
    return this.tag >>> 3;
  }

  /** Scans the field that starts at `at`. False when `bytes` ends, at `end`, before the field does. */
  scan(bytes: Uint8Array, at: number, end: number): boolean {
    this.#position = at;
    this.valueEnd = at + 1;
    if (!this.#varint32(bytes, end)) return false;
    const tag = this.#value;
    this.tag = tag;
    if (tag < 8) throw new Damage('a field with number 0: the file is damaged');
    switch (tag & 7) {
      case 0:
        return this.#skipVarint(bytes, end);
      case 1:
        return this.#fixed(8, end);
      case 2:
        return this.#varint32(bytes, end) && this.#fixed(this.#value, end);
      case 5:
        return this.#fixed(4, end);
      default:
        throw new Damage(`field ${tag >>> 3} has wire type ${tag & 7}, which proto3 does not use`);
    }
  }

  #fixed(length: number, end: number): boolean {
    this.valueStart = this.#position;
    this.valueEnd = this.#position + length;
    return this.valueEnd <= end;
  }

  #varint32(bytes: Uint8Array, end: number): boolean {
    let at = this.#position;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (at >= end) return false;
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value >= 2 ** 32) break;
        this.#value = value;
        this.#position = at;
        return true;
      }
    }
    throw new Damage('a tag or length of more than 32 bits: the file is damaged');
  }

  #skipVarint(bytes: Uint8Array, end: number): boolean {
    this.valueStart = this.#position;
    for (let at = this.#position; at < this.#position + 10; at++) {
      if (at >= end) return false;
      if (bytes[at] < 0x80) {
        this.valueEnd = at + 1;
        return true;
      }
    }
    throw new Damage(`field ${this.number} is a varint of more than 10 bytes`);
  }
}
