/**
 * Messages that are small on the wire and large in memory: millions of empty submessages, entries
 * or unknown fields, and nesting without end, at every place of a request that can hold them.
 */
import { bytesField, join, varint, varintField } from '../../support/records.js';
import type { FieldShape, MessageShape } from './schema.js';

export interface Bomb {
  readonly what: string;
  /** The bytes are made when they are wanted: all bombs of a request do not fit in memory. */
  readonly make: () => Uint8Array;
}

/** Levels of messages below a request in which places for bombs are looked for. */
const LEVELS_MAX = 3;
const UNKNOWN_FIELD = 1_000;
/** About what one level of deep nesting takes. */
const NESTED_BYTES = 5;

/** The piece so many times. */
export function repeated(piece: Uint8Array, times: number): Uint8Array {
  const bytes = Buffer.alloc(piece.length * times);
  return times > 0 ? bytes.fill(piece) : bytes;
}

/** `depth` messages within each other, by these fields in turn. Written from the inside out. */
export function nestedFields(numbers: readonly number[], depth: number): Uint8Array {
  const headMax = 10;
  const bytes = new Uint8Array(depth * headMax);
  let start = bytes.length;
  for (let level = depth - 1; level >= 0; level -= 1) {
    const number = numbers[level % numbers.length];
    const head = join(varint(number * 8 + 2), varint(bytes.length - start));
    start -= head.length;
    bytes.set(head, start);
  }
  return bytes.subarray(start);
}

/** Every bomb of about `size` bytes that a request of this shape has a place for. */
export function bombsOf(shape: MessageShape, prefix: Uint8Array, size: number): Bomb[] {
  const fill = (piece: Uint8Array): Uint8Array => repeated(piece, Math.floor(size / piece.length));
  const bombs: Bomb[] = [];
  const add = (what: string, body: () => Uint8Array): void => {
    bombs.push({ what, make: () => join(prefix, body()) });
  };
  visit(shape, [], '', (field, path, names) => {
    const { number, name } = field;
    const here = `${names}${name}`;
    if (field.kind === 'message' || field.repeated) {
      add(`empty values of ${here}`, () => within(path, fill(bytesField(number, ''))));
    }
    if (field.map) add(`different keys of ${here}`, () => within(path, entries(number, size)));
    if (field.repeated && field.kind === 'float') {
      const single = join(varint(number * 8 + 5), new Uint8Array(4).fill(0x3f));
      add(`single values of ${here}`, () => within(path, fill(single)));
    }
    if (field.message !== undefined) {
      const depth = Math.floor(size / NESTED_BYTES);
      add(`${here} within itself`, () => within(path, nestedFields([number], depth)));
    }
  });
  const [open, close] = [varint(UNKNOWN_FIELD * 8 + 3), varint(UNKNOWN_FIELD * 8 + 4)];
  const half = Math.floor(size / (open.length + close.length));
  add('unknown numbers', () => fill(varintField(UNKNOWN_FIELD, 1)));
  add('unknown empty values', () => fill(bytesField(UNKNOWN_FIELD, '')));
  add('groups that are not closed', () => fill(open));
  add('groups within groups', () => join(repeated(open, half), repeated(close, half)));
  add('one long name', () => bytesField(1, new Uint8Array(size).fill(0x61)));
  return bombs;
}

/** Told of every field with its path: the numbers that lead to it, and their names. */
type OnField = (field: FieldShape, path: readonly number[], names: string) => void;

function visit(
  message: MessageShape,
  path: readonly number[],
  names: string,
  onField: OnField,
): void {
  for (const field of message.fields()) {
    onField(field, path, names);
    if (field.message === undefined || path.length >= LEVELS_MAX) continue;
    visit(field.message, [...path, field.number], `${names}${field.name}.`, onField);
  }
}

function within(path: readonly number[], inner: Uint8Array): Uint8Array {
  return path.reduceRight((value, number) => bytesField(number, value), inner);
}

/** Entries of a map, about so many bytes, with a key of its own each. */
function entries(number: number, size: number): Uint8Array {
  const entry = (i: number): Uint8Array => bytesField(number, bytesField(1, `key ${i}`));
  const count = Math.floor(size / entry(100_000).length);
  return Buffer.concat(Array.from({ length: count }, (_, i) => entry(i)));
}
