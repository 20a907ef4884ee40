/**
 * Finds where a JSON value ends in a window that may end anywhere, by strings and brackets alone:
 * what lies between them, and whether brackets match, is for the parser to judge.
 *
 * Invariants: a byte is looked at about once however often the window has to grow; nesting is
 * bounded. Never allocates, except for errors.
 */

/** Deepest nesting of values; a record has four levels. */
export const jsonDepthMax = 100;

const quote = 0x22;
const backslash = 0x5c;

const plain = 0;
const opens = 1;
const closes = 2;
const quotes = 3;
/** A comma, or white space: ends a number or a literal. */
const ends = 4;

const classes = new Uint8Array(256);
for (const char of '{[') classes[char.charCodeAt(0)] = opens;
for (const char of '}]') classes[char.charCodeAt(0)] = closes;
for (const char of ', \t\r\n') classes[char.charCodeAt(0)] = ends;
classes[quote] = quotes;

export class JsonBounds {
  #depth = 0;
  #inString = false;
  /** Bytes of the value looked at. */
  #seen = 0;

  /** Starts with another value. */
  begin(): void {
    this.#depth = 0;
    this.#inString = false;
    this.#seen = 0;
  }

  /**
   * Length of the value that starts at `start`, or -1 when `bytes` ends, at `end`, before it does;
   * then call again with more. 0 when no value starts there.
   */
  scan(bytes: Uint8Array, start: number, end: number): number {
    let at = start + this.#seen;
    while (at < end) {
      if (this.#inString) {
        at = stringEnd(bytes, at, end);
        if (at > end) break;
        this.#inString = false;
        if (this.#depth === 0) return at - start;
        continue;
      }
      const kind = classes[bytes[at]];
      if (kind === plain || (kind === ends && this.#depth > 0)) at++;
      else if (this.#depth === 0 && (at > start || kind === ends || kind === closes)) {
        return at - start;
      } else if (kind === quotes) {
        this.#inString = true;
        at++;
      } else {
        at++;
        this.#depth += kind === opens ? 1 : -1;
        if (this.#depth === 0) return at - start;
        if (this.#depth > jsonDepthMax) {
          throw new Error(`values are nested more than ${jsonDepthMax} deep`);
        }
      }
    }
    this.#seen = Math.min(at, end) - start;
    // An escape that the window cuts is looked at again.
    if (this.#inString) this.#seen -= backslashesBefore(bytes, end, start);
    return -1;
  }
}

/** After the quote that ends the string of which `at` is within; more than `end` without one. */
function stringEnd(bytes: Uint8Array, at: number, end: number): number {
  let to = at;
  while (to < end) {
    const byte = bytes[to];
    if (byte === quote) return to + 1;
    to += byte === backslash ? 2 : 1;
  }
  return end + 1;
}

function backslashesBefore(bytes: Uint8Array, end: number, start: number): number {
  let at = end;
  while (at > start + 1 && bytes[at - 1] === backslash) at--;
  return end - at;
}
