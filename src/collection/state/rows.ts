/**
 * What is known of each record by slot, in typed columns: where its bytes stand, its revision and
 * its times. About 48 bytes a record. Slots of deleted records are used again.
 */
import type { ServerFields } from '../../record/project.js';
import { SlotSet } from '../../search/slot-set.js';

const INITIAL_ROWS = 1024;

/** Where the body of a record stands. */
export interface Location {
  /** Number of the record file. */
  file: number;
  /** Offset of the body in bytes. */
  offset: number;
  /** Length of the body in bytes. */
  length: number;
}

function grown<T extends Uint16Array | Uint32Array | Float64Array>(column: T, size: number): T {
  const larger = new (column.constructor as new (size: number) => T)(size);
  larger.set(column);
  return larger;
}

export class Rows {
  file = new Uint16Array(INITIAL_ROWS);
  offset = new Float64Array(INITIAL_ROWS);
  length = new Uint32Array(INITIAL_ROWS);
  revision = new Float64Array(INITIAL_ROWS);
  createSeconds = new Float64Array(INITIAL_ROWS);
  createNanos = new Uint32Array(INITIAL_ROWS);
  updateSeconds = new Float64Array(INITIAL_ROWS);
  updateNanos = new Uint32Array(INITIAL_ROWS);
  /** Slots that hold a record. */
  readonly live = new SlotSet();
  /** One more than the highest slot ever used. */
  end = 0;
  #free: number[] = [];
  readonly #fields: ServerFields = {
    createSeconds: 0,
    createNanos: 0,
    updateSeconds: 0,
    updateNanos: 0,
    revision: 0,
  };

  /** Makes room for so many slots, so that a load does not leave garbage behind. */
  reserve(slots: number): void {
    if (slots > this.file.length) this.#grow(slots);
  }

  /** Takes a free slot and marks it live. */
  allocate(): number {
    const slot = this.#free.pop() ?? this.end;
    if (slot === this.end) {
      this.end += 1;
      if (this.end > this.file.length) this.#grow(this.file.length * 2);
    }
    this.live.add(slot);
    return slot;
  }

  /** Gives a slot back. */
  release(slot: number): void {
    this.live.delete(slot);
    this.#free.push(slot);
  }

  locate(slot: number, file: number, offset: number, length: number): void {
    this.file[slot] = file;
    this.offset[slot] = offset;
    this.length[slot] = length;
  }

  setCreated(slot: number, seconds: number, nanos: number): void {
    this.createSeconds[slot] = seconds;
    this.createNanos[slot] = nanos;
  }

  setUpdated(slot: number, seconds: number, nanos: number, revision: number): void {
    this.updateSeconds[slot] = seconds;
    this.updateNanos[slot] = nanos;
    this.revision[slot] = revision;
  }

  /** The server-owned fields of a slot, in one object that the next call writes over. */
  serverFields(slot: number): ServerFields {
    const fields = this.#fields;
    fields.createSeconds = this.createSeconds[slot];
    fields.createNanos = this.createNanos[slot];
    fields.updateSeconds = this.updateSeconds[slot];
    fields.updateNanos = this.updateNanos[slot];
    fields.revision = this.revision[slot];
    return fields;
  }

  clear(): void {
    this.live.clear();
    this.#free = [];
    this.end = 0;
  }

  #grow(size: number): void {
    this.file = grown(this.file, size);
    this.offset = grown(this.offset, size);
    this.length = grown(this.length, size);
    this.revision = grown(this.revision, size);
    this.createSeconds = grown(this.createSeconds, size);
    this.createNanos = grown(this.createNanos, size);
    this.updateSeconds = grown(this.updateSeconds, size);
    this.updateNanos = grown(this.updateNanos, size);
  }
}
