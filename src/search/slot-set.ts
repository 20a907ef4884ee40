/**
 * A set of slots as a bitset: one bit per row of the vector arena. It grows with the highest slot
 * that was added and never shrinks before `clear`. It knows nothing about records.
 */

export class SlotSet {
  #words: Uint32Array;
  #count = 0;

  /** `capacity`: slots to make room for at once; the set grows beyond it as needed. */
  constructor(capacity = 0) {
    this.#words = new Uint32Array((capacity + 31) >>> 5);
  }

  /** The slots of `set` whose bit is set in `words`. */
  static matching(words: Uint32Array, set: SlotSet): SlotSet {
    const matches = new SlotSet();
    const length = Math.min(words.length, set.#words.length);
    const both = new Uint32Array(length);
    for (let i = 0; i < length; i++) {
      const word = words[i] & set.#words[i];
      both[i] = word;
      matches.#count += bitCount(word);
    }
    matches.#words = both;
    return matches;
  }

  /** How many slots are in the set. */
  get count(): number {
    return this.#count;
  }

  get memoryBytes(): number {
    return this.#words.byteLength;
  }

  /** Adds the slots of this set to `words`, a bit each, as far as there are words. */
  markIn(words: Uint32Array): void {
    const length = Math.min(words.length, this.#words.length);
    for (let i = 0; i < length; i++) words[i] |= this.#words[i];
  }

  has(slot: number): boolean {
    const word = slot >>> 5;
    return word < this.#words.length && (this.#words[word] & (1 << (slot & 31))) !== 0;
  }

  /** Adds a slot; says whether it was new. */
  add(slot: number): boolean {
    const word = slot >>> 5;
    if (word >= this.#words.length) this.#grow(word + 1);
    const bit = 1 << (slot & 31);
    if ((this.#words[word] & bit) !== 0) return false;
    this.#words[word] |= bit;
    this.#count++;
    return true;
  }

  /** Removes a slot; says whether it was there. */
  delete(slot: number): boolean {
    if (!this.has(slot)) return false;
    this.#words[slot >>> 5] &= ~(1 << (slot & 31));
    this.#count--;
    return true;
  }

  /** A set of its own with the same slots. */
  copy(): SlotSet {
    const copy = new SlotSet();
    copy.#words = this.#words.slice();
    copy.#count = this.#count;
    return copy;
  }

  clear(): void {
    this.#words = new Uint32Array(0);
    this.#count = 0;
  }

  /** Calls `visit` with every slot in ascending order. The set must not change meanwhile. */
  forEach(visit: (slot: number) => void): void {
    const words = this.#words;
    for (let i = 0; i < words.length; i++) {
      let word = words[i];
      while (word !== 0) {
        visit((i << 5) + (31 - Math.clz32(word & -word)));
        word &= word - 1;
      }
    }
  }

  /** The slots in ascending order. A slot may be taken out once it was given, others not changed. */
  *[Symbol.iterator](): Generator<number> {
    const words = this.#words;
    for (let i = 0; i < words.length; i++) {
      let word = words[i];
      while (word !== 0) {
        yield (i << 5) + (31 - Math.clz32(word & -word));
        word &= word - 1;
      }
    }
  }

  /** How many slots of [start, end) are in the set. `start` is a multiple of 32, at most `end`. */
  countRange(start: number, end: number): number {
    const words = this.#words;
    const last = Math.min(end >>> 5, words.length);
    let count = 0;
    for (let i = start >>> 5; i < last; i++) count += bitCount(words[i]);
    if (last === end >>> 5 && last < words.length) {
      count += bitCount(words[last] & ((1 << (end & 31)) - 1));
    }
    return count;
  }

  #grow(words: number): void {
    const grown = new Uint32Array(Math.max(words, this.#words.length * 2, 4));
    grown.set(this.#words);
    this.#words = grown;
  }
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
