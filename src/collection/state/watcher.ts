/**
 * Who walks over the records of a collection in slices and must know what changes meanwhile. A set
 * of slots is one: it notes what has to be looked at again.
 */
export interface Watcher {
  /**
   * The record of this slot is about to change or to go, and can still be read as it was; or it has
   * just appeared, and nothing of it is there yet. Must not throw.
   */
  add(slot: number): unknown;
  /** All records are about to go. Absent: `add` is called for each of them. */
  addAll?(): void;
}
