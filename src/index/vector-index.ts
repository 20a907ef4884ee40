/**
 * What search and ingest need of an index over the rows of a vector arena. The index is derived: it
 * holds nothing that the arena does not, and is rebuilt from it when in doubt.
 */
export interface VectorIndex {
  /** Records that the structure can find. */
  readonly indexedCount: number;
  /** Records that wait for the structure and are compared one by one meanwhile. */
  readonly pendingCount: number;
  /** Nodes of the structure whose records are gone. */
  readonly tombstoneCount: number;
  /** Bytes of the structure and of the rows that wait for it, estimated. */
  readonly memoryBytes: number;
  /** Candidates asked of the structure per search unless the search says otherwise; 0: there is none. */
  readonly efSearch: number;
  /** How near the waiting rows are to their cap; from 1 on ingest must wait for a `buildSlice`. */
  readonly fullness: number;

  /** The slot's row in the arena is new or has changed; the next search finds it. */
  insert(slot: number): void;

  /** The slot is out of use; no later search finds it. An unknown slot is fine. */
  remove(slot: number): void;

  /**
   * Slots that are probably among the `limit` nearest to `query`, in no order, all inserted and not
   * removed; they may be fewer than `limit`. `undefined`: there is no structure, compare with every
   * record. `efSearch`: candidates asked of the structure instead of what the index is configured
   * for; never fewer than `limit`. Under cosine `query` has unit length.
   */
  candidates(query: Float32Array, limit: number, efSearch?: number): Uint32Array | undefined;

  /** The same for several queries, which takes less time than one by one. */
  candidatesMany(
    queries: readonly Float32Array[],
    limit: number,
    efSearch?: number,
  ): Uint32Array[] | undefined;

  /** Slots of the rows that wait, in no order: a view that the next change of the index changes. */
  readonly waiting: Uint32Array;

  /**
   * Slots of up to `count` rows of the structure that are probably the nearest to `query`, in no
   * order; without those that wait. `undefined`: there is no structure.
   */
  linked(query: Float32Array, count: number): Uint32Array | undefined;

  /**
   * Moves waiting rows into the structure for about `budgetMs`, at least one. Says whether rows
   * still wait. Blocks its thread.
   */
  buildSlice(budgetMs: number): boolean;
}
