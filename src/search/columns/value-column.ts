/**
 * What each record has for one metadata key, or as its title or extension: the number of a distinct
 * value by slot. A column that few records fill is kept as a map, so that many rare keys cost what
 * their values cost, not a place for every record.
 *
 * Values that would take too much memory are not kept: of their slots it is only known that they
 * have one, and whoever asks has to look at the record.
 */
import { grown } from '../../index/grow.js';
import { SlotSet } from '../slot-set.js';
import { ValueDictionary } from './value-dictionary.js';

/** A column is dense once this share of the slots is filled. A map takes about 40 bytes an entry. */
const denseShare = 1 / 10;
const denseFrom = 64;
/** A dense column that would grow although less of it is filled is a map again. */
const sparseShare = 1 / 20;
const sparseEntryBytes = 40;

export class ValueColumn {
  readonly values = new ValueDictionary();
  /** Value by slot, 0: none; undefined while the column is sparse. */
  #dense: Uint32Array | undefined;
  #sparse = new Map<number, number>();
  /** Slots whose value is kept. */
  #filled = 0;
  readonly #unkept = new SlotSet();
  /** Grows when the numbers of values change. */
  #generation = 0;

  get generation(): number {
    return this.#generation;
  }

  /** Slots that have a value which is not kept. */
  get unkept(): SlotSet {
    return this.#unkept;
  }

  /** Whether no slot has a value. */
  get isEmpty(): boolean {
    return this.#filled === 0 && this.#unkept.count === 0;
  }

  get memoryBytes(): number {
    const slots = this.#dense?.byteLength ?? this.#sparse.size * sparseEntryBytes;
    return this.values.memoryBytes + slots + this.#unkept.memoryBytes;
  }

  /** The value of a slot, or 0: there is none, or it is not kept. */
  at(slot: number): number {
    if (this.#dense === undefined) return this.#sparse.get(slot) ?? 0;
    return slot < this.#dense.length ? this.#dense[slot] : 0;
  }

  /**
   * Gives the slot the value `bytes[start, end)`. `slots`: how many there are in all. `keeps`:
   * whether a value may be kept that is not known yet.
   */
  set(
    slot: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    slots: number,
    keeps = true,
  ): void {
    if (!keeps && this.values.find(bytes, start, end) === 0) {
      this.clear(slot);
      this.#unkept.add(slot);
      return;
    }
    const before = this.at(slot);
    const value = this.values.use(bytes, start, end);
    this.#unkept.delete(slot);
    if (before !== 0) this.values.release(before);
    else this.#filled++;
    if (before !== value) this.#put(slot, value, slots);
    if (this.values.isWasteful) this.#compact();
  }

  /** Tells whoever holds the numbers of values that they are good no more: the column goes. */
  retire(): void {
    this.#generation++;
  }

  /** Takes the slot's value away; one that has none is fine. */
  clear(slot: number): void {
    this.#unkept.delete(slot);
    const before = this.at(slot);
    if (before === 0) return;
    this.#filled--;
    this.values.release(before);
    if (this.#dense === undefined) this.#sparse.delete(slot);
    else this.#dense[slot] = 0;
  }

  /**
   * The slots below `slots` whose value `truth` holds for, as bits; `truth[0]` says it of slots
   * whose value is not kept, or that have none.
   */
  match(truth: Uint8Array, slots: number): Uint32Array {
    const words = new Uint32Array((slots + 31) >>> 5);
    if (this.#dense === undefined) this.#matchSparse(truth, words);
    else matchDense(this.#dense, truth, words);
    return words;
  }

  #matchSparse(truth: Uint8Array, words: Uint32Array): void {
    if (truth[0] === 1) words.fill(0xffffffff);
    for (const [slot, value] of this.#sparse) {
      if (truth[value] === 1) words[slot >>> 5] |= 1 << (slot & 31);
      else words[slot >>> 5] &= ~(1 << (slot & 31));
    }
  }

  #put(slot: number, value: number, slots: number): void {
    const dense = this.#dense;
    if (dense !== undefined && (slot < dense.length || this.#filled >= slot * sparseShare)) {
      this.#dense = grown(dense, slot);
      this.#dense[slot] = value;
      return;
    }
    if (dense !== undefined) this.#thin(dense);
    this.#sparse.set(slot, value);
    if (this.#sparse.size >= Math.max(denseFrom, slots * denseShare)) this.#fill(slots);
  }

  #thin(dense: Uint32Array): void {
    this.#dense = undefined;
    for (let slot = 0; slot < dense.length; slot++) {
      if (dense[slot] !== 0) this.#sparse.set(slot, dense[slot]);
    }
  }

  #fill(slots: number): void {
    let dense = new Uint32Array(slots);
    for (const [slot, value] of this.#sparse) {
      dense = grown(dense, slot);
      dense[slot] = value;
    }
    this.#dense = dense;
    this.#sparse = new Map();
  }

  #compact(): void {
    const numbers = this.values.compact();
    this.#generation++;
    const dense = this.#dense;
    if (dense !== undefined) for (let i = 0; i < dense.length; i++) dense[i] = numbers[dense[i]];
    for (const [slot, value] of this.#sparse) this.#sparse.set(slot, numbers[value]);
  }
}

function matchDense(values: Uint32Array, truth: Uint8Array, words: Uint32Array): void {
  const whole = Math.min(values.length >>> 5, words.length);
  for (let i = 0; i < whole; i++) {
    let word = 0;
    const first = i << 5;
    for (let bit = 0; bit < 32; bit++) word |= truth[values[first + bit]] << bit;
    words[i] = word;
  }
  for (let slot = whole << 5; slot < words.length << 5; slot++) {
    const value = slot < values.length ? values[slot] : 0;
    if (truth[value] === 1) words[slot >>> 5] |= 1 << (slot & 31);
  }
}
