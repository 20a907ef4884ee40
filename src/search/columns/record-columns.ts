/**
 * What filters ask of the records of a collection, by column: a column for each metadata key, one
 * for titles, one for extensions, and the lengths of contents. Derived from record bodies, never
 * saved. Times and ids are not here; the collection has them by slot.
 *
 * Memory is bounded: long values are not kept, nor new ones when there are too many, and a
 * collection may have any number of keys but so many columns. Of which records that leaves something
 * open the columns know; filters look at those themselves.
 */
import { grown } from '../../index/grow.js';
import { limits } from '../../limits.js';
import { Cursor } from '../../record/cursor.js';
import { asCorrupted } from '../../record/scan.js';
import { SlotSet } from '../slot-set.js';
import { MetadataColumn } from './metadata-column.js';
import { ValueColumn } from './value-column.js';

/** Fields of VectorRecord and of its map entries, length-delimited. */
const CONTENT = 0x12;
const TITLE = 0x1a;
const EXTENSION = 0x2a;
const METADATA = 0x3a;
const KEY = 0x0a;
const VALUE = 0x12;
/** Records between two looks at how much memory there is. */
const measuredEvery = 4_096;

/** How much is kept: see limits. */
export type ColumnBounds = Pick<
  { readonly [name in keyof typeof limits]: number },
  'filterBytesMax' | 'filterValueBytesMax' | 'filterColumnsMax'
>;

export class RecordColumns {
  readonly title = new ValueColumn();
  readonly extension = new ValueColumn();
  /** Slots with a metadata key that has no column. */
  readonly unkeyed = new SlotSet();
  /** Code points by slot. */
  #lengths = new Uint32Array(0);
  readonly #keys = new Map<string, MetadataColumn>();
  readonly #columns: (MetadataColumn | undefined)[] = [];
  readonly #free: number[] = [];
  /** The numbers of the columns that a slot has a value in, two bytes each. */
  readonly #shapes = new ValueColumn();
  #shape = Buffer.alloc(64);
  #shapeLength = 0;
  #untilMeasured = measuredEvery;
  #isFull = false;
  readonly #cursor = new Cursor();
  readonly #bounds: ColumnBounds;

  constructor(bounds: ColumnBounds = limits) {
    this.#bounds = bounds;
  }

