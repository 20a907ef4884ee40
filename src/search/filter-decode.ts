/**
 * Decodes a Filter that came as raw bytes. Its structure is walked before the generated decoder
 * sees it: that decoder recurses without bound and keeps an object for every two bytes of a
 * malicious message.
 */
import { invalidArgument, ProtovecError } from '../errors.js';
import { Filter } from '../gen/protovec/v1/filter.js';
import { limits } from '../limits.js';
import { BYTES, Cursor } from '../record/cursor.js';
import { decodeStrictly } from '../record/strict-decode.js';

/** Most fields in all messages of a filter together, list values included. */
const FIELDS_MAX = 16_384;

type Shape = 'filter' | 'group' | 'metadata' | 'value' | 'values' | 'leaf';

/** Which fields are messages, and of which shape. All other fields are texts and numbers. */
const children: Record<Shape, { readonly [field: number]: Shape }> = {
  filter: {
    1: 'group',
    2: 'group',
    3: 'group',
    4: 'metadata',
    6: 'leaf',
    7: 'leaf',
    8: 'leaf',
    9: 'leaf',
    10: 'leaf',
    11: 'leaf',
  },
  group: { 1: 'filter' },
  metadata: { 2: 'value', 3: 'value', 7: 'values', 8: 'leaf' },
  values: { 1: 'value' },
  value: { 5: 'leaf' },
  leaf: {},
};

/** Decodes `bytes`; INVALID_ARGUMENT on `field` when they are malformed, too deep or too many. */
export function decodeFilter(bytes: Uint8Array, field: string): Filter {
  checkFilterStructure(bytes, 0, bytes.length, field);
  try {
    return decodeStrictly(Filter, bytes, field);
  } catch (cause) {
    if (cause instanceof ProtovecError) throw cause;
    const message = 'not a valid protobuf message';
    throw new ProtovecError('INVALID_ARGUMENT', message, { field, cause });
  }
}

/**
 * Refuses, with INVALID_ARGUMENT on `field`, an encoded filter that is too deep or too large. `seen`
 * counts on when the filter comes in several pieces.
 */
export function checkFilterStructure(
  bytes: Uint8Array,
  start: number,
  end: number,
  field: string,
  seen = { fields: 0 },
): void {
  const cursor = new Cursor();
  cursor.open(bytes, start, end);
  try {
    walk(cursor, 'filter', 1, seen);
  } catch (error) {
    throw error instanceof ProtovecError ? error.within(field) : error;
  }
}

function walk(cursor: Cursor, shape: Shape, depth: number, seen: { fields: number }): void {
  if (depth > limits.filterDepthMax) {
    throw invalidArgument('', `a filter has at most ${limits.filterDepthMax} levels`);
  }
  const { end } = cursor;
  while (cursor.position < end) {
    seen.fields += 1;
    if (seen.fields > FIELDS_MAX) {
      throw invalidArgument('', `a filter has at most ${FIELDS_MAX} fields in all`);
    }
    const tag = cursor.tag();
    const child = (tag & 7) === BYTES ? children[shape][tag >>> 3] : undefined;
    if (child === undefined) {
      cursor.skip(tag);
    } else {
      cursor.end = cursor.valueEnd();
      walk(cursor, child, child === 'filter' ? depth + 1 : depth, seen);
      cursor.end = end;
    }
  }
}
