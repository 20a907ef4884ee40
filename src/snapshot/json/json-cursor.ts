/**
 * Parses JSON text in place: the grammar of RFC 8259 and nothing beside it, without the two things
 * that JSON.parse does to data without a word. Keys that occur twice are refused, and integers that
 * a double does not hold come as their text, which protobuf's JSON takes for any number.
 *
 * Invariants: text is valid UTF-8 without unpaired surrogates; a number is the double nearest to its
 * text, sign of zero included. Never reads past `end`. Errors are TextErrors with their place.
 */
import { isUtf8 } from 'node:buffer';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { jsonDepthMax } from './json-bounds.js';
import { scanNumber } from './json-number.js';
import { TextError } from './text-error.js';

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;

export class JsonCursor {
  bytes: Buffer = Buffer.alloc(0);
  /** Offset in `bytes` of the next byte. */
  position = 0;
  end = 0;
  #depth = 0;

  /** Starts over on `bytes` from `start` up to `end`; throws when they are not UTF-8. */
  open(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.#depth = 0;
    if (!isUtf8(bytes.subarray(start, end))) {
      throw new TextError('text that is not valid UTF-8', start);
    }
  }

  /** The value from the next byte that is not white space on. */
  value(): JsonValue {
    const byte = this.peek();
    switch (byte) {
      case 0x7b:
        return this.#object();
      case 0x5b:
        return this.#array();
      case quote:
        return this.string();
      case 0x74:
        return this.#literal('true', true);
      case 0x66:
        return this.#literal('false', false);
      case 0x6e:
        return this.#literal('null', null);
      default:
        return this.#number();
    }
  }

  /** The whole text as one value. */
  only(): JsonValue {
    const value = this.value();
    if (this.peek() >= 0) throw this.unexpected('the end of the value');
    return value;
  }

  /** Walks an object: `visit` is called at each member's value, which it has to read. */
  members(visit: (key: string) => void): void {
    this.#enter(0x7b, '{');
    const seen = new Set<string>();
    if (this.#leave(0x7d)) return;
    for (;;) {
      if (this.peek() !== quote) throw this.unexpected('a key');
      const at = this.position;
      const key = this.string();
      if (seen.has(key)) throw new TextError(`the key ${shown(key)} occurs twice`, at);
      seen.add(key);
      if (this.peek() !== colon) throw this.unexpected('":"');
      this.position += 1;
      visit(key);
      if (this.#leave(0x7d)) return;
      this.#separator();
    }
  }

  /** Walks an array: `visit` is called at each element, which it has to read. */
  elements(visit: () => void): void {
    this.#enter(0x5b, '[');
    if (this.#leave(0x5d)) return;
    for (;;) {
      visit();
      if (this.#leave(0x5d)) return;
      this.#separator();
    }
  }

  /** The next byte that is not white space, left where it is; -1 at the end. */
  peek(): number {
    const { bytes, end } = this;
    let at = this.position;
    while (at < end && isSpace(bytes[at])) at++;
    this.position = at;
    return at < end ? bytes[at] : -1;
  }

  /** The string that starts here. */
  string(): string {
    const { bytes, end, position: start } = this;
    let at = start + 1;
    let escaped = false;
    for (; at < end && bytes[at] !== quote; at++) {
      if (bytes[at] < 0x20) throw new TextError('a control character within a string', at);
      if (bytes[at] !== backslash) continue;
      escaped = true;
      at++;
    }
    if (at >= end) throw new TextError('a string that does not end', start);
    this.position = at + 1;
    if (!escaped) return bytes.toString('utf8', start + 1, at);
    return unescaped(bytes.toString('utf8', start, at + 1), start);
  }

  /** The error for what is here instead of `expected`. */
  unexpected(expected: string): TextError {
    const at = this.position;
    const got = at < this.end ? shown(this.bytes.toString('utf8', at, at + 1)) : 'the end';
    return new TextError(`${got} where ${expected} is expected`, at);
  }

  #object(): JsonObject {
    const object: JsonObject = {};
    this.members((key) => {
      const value = this.value();
      if (key !== '__proto__') object[key] = value;
      else Object.defineProperty(object, key, { value, enumerable: true });
    });
    return object;
  }

  #array(): JsonValue[] {
    const array: JsonValue[] = [];
    this.elements(() => array.push(this.value()));
    return array;
  }

  #number(): number | string {
    const start = this.position;
    const number = scanNumber(this);
    if (Number.isSafeInteger(number) || !Number.isInteger(number)) return number;
    const text = this.bytes.toString('latin1', start, this.position);
    return /^-?\d+$/.test(text) ? text : number;
  }

  #literal<T extends JsonValue>(text: string, value: T): T {
    const after = this.position + text.length;
    if (after > this.end || this.bytes.toString('latin1', this.position, after) !== text) {
      throw this.unexpected('a value');
    }
    this.position = after;
    return value;
  }

  #enter(open: number, name: string): void {
    if (this.peek() !== open) throw this.unexpected(`"${name}"`);
    this.#depth += 1;
    if (this.#depth > jsonDepthMax) {
      throw new TextError(`values are nested more than ${jsonDepthMax} deep`, this.position);
    }
    this.position += 1;
  }

  #leave(close: number): boolean {
    if (this.peek() !== close) return false;
    this.position += 1;
    this.#depth -= 1;
    return true;
  }

  #separator(): void {
    if (this.peek() !== comma) throw this.unexpected('","');
    this.position += 1;
  }
}

/** White space of JSON. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function unescaped(literal: string, at: number): string {
  let text: string;
  try {
    text = JSON.parse(literal) as string;
  } catch {
    throw new TextError('an escape that JSON does not have', at);
  }
  if (/\p{Surrogate}/u.test(text)) throw new TextError('an unpaired surrogate', at);
  return text;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text);
}
