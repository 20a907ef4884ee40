/** The column of a metadata key: values are encoded MetadataValues. */
import { ValueColumn } from './value-column.js';
import { encoded } from './value-record.js';

/** Fields of MetadataValue. */
const TEXT_TAG = 0x0a;
const INT_TAG = 0x10;
const DOUBLE_TAG = 0x19;
const BOOL_TAG = 0x20;

export class MetadataColumn extends ValueColumn {
  /** Its place among the columns of keys. */
  readonly number: number;
  readonly name: string;
  #isPlain = true;

  constructor(number: number, name: string) {
    super();
    this.number = number;
    this.name = name;
  }

  /**
   * Whether a text can only be one value, because there were never lists and every text is encoded
   * in the one usual way.
   */
  get isPlain(): boolean {
    return this.#isPlain;
  }

  /** When the column is plain: the value that is this text, or 0. */
  findText(text: string): number {
    const value = encoded(TEXT_TAG, Buffer.from(text, 'utf8'));
    return this.values.find(value, 0, value.length);
  }

  override set(
    slot: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    slots: number,
    keeps = true,
  ): void {
    if (this.#isPlain) this.#isPlain = isPlainValue(bytes, start, end);
    super.set(slot, bytes, start, end, slots, keeps);
  }
}

/** Whether the encoded value is none, one number, one truth value, or one text in the usual way. */
function isPlainValue(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return true;
  switch (bytes[start]) {
    case INT_TAG:
    case BOOL_TAG:
      return varintEnd(bytes, start + 1, end) === end;
    case DOUBLE_TAG:
      return end - start === 9;
    case TEXT_TAG:
      return isPlainText(bytes, start + 1, end);
    default:
      return false;
  }
}

/** Whether from `start` to `end` there is a length, in no more bytes than it needs, and the text. */
function isPlainText(bytes: Uint8Array, start: number, end: number): boolean {
  const text = varintEnd(bytes, start, end);
  if (text > end || (text - start > 1 && bytes[text - 1] === 0)) return false;
  let length = 0;
  for (let at = text - 1; at >= start; at--) length = length * 128 + (bytes[at] & 0x7f);
  return length === end - text;
}

function varintEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] >= 0x80) at++;
  return at + 1;
}
