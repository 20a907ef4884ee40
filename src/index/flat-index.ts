/** The index without structure: every search compares with every record, so nothing ever waits. */
import { grown } from './grow.js';
import type { VectorIndex } from './vector-index.js';

export class FlatIndex implements VectorIndex {
  readonly pendingCount = 0;
  readonly fullness = 0;
  readonly efSearch = 0;
  readonly waiting = new Uint32Array(0);
  readonly tombstoneCount = 0;
  readonly memoryBytes = 0;
  /** 1 by slot for the slots that were inserted and not removed. */
  #present = new Uint8Array(0);
  #count = 0;

  get indexedCount(): number {
    return this.#count;
  }

  insert(slot: number): void {
    this.#present = grown(this.#present, slot);
    if (this.#present[slot] === 1) return;
    this.#present[slot] = 1;
    this.#count++;
  }

  remove(slot: number): void {
    if (this.#present[slot] !== 1) return;
    this.#present[slot] = 0;
    this.#count--;
  }

  candidates(): undefined {
    return undefined;
  }

  candidatesMany(): undefined {
    return undefined;
  }

  linked(): undefined {
    return undefined;
  }

  buildSlice(): boolean {
    return false;
  }
}
