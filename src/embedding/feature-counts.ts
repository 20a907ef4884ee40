/**
 * How often each feature of a text occurs, and the vector that follows. Features are known by a
 * 32-bit hash alone: FNV-1a taken over code points, then mixed as MurmurHash3 ends (`fmix32`). The
 * hash says which value of the vector a feature goes to, and with which sign.
 *
 * Everything is plain arithmetic on integers and doubles in a fixed order, so the same text gives
 * the same bits on every platform.
 */
import type { Word } from './words.js';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Closes the hash of a whole word, and of a part of one: "cat" the word is not "cat" in "scatter". */
const WHOLE = 1;
const PART = 2;
/** Stand before and after a word while it is cut into parts; no word has them. */
const WORD_START = 0x3c;
const WORD_END = 0x3e;
/** A whole word, or a pair of ideographs, which stands for one. */
const WHOLE_WEIGHT = 1;
const PART_WEIGHT = 0.5;
const PART_POINTS_MIN = 3;
const PART_POINTS_MAX = 5;

/** Places of a new table. It doubles when it is half full. */
const PLACES_MIN = 2 ** 12;
/** A text with more features than half of this is a sum of passages, which bounds the memory. */
const PLACES_MAX = 2 ** 17;
/** Occurrences from which on more do not count. */
const COUNT_MAX = 1024;
/** 1 + ln(count), by count. */
const sublinear = logarithms(COUNT_MAX);

export class FeatureCounts {
  /** Open addressing over hashes; a count of 0 marks a free place. */
  #hashes = new Uint32Array(PLACES_MIN);
  #counts = new Uint32Array(PLACES_MIN);
  #weights = new Float32Array(PLACES_MIN);
  /** Places in the order in which features were first seen; sums are taken in it. */
  #places = new Uint32Array(PLACES_MIN / 2);
  #size = 0;
  #sums = new Float64Array(0);
  /** Hash of the text's first feature. */
  #first = 0;
  #isEmpty = true;

  /** Starts over for a vector of so many values. */
  begin(dimension: number): void {
    if (this.#sums.length === dimension) this.#sums.fill(0);
    else this.#sums = new Float64Array(dimension);
    this.#clear();
    this.#isEmpty = true;
  }

  /** Counts the features of a word; uses the room around its code points. */
  add(word: Word): void {
    if (word.ideographic) this.#addIdeographs(word);
    else this.#addWord(word);
  }

  /** Writes the vector of what was counted, of unit length, to `out` at `offset`. */
  finish(out: Float32Array, offset: number): void {
    this.#addUp();
    const sums = this.#sums;
    const dimension = sums.length;
    let squares = 0;
    for (let i = 0; i < dimension; i += 1) squares += sums[i] * sums[i];
    if (squares === 0) {
      // Features met in the same places with opposite signs. The first one has to stand for all.
      sums[(this.#first >>> 1) % dimension] = 1;
      squares = 1;
    }
    const scale = 1 / Math.sqrt(squares);
    for (let i = 0; i < dimension; i += 1) out[offset + i] = sums[i] * scale;
  }

  #addWord({ points, length }: Word): void {
    let hash = FNV_OFFSET;
    for (let i = 1; i <= length; i += 1) hash = Math.imul(hash ^ points[i], FNV_PRIME);
    this.#count(Math.imul(hash ^ WHOLE, FNV_PRIME), WHOLE_WEIGHT);
    points[0] = WORD_START;
    points[length + 1] = WORD_END;
    for (let start = 0; start + PART_POINTS_MIN <= length + 2; start += 1) {
      const end = Math.min(start + PART_POINTS_MAX, length + 2);
      hash = FNV_OFFSET;
      for (let i = start; i < end; i += 1) {
        hash = Math.imul(hash ^ points[i], FNV_PRIME);
        if (i - start + 1 >= PART_POINTS_MIN) {
          this.#count(Math.imul(hash ^ PART, FNV_PRIME), PART_WEIGHT);
        }
      }
    }
  }

  /** One ideograph, two and three in a row. */
  #addIdeographs({ points, length }: Word): void {
    for (let start = 1; start <= length; start += 1) {
      let hash = FNV_OFFSET;
      for (let i = start; i < start + 3 && i <= length; i += 1) {
        hash = Math.imul(hash ^ points[i], FNV_PRIME);
        const pair = i === start + 1;
        const kind = pair ? WHOLE : PART;
        this.#count(Math.imul(hash ^ kind, FNV_PRIME), pair ? WHOLE_WEIGHT : PART_WEIGHT);
      }
    }
  }

  #count(unmixed: number, weight: number): void {
    let hash = unmixed ^ (unmixed >>> 16);
    hash = Math.imul(hash, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash = (hash ^ (hash >>> 16)) >>> 0;
    const counts = this.#counts;
    const hashes = this.#hashes;
    const mask = counts.length - 1;
    let place = hash & mask;
    while (counts[place] !== 0 && hashes[place] !== hash) place = (place + 1) & mask;
    if (counts[place]++ !== 0) return;
    hashes[place] = hash;
    this.#weights[place] = weight;
    this.#places[this.#size] = place;
    this.#size += 1;
    if (this.#isEmpty) {
      this.#isEmpty = false;
      this.#first = hash;
    }
    if (this.#size < this.#places.length) return;
    if (counts.length < PLACES_MAX) this.#grow();
    else this.#addUp();
  }

  /** Adds what was counted to the sums, and forgets it. */
  #addUp(): void {
    const sums = this.#sums;
    for (let i = 0; i < this.#size; i += 1) {
      const place = this.#places[i];
      const hash = this.#hashes[place];
      const weight = this.#weights[place] * sublinear[Math.min(this.#counts[place], COUNT_MAX)];
      sums[(hash >>> 1) % sums.length] += (hash & 1) === 0 ? weight : -weight;
    }
    this.#clear();
  }

  #clear(): void {
    for (let i = 0; i < this.#size; i += 1) this.#counts[this.#places[i]] = 0;
    this.#size = 0;
  }

  /** Doubles the table; the order of the features stays. */
  #grow(): void {
    const hashes = this.#hashes;
    const counts = this.#counts;
    const weights = this.#weights;
    const places = this.#places;
    const length = counts.length * 2;
    this.#hashes = new Uint32Array(length);
    this.#counts = new Uint32Array(length);
    this.#weights = new Float32Array(length);
    this.#places = new Uint32Array(length / 2);
    for (let i = 0; i < this.#size; i += 1) {
      const from = places[i];
      let place = hashes[from] & (length - 1);
      while (this.#counts[place] !== 0) place = (place + 1) & (length - 1);
      this.#hashes[place] = hashes[from];
      this.#counts[place] = counts[from];
      this.#weights[place] = weights[from];
      this.#places[i] = place;
    }
  }
}

/**
 * 1 + ln(n) for n up to `max`; 0 for 0. From additions, multiplications and divisions only, whose
 * results the standard fixes to the bit, which it does not for Math.log.
 */
function logarithms(max: number): Float64Array {
  const values = new Float64Array(max + 1);
  values[1] = 1;
  for (let n = 1; n < max; n += 1) {
    // ln((n + 1) / n) = 2 artanh(1 / (2n + 1)), as its series.
    const x = 1 / (2 * n + 1);
    let power = x;
    let sum = 0;
    for (let k = 1; k < 60; k += 2) {
      sum += power / k;
      power *= x * x;
    }
    values[n + 1] = values[n] + 2 * sum;
  }
  return values;
}
