/**
 * Compares a query with every row of the arena by the native kernels, chunk by chunk, and returns
 * slots to be rescored. The kernels know nothing of dead rows, so they are asked for more than is
 * wanted, and again for all rows of a chunk when that was not enough.
 *
 * Invariant: no slot of the mask that belongs to the best `count` is left out. The kernels round to
 * float32, so whatever is within that error of the last one is returned with it, ties included.
 */
import { Metric } from '../gen/protovec/v1/collection.js';
import { Candidates } from '../index/candidates.js';
import { type NearestRows, nearestRows } from '../index/usearch.js';
import type { VectorArena } from '../index/vector-arena.js';
import type { SlotSet } from './slot-set.js';

const spareRows = 16;
/** Above the error of float32 sums, kernels of platforms without double precision included. */
const relativeError = 1e-5;

// Twice the largest error of a kernel's distance, as both distances that are compared may be off.
function slackOf(arena: VectorArena, queryNorm: number): (distance: number) => number {
  if (arena.metric === Metric.COSINE) return () => relativeError;
  if (arena.metric === Metric.EUCLIDEAN) return (distance) => relativeError * distance;
  const products = 0.1 * relativeError * queryNorm * arena.normMax;
  return (distance) => relativeError * (1 + Math.abs(distance)) + products;
}

/** Whether every row that was not returned is behind the `count`-th of the mask, beyond doubt. */
function isComplete(
  near: NearestRows,
  first: number,
  mask: SlotSet,
  count: number,
  slack: (distance: number) => number,
): boolean {
  const last = near.distances[near.distances.length - 1];
  let seen = 0;
  for (let i = 0; i < near.positions.length; i++) {
    if (!mask.has(first + near.positions[i]) || ++seen < count) continue;
    return last > near.distances[i] + slack(near.distances[i]);
  }
  return false;
}

/**
 * Slots of `mask`, in no order, among which are the `count` best for `query`; all of them when
 * there are no more. Every slot of the mask is a row of the arena. Under cosine `query` has unit
 * length.
 */
export function scanAll(
  arena: VectorArena,
  mask: SlotSet,
  query: Float32Array,
  queryNorm: number,
  count: number,
): Uint32Array {
  const slack = slackOf(arena, queryNorm);
  const found = new Candidates();
  for (let first = 0; first < arena.rows; first += arena.rowsPerChunk) {
    const rows = arena.rowsFrom(first);
    const total = rows.length / arena.dimension;
    const alive = mask.countRange(first, first + total);
    if (alive === 0) continue;
    const share = Math.ceil(((count + spareRows) * total) / alive);
    let near = nearestRows(rows, query, share, arena.metric);
    if (share < total && !isComplete(near, first, mask, count, slack)) {
      near = nearestRows(rows, query, total, arena.metric);
    }
    for (let i = 0; i < near.positions.length; i++) {
      const slot = first + near.positions[i];
      if (mask.has(slot)) found.offer(slot, near.distances[i]);
    }
  }
  return found.nearest(count, slack);
}

const gatherBytesMax = 1024 * 1024;

/**
 * The same among some slots that lie scattered: their rows are gathered, so that the native kernels
 * compare them. Every slot is a row of the arena.
 */
export function scanSome(
  arena: VectorArena,
  slots: Uint32Array,
  query: Float32Array,
  queryNorm: number,
  count: number,
): Uint32Array {
  const { dimension, metric } = arena;
  const rowsMax = Math.max(1, Math.floor(gatherBytesMax / (dimension * 4)));
  const gathered = new Float32Array(Math.min(rowsMax, slots.length) * dimension);
  const slack = slackOf(arena, queryNorm);
  const found = new Candidates();
  for (let first = 0; first < slots.length; first += rowsMax) {
    const total = Math.min(rowsMax, slots.length - first);
    for (let i = 0; i < total; i++) gathered.set(arena.row(slots[first + i]), i * dimension);
    const rows = gathered.subarray(0, total * dimension);
    const wanted = Math.min(total, count + spareRows);
    let near = nearestRows(rows, query, wanted, metric);
    if (wanted < total && !isBeyond(near, count, slack)) {
      near = nearestRows(rows, query, total, metric);
    }
    for (let i = 0; i < near.positions.length; i++) {
      found.offer(slots[first + near.positions[i]], near.distances[i]);
    }
  }
  return found.nearest(count, slack);
}

/** Whether every row that was not returned is behind the `count`-th, beyond doubt. */
function isBeyond(near: NearestRows, count: number, slack: (distance: number) => number): boolean {
  const bound = near.distances[count - 1];
  return near.distances[near.distances.length - 1] > bound + slack(bound);
}
