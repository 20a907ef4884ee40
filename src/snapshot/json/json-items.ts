/**
 * Walks the top level of a JSON snapshot as a stream: the members of the one object, and the
 * elements of members that are arrays, one at a time.
 *
 * Invariants: memory is the window and one value, of at most limits.jsonValueBytesMax; a key occurs
 * once; nothing but white space follows the object. Values are bounded, not parsed.
 */
import { limits } from '../../limits.js';
import type { ByteWindow } from '../binary/byte-window.js';
import { JsonBounds } from './json-bounds.js';
import { isSpace, JsonCursor } from './json-cursor.js';
import { TextError } from './text-error.js';

/** A file has about ten; a hostile one could have any number. */
const keysMax = 1000;

const braceOpen = 0x7b;
const braceClose = 0x7d;
const bracketOpen = 0x5b;
const bracketClose = 0x5d;
const comma = 0x2c;
const colon = 0x3a;
const quote = 0x22;

export class JsonItems {
  /** Member that the item belongs to, under its canonical name. */
  key = '';
  /** `list`: the beginning of a member that is an array. */
  kind: 'value' | 'list' | 'element' = 'value';
  /** Where the value or the element stands in the window's bytes, until the next item. */
  start = 0;
  end = 0;
  readonly #window: ByteWindow;
  readonly #bounds = new JsonBounds();
  readonly #cursor = new JsonCursor();
  readonly #nameOf: (key: string) => string;
  readonly #keys = new Set<string>();
  /** Members so far, and elements of the array at hand. */
  #elements = 0;
  #state: 'start' | 'member' | 'element' | 'done' = 'start';

  /** `nameOf` gives the canonical name of a key that has several. */
  constructor(window: ByteWindow, nameOf: (key: string) => string) {
    this.#window = window;
    this.#nameOf = nameOf;
  }

  /** Goes on to the next item; false at the end of a whole text. */
  async next(): Promise<boolean> {
    if (this.#state === 'start') {
      await this.#take(braceOpen, '"{"');
      this.#state = 'member';
    }
    if (this.#state === 'element' && (await this.#nextElement())) return true;
    return this.#state !== 'done' && this.#nextMember();
  }

  async #nextMember(): Promise<boolean> {
    if ((await this.#peek()) === braceClose) return this.#finish();
    if (this.#keys.size > 0) {
      await this.#take(comma, '"," or "}"');
      await this.#peek();
    }
    await this.#readKey();
    await this.#take(colon, '":"');
    this.#elements = 0;
    if ((await this.#peek()) === bracketOpen) {
      this.start = this.#window.start;
      this.#window.start += 1;
      this.end = this.#window.start;
      this.kind = 'list';
      this.#state = 'element';
      return true;
    }
    this.kind = 'value';
    await this.#boundValue('a value');
    return true;
  }

  async #nextElement(): Promise<boolean> {
    if ((await this.#peek()) === bracketClose) {
      this.#window.start += 1;
      this.#state = 'member';
      return false;
    }
    if (this.#elements > 0) {
      await this.#take(comma, '"," or "]"');
      await this.#peek();
    }
    this.#elements += 1;
    this.kind = 'element';
    await this.#boundValue('a value');
    return true;
  }

  async #readKey(): Promise<void> {
    if ((await this.#peek()) !== quote) throw this.#unexpected('a key');
    await this.#boundValue('a key');
    const cursor = this.#cursor;
    cursor.open(this.#window.bytes, this.start, this.end);
    const key = this.#nameOf(cursor.string());
    if (this.#keys.has(key)) {
      throw new TextError(`the key ${JSON.stringify(key.slice(0, 100))} occurs twice`, this.start);
    }
    this.#keys.add(key);
    if (this.#keys.size > keysMax) {
      throw new TextError(`more than ${keysMax} keys, a snapshot has about ten`, this.start);
    }
    this.key = key;
  }

  async #finish(): Promise<boolean> {
    this.#window.start += 1;
    this.#state = 'done';
    if ((await this.#peek()) >= 0) throw this.#unexpected('the end of the file');
    return false;
  }

  /** Finds the end of the value that starts here and moves behind it. */
  async #boundValue(expected: string): Promise<void> {
    const window = this.#window;
    this.#bounds.begin();
    for (;;) {
      const length = this.#bounds.scan(window.bytes, window.start, window.end);
      if (length === 0) throw this.#unexpected(expected);
      if (length > 0) {
        this.start = window.start;
        this.end = window.start + length;
        window.start = this.end;
        return;
      }
      if (window.atEnd) throw truncated(window.end);
      if (window.end - window.start > limits.jsonValueBytesMax) {
        throw new TextError(
          `a value of more than ${limits.jsonValueBytesMax} bytes, which no record has`,
          window.start,
        );
      }
      await window.more();
    }
  }

  async #take(byte: number, expected: string): Promise<void> {
    if ((await this.#peek()) !== byte) throw this.#unexpected(expected);
    this.#window.start += 1;
  }

  /** The next byte that is not white space, left where it is; -1 at the end of the file. */
  async #peek(): Promise<number> {
    const window = this.#window;
    for (;;) {
      const { bytes, end } = window;
      let at = window.start;
      while (at < end && isSpace(bytes[at])) at++;
      window.start = at;
      if (at < end) return bytes[at];
      if (window.atEnd) return -1;
      await window.more();
    }
  }

  #unexpected(expected: string): TextError {
    const { bytes, start, end } = this.#window;
    if (start >= end) return truncated(end);
    const got = JSON.stringify(bytes.toString('latin1', start, start + 1));
    return new TextError(`${got} where ${expected} is expected`, start);
  }
}

function truncated(at: number): TextError {
  return new TextError('the text ends before its object does: it is truncated, copy it again', at);
}