  get memoryBytes(): number {
    let bytes = this.title.memoryBytes + this.extension.memoryBytes + this.#shapes.memoryBytes;
    bytes += this.#lengths.byteLength + this.unkeyed.memoryBytes;
    for (const column of this.#keys.values()) bytes += column.memoryBytes;
    return bytes;
  }

  get lengths(): Uint32Array {
    return this.#lengths;
  }

  /** The column of a metadata key, if there is one. */
  metadata(key: Buffer): MetadataColumn | undefined {
    return this.#keys.get(key.toString('latin1'));
  }

  /** Whether the slot has the key of the column, or of none, only if the column has a value for it. */
  tells(slot: number, column: MetadataColumn | undefined): boolean {
    return !this.unkeyed.has(slot) && column?.unkept.has(slot) !== true;
  }

  /**
   * Takes in the record of a slot, whatever was there: the stored body in `bytes` from `start` up to
   * `end`. `slots`: how many there are in all. Throws STORAGE_CORRUPTED, and the slot is empty.
   */
  set(slot: number, bytes: Buffer, start: number, end: number, slots: number): void {
    this.clear(slot);
    this.#measure();
    this.#lengths = grown(this.#lengths, slot);
    this.#shapeLength = 0;
    try {
      this.#scan(slot, bytes, start, end, slots);
      this.#shapes.set(slot, this.#shape, 0, this.#shapeLength, slots);
    } catch (error) {
      this.#shapes.set(slot, this.#shape, 0, this.#shapeLength, slots);
      this.clear(slot);
      throw asCorrupted(error);
    }
  }

  /** Forgets the record of a slot. */
  clear(slot: number): void {
    if (slot < this.#lengths.length) this.#lengths[slot] = 0;
    this.title.clear(slot);
    this.extension.clear(slot);
    this.unkeyed.delete(slot);
    const shape = this.#shapes.at(slot);
    if (shape === 0) return;
    const numbers = this.#shapes.values.bytes(shape);
    for (let at = 0; at < numbers.length; at += 2) {
      const column = this.#columns[numbers.readUInt16LE(at)];
      column?.clear(slot);
      if (column?.isEmpty === true) this.#drop(column);
    }
    this.#shapes.clear(slot);
  }

  #scan(slot: number, bytes: Buffer, start: number, end: number, slots: number): void {
    const cursor = this.#cursor;
    cursor.open(bytes, start, end);
    while (cursor.position < end) {
      const tag = cursor.tag();
      if (tag !== CONTENT && tag !== TITLE && tag !== EXTENSION && tag !== METADATA) {
        cursor.skip(tag);
        continue;
      }
      const to = cursor.valueEnd();
      const from = cursor.position;
      if (tag === CONTENT) this.#lengths[slot] = codePoints(bytes, from, to);
      else if (tag === TITLE) this.title.set(slot, bytes, from, to, slots, this.#keeps(from, to));
      else if (tag === METADATA) this.#setEntry(slot, bytes, to, slots);
      else this.extension.set(slot, bytes, from, to, slots, this.#keeps(from, to));
      cursor.position = to;
      cursor.end = end;
    }
  }

  /** One metadata entry, from the cursor on; a key that comes twice has its last value. */
  #setEntry(slot: number, bytes: Buffer, end: number, slots: number): void {
    const cursor = this.#cursor;
    cursor.end = end;
    let name = '';
    let valueStart = 0;
    let valueEnd = 0;
    while (cursor.position < end) {
      const tag = cursor.tag();
      if (tag !== KEY && tag !== VALUE) {
        cursor.skip(tag);
        continue;
      }
      const fieldEnd = cursor.valueEnd();
      if (tag === KEY) {
        name = bytes.toString('latin1', cursor.position, fieldEnd);
      } else {
        valueStart = cursor.position;
        valueEnd = fieldEnd;
      }
      cursor.position = fieldEnd;
    }
    const column = this.#columnOf(name);
    if (column === undefined) {
      this.unkeyed.add(slot);
      return;
    }
    const keeps = this.#keeps(valueStart, valueEnd);
    column.set(slot, bytes, valueStart, valueEnd, slots, keeps);
    this.#note(column.number);
  }

  #keeps(start: number, end: number): boolean {
    return !this.#isFull && end - start <= this.#bounds.filterValueBytesMax;
  }

  /** Adds a column to the shape at hand, whose numbers ascend so that equal shapes are equal bytes. */
  #note(number: number): void {
    if (this.#shapeLength === this.#shape.length) {
      this.#shape = Buffer.concat([this.#shape], this.#shapeLength * 2);
    }
    const shape = this.#shape;
    let at = this.#shapeLength;
    while (at > 0 && shape.readUInt16LE(at - 2) > number) at -= 2;
    if (at > 0 && shape.readUInt16LE(at - 2) === number) return;
    shape.copyWithin(at + 2, at, this.#shapeLength);
    shape.writeUInt16LE(number, at);
    this.#shapeLength += 2;
  }

  #columnOf(name: string): MetadataColumn | undefined {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    if (this.#isFull || this.#keys.size === this.#bounds.filterColumnsMax) return undefined;
    const column = new MetadataColumn(this.#free.pop() ?? this.#columns.length, name);
    this.#keys.set(name, column);
    this.#columns[column.number] = column;
    return column;
  }

  /** No record has the key any more. */
  #drop(column: MetadataColumn): void {
    const { number, name } = column;
    column.retire();
    this.#keys.delete(name);
    this.#columns[number] = undefined;
    this.#free.push(number);
  }

  #measure(): void {
    if (--this.#untilMeasured > 0) return;
    this.#untilMeasured = measuredEvery;
    this.#isFull = this.memoryBytes > this.#bounds.filterBytesMax;
  }
}

function codePoints(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) if ((bytes[i] & 0xc0) !== 0x80) count++;
  return count;
}
