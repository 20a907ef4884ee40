/**
 * The records of a collection at one instant. Record bodies never change where they stand, so a
 * view is a copy of the columns that say where; it stays true while writes go on, for as long as
 * its files are held. Whoever takes a view must release it.
 */
import type { ServerFields } from '../../record/project.js';
import type { SlotSet } from '../../search/slot-set.js';
import { BodyReader } from './body-reader.js';
import type { RecordFiles } from './record-files.js';
import type { Rows } from './rows.js';

export class CollectionView {
  /** Records in the view; its rows are numbered from 0 in the order of their slots. */
  readonly count: number;
  /** Slot of each row when the view was taken. */
  readonly slots: Uint32Array;
  /** Log sequence that the view includes. */
  readonly sequence: number;
  readonly reader: BodyReader;

  readonly #file: Uint16Array;
  readonly #offset: Float64Array;
  readonly #length: Uint32Array;
  readonly #fields: Float64Array;
  readonly #release: () => Promise<void>;
  readonly #current: ServerFields = {
    createSeconds: 0,
    createNanos: 0,
    updateSeconds: 0,
    updateNanos: 0,
    revision: 0,
  };

  /** `slots`: of the records to take, all of them in use. */
  constructor(rows: Rows, files: RecordFiles, sequence: number, slots: SlotSet) {
    const count = slots.count;
    this.count = count;
    this.sequence = sequence;
    this.slots = new Uint32Array(count);
    this.#file = new Uint16Array(count);
    this.#offset = new Float64Array(count);
    this.#length = new Uint32Array(count);
    this.#fields = new Float64Array(count * 5);
    let row = 0;
    slots.forEach((slot) => {
      this.slots[row] = slot;
      this.#file[row] = rows.file[slot];
      this.#offset[row] = rows.offset[slot];
      this.#length[row] = rows.length[slot];
      this.#fields[row * 5] = rows.createSeconds[slot];
      this.#fields[row * 5 + 1] = rows.createNanos[slot];
      this.#fields[row * 5 + 2] = rows.updateSeconds[slot];
      this.#fields[row * 5 + 3] = rows.updateNanos[slot];
      this.#fields[row * 5 + 4] = rows.revision[slot];
      row += 1;
    });
    this.reader = new BodyReader(files);
    this.#release = files.holdAll();
  }

  /** Reads the body of a row into `reader`. */
  read(row: number): BodyReader {
    this.reader.read(this.#file[row], this.#offset[row], this.#length[row]);
    return this.reader;
  }

  revision(row: number): number {
    return this.#fields[row * 5 + 4];
  }

  /** The server-owned fields of a row, in one object that the next call writes over. */
  serverFields(row: number): ServerFields {
    const at = row * 5;
    this.#current.createSeconds = this.#fields[at];
    this.#current.createNanos = this.#fields[at + 1];
    this.#current.updateSeconds = this.#fields[at + 2];
    this.#current.updateNanos = this.#fields[at + 3];
    this.#current.revision = this.#fields[at + 4];
    return this.#current;
  }

  release(): Promise<void> {
    return this.#release();
  }
}
