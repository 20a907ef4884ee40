/**
 * The keys of slots in the graph. A slot keeps its key for as long as the table lives, in the graph
 * or not, and no two slots share one. Without a loaded graph the key of a slot is the slot; a loaded
 * graph has the keys of another process, whose slots were numbered differently.
 */
import { grown } from './grow.js';

/** Stands for "not in the graph" in a key file; no slot has it as its key. */
export const noKey = 0xffff_ffff;

export class KeyTable {
  /** Key + 1 by slot; 0 without a key. */
  #keys = new Uint32Array(0);
  /** Slot + 1 by key; 0 when the key is free. */
  #slots = new Uint32Array(0);
  /** Every key below is taken. */
  #free = 0;

  /** The key of a slot; gives it one when it has none. */
  keyOf(slot: number): number {
    const key = slot < this.#keys.length ? this.#keys[slot] - 1 : -1;
    if (key >= 0) return key;
    const chosen = this.#taken(slot) ? this.#nextFree() : slot;
    this.assign(slot, chosen);
    return chosen;
  }

  /** The slot of a key that was given out. */
  slotOf(key: number): number {
    return this.#slots[key] - 1;
  }

  /** Gives `key` to a slot that has none. False when another slot has the key. */
  assign(slot: number, key: number): boolean {
    if (this.#taken(key)) return false;
    this.#keys = grown(this.#keys, slot);
    this.#slots = grown(this.#slots, key);
    this.#keys[slot] = key + 1;
    this.#slots[key] = slot + 1;
    return true;
  }

  #taken(key: number): boolean {
    return key < this.#slots.length && this.#slots[key] !== 0;
  }

  #nextFree(): number {
    while (this.#taken(this.#free)) this.#free++;
    return this.#free;
  }
}
