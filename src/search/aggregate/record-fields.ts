/**
 * One pass over the fields of a stored record for what is summed up of them: the length of its
 * content and the values of some metadata keys. Nothing is decoded, nothing is checked that was
 * checked when the record came.
 */

import { Cursor } from '../../record/cursor.js';
import { asCorrupted } from '../../record/scan.js';
import type { FacetCounts } from './facet-counts.js';
import type { Spread } from './spread.js';

/** Tags of VectorRecord.content and metadata, and of an entry's key and value. */
const CONTENT_TAG = 0x12;
const ENTRY_TAG = 0x3a;
const KEY_TAG = 0x0a;
const VALUE_TAG = 0x12;

export class RecordFields {
  readonly #lengths: Spread | undefined;
  readonly #facets: readonly FacetCounts[];
  readonly #cursor = new Cursor();

  /** What the records are added to. */
  constructor(lengths: Spread | undefined, facets: readonly FacetCounts[]) {
    this.#lengths = lengths;
    this.#facets = facets;
  }

  /** Adds the record in `bytes` from `start` up to `end`. STORAGE_CORRUPTED when it is none. */
  add(bytes: Buffer, start: number, end: number): void {
    try {
      this.#add(bytes, start, end);
    } catch (error) {
      throw asCorrupted(error);
    }
  }

  #add(bytes: Buffer, start: number, end: number): void {
    const cursor = this.#cursor;
    let length = 0;
    cursor.open(bytes, start, end);
    while (cursor.position < end) {
      const tag = cursor.tag();
      if (tag !== CONTENT_TAG && tag !== ENTRY_TAG) {
        cursor.skip(tag);
        continue;
      }
      const to = cursor.valueEnd();
      if (tag === ENTRY_TAG) this.#entry(bytes, to);
      else if (this.#lengths !== undefined) length = codePoints(bytes, cursor.position, to);
      cursor.position = to;
      cursor.end = end;
    }
    this.#lengths?.add(length);
  }

  /** Counts the metadata entry from the cursor up to `end`. */
  #entry(bytes: Buffer, end: number): void {
    if (this.#facets.length === 0) return;
    const cursor = this.#cursor;
    let keyStart = 0;
    let keyEnd = 0;
    let valueStart = 0;
    let valueEnd = 0;
    cursor.end = end;
    while (cursor.position < end) {
      const tag = cursor.tag();
      if (tag !== KEY_TAG && tag !== VALUE_TAG) {
        cursor.skip(tag);
        continue;
      }
      const to = cursor.valueEnd();
      if (tag === KEY_TAG) {
        keyStart = cursor.position;
        keyEnd = to;
      } else {
        valueStart = cursor.position;
        valueEnd = to;
      }
      cursor.position = to;
    }
    for (const facet of this.#facets) {
      const { key } = facet;
      if (key.length !== keyEnd - keyStart) continue;
      if (bytes.compare(key, 0, key.length, keyStart, keyEnd) !== 0) continue;
      facet.add(bytes, valueStart, valueEnd);
    }
  }
}

/** Length of valid UTF-8 in code points. */
function codePoints(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) if ((bytes[i] & 0xc0) !== 0x80) count++;
  return count;
}
