/**
 * Answers a filter from columns: each condition is asked once for each distinct value, and one pass
 * over its column makes a bit for every slot; groups combine the bits word by word. Where a column
 * leaves something open there are two sets: the slots that match for sure, and those that may.
 *
 * It is a generator, so that whoever runs it may let others have a turn at each `yield`. Slots that
 * change meanwhile have to be looked at again.
 */
import { asCorrupted } from '../../record/scan.js';
import type { FilterNode, MetadataNode } from '../filter-node.js';
import type { Test } from '../filter-test.js';
import { RecordView } from '../filter-view.js';
import type { SlotSet } from '../slot-set.js';
import type { RecordColumns } from './record-columns.js';
import type { ValueColumn } from './value-column.js';
import { recordOf } from './value-record.js';

/** What a filter is asked about. */
export interface MatchSource {
  readonly columns: RecordColumns;
  /** One more than the highest slot. */
  readonly slots: number;
  /** The slot of an id, or -1. */
  findId(id: string): number;
  /** Turns the view to the times of a slot's record. */
  viewTimes(slot: number, view: RecordView): void;
}

type Words = Uint32Array;

/** A bit for each slot; slots without a record may have any bit. */
export interface ColumnMatch {
  readonly sure: Words;
  /** The same array as `sure` when nothing is open. */
  readonly possible: Words;
}

type Matching = Generator<void, ColumnMatch>;

/** Values, or slots by their times, that are asked between two turns. */
const askedAtOnce = 4_096;

/** The slots that match, as far as the columns tell. Throws STORAGE_CORRUPTED. */
export function* matchColumns(source: MatchSource, node: FilterNode): Matching {
  const { columns } = source;
  switch (node.kind) {
    case 'title':
    case 'extension': {
      const column = columns[node.kind];
      const words = yield* matchValues(source, column, node.kind, node.test);
      return opened(words, column.unkept);
    }
    case 'metadata':
      return yield* matchMetadata(source, node);
    case 'length':
      return sure(matchLengths(source, node.test));
    case 'ids':
      return sure(matchIds(source, node.ids));
    case 'time':
      return sure(yield* matchTimes(source, node.test));
    default:
      return yield* matchGroup(source, node.kind, node.nodes);
  }
}

function* matchGroup(
  source: MatchSource,
  kind: 'all' | 'any' | 'none',
  nodes: readonly FilterNode[],
): Matching {
  const sure = wordsFor(source.slots);
  if (kind !== 'any') sure.fill(0xffffffff);
  let possible = sure;
  for (const node of nodes) {
    const its = yield* matchColumns(source, node);
    if (its.possible !== its.sure && possible === sure) possible = sure.slice();
    combine(sure, kind, kind === 'none' ? its.possible : its.sure);
    if (possible !== sure) combine(possible, kind, kind === 'none' ? its.sure : its.possible);
    yield;
  }
  return { sure, possible };
}

function combine(words: Words, kind: 'all' | 'any' | 'none', its: Words): void {
  const length = words.length;
  if (kind === 'all') for (let i = 0; i < length; i++) words[i] &= its[i];
  else if (kind === 'any') for (let i = 0; i < length; i++) words[i] |= its[i];
  else for (let i = 0; i < length; i++) words[i] &= ~its[i];
}

function sure(words: Words): ColumnMatch {
  return { sure: words, possible: words };
}

/** Of slots in `open` it is not known whether they match. */
function opened(words: Words, ...open: readonly SlotSet[]): ColumnMatch {
  if (open.every(({ count }) => count === 0)) return sure(words);
  const either = new Uint32Array(words.length);
  for (const set of open) set.markIn(either);
  return {
    sure: words.map((word, i) => word & ~either[i]),
    possible: words.map((word, i) => word | either[i]),
  };
}

function* matchMetadata(source: MatchSource, node: MetadataNode): Matching {
  const { columns, slots } = source;
  const column = columns.metadata(node.key);
  if (column === undefined) {
    const words = wordsFor(slots);
    if (holds(node.test, node.key, undefined)) words.fill(0xffffffff);
    return opened(words, columns.unkeyed);
  }
  if (node.texts !== undefined && column.isPlain) {
    const truth = new Uint8Array(column.values.size + 1);
    for (const text of node.texts) truth[column.findText(text)] = 1;
    truth[0] = 0;
    return opened(column.match(truth, slots), columns.unkeyed, column.unkept);
  }
  const words = yield* matchValues(source, column, node.key, node.test);
  return opened(words, columns.unkeyed, column.unkept);
}

function* matchValues(
  source: MatchSource,
  column: ValueColumn,
  field: 'title' | 'extension' | Buffer,
  test: Test,
): Generator<void, Words> {
  let truth = new Uint8Array(0);
  let asked = 0;
  let generation = -1;
  for (;;) {
    const { size } = column.values;
    if (generation !== column.generation) {
      // The values have other numbers now.
      generation = column.generation;
      truth = new Uint8Array(size + 1);
      truth[0] = holds(test, field, undefined) ? 1 : 0;
      asked = 0;
    }
    if (asked === size) return column.match(truth, source.slots);
    if (truth.length <= size) {
      const longer = new Uint8Array(size + 1);
      longer.set(truth);
      truth = longer;
    }
    const end = Math.min(size, asked + askedAtOnce);
    for (let value = asked + 1; value <= end; value++) {
      if (column.values.usesOf(value) === 0) continue;
      truth[value] = holds(test, field, column.values.bytes(value)) ? 1 : 0;
    }
    asked = end;
    if (asked < size) yield;
  }
}

const view = new RecordView();
const noTimes = { createSeconds: 0, createNanos: 0, updateSeconds: 0, updateNanos: 0, revision: 0 };

/** Whether the test holds for a record that has nothing but this value. */
function holds(test: Test, field: 'title' | 'extension' | Buffer, value?: Buffer): boolean {
  const record = recordOf(field, value);
  view.reset(record, 0, record.length, noTimes);
  try {
    return test(view);
  } catch (error) {
    throw asCorrupted(error);
  }
}

function matchLengths({ columns, slots }: MatchSource, test: (length: number) => boolean): Words {
  const words = wordsFor(slots);
  const { lengths } = columns;
  for (let slot = 0; slot < slots; slot++) {
    if (test(slot < lengths.length ? lengths[slot] : 0)) words[slot >>> 5] |= 1 << (slot & 31);
  }
  return words;
}

function matchIds(source: MatchSource, ids: readonly string[]): Words {
  const words = wordsFor(source.slots);
  for (const id of ids) {
    const slot = source.findId(id);
    if (slot >= 0) words[slot >>> 5] |= 1 << (slot & 31);
  }
  return words;
}

function* matchTimes(source: MatchSource, test: Test): Generator<void, Words> {
  const words = wordsFor(source.slots);
  const its = new RecordView();
  for (let slot = 0; slot < source.slots; slot++) {
    source.viewTimes(slot, its);
    if (test(its)) words[slot >>> 5] |= 1 << (slot & 31);
    if (slot % askedAtOnce === askedAtOnce - 1) yield;
  }
  return words;
}

function wordsFor(slots: number): Words {
  return new Uint32Array((slots + 31) >>> 5);
}
