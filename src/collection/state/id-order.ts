/**
 * The ids of a collection in byte order, for pages. Derived: sorted when a page asks for it and
 * kept until a record appears or goes.
 */
import type { CollectionState } from './state.js';

export class IdOrder {
  readonly #state: CollectionState;
  #slots = new Uint32Array(0);
  #membership = -1;

  constructor(state: CollectionState) {
    this.#state = state;
  }

  /** Live slots in the byte order of their ids. */
  slots(): Uint32Array {
    const { ids, rows, membership } = this.#state;
    if (this.#membership === membership) return this.#slots;
    const slots = new Uint32Array(rows.live.count);
    let count = 0;
    rows.live.forEach((slot) => {
      slots[count] = slot;
      count += 1;
    });
    slots.sort((a, b) => ids.compare(a, b));
    this.#slots = slots;
    this.#membership = membership;
    return slots;
  }

  /** Position in slots() of the first id after `id`. */
  after(id: Uint8Array): number {
    const { ids } = this.#state;
    const slots = this.slots();
    let low = 0;
    let high = slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (Buffer.compare(ids.bytes(slots[middle]), id) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
