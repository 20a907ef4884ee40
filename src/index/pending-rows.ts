/**
 * Rows that are not in the graph yet, held dense so that every search can compare them natively.
 * Under cosine they are quantised to 8 bits per value, each row by its own scale, which cosine does
 * not see; so more are returned than asked for, to be rescored from the exact vectors. Under the
 * other metrics they are float32 copies.
 *
 * Invariants: positions 0..count-1 are in use, without holes: the last row moves into a hole, and
 * rows leave for the graph from the end. Every chunk starts its own ArrayBuffer.
 */
import { Metric } from '../gen/protovec/v1/collection.js';
import { limits } from '../limits.js';
import { Candidates } from './candidates.js';
import { grown } from './grow.js';
import { quantise } from './quantise.js';
import { nearestRows } from './usearch.js';
import type { VectorArena } from './vector-arena.js';

const chunkRowsMax = 8_192;
const chunkBytesMax = 4 * 1024 * 1024;

type Rows = Float32Array | Int8Array;

function rowBytesOf({ metric, dimension }: VectorArena): number {
  return dimension * (metric === Metric.COSINE ? 1 : 4);
}

function fullnessOf(count: number, rowBytes: number): number {
  return Math.max(count / limits.pendingRowsMax, (count * rowBytes) / limits.pendingBytesMax);
}

/** How near so many rows of an arena would be to the cap, if all of them waited. */
export function pendingFullness(count: number, arena: VectorArena): number {
  return fullnessOf(count, rowBytesOf(arena));
}

export class PendingRows {
  readonly #arena: VectorArena;
  readonly #cosine: boolean;
  readonly #rowsPerChunk: number;
  readonly #rowBytes: number;
  #chunks: Rows[] = [];
  /** Slot by position. */
  #slots = new Uint32Array(0);
  /** Position + 1 by slot; 0 when the slot is not pending. */
  #places = new Uint32Array(0);
  #count = 0;

  constructor(arena: VectorArena) {
    this.#arena = arena;
    this.#cosine = arena.metric === Metric.COSINE;
    this.#rowBytes = rowBytesOf(arena);
    this.#rowsPerChunk = Math.min(chunkRowsMax, Math.floor(chunkBytesMax / this.#rowBytes));
  }

  get count(): number {
    return this.#count;
  }

  /** How near the rows are to the most that searches should compare; see limits. 1: at the cap. */
  get fullness(): number {
    return fullnessOf(this.#count, this.#rowBytes);
  }

  /** Bytes allocated for copies of rows and for the tables of their places. */
  get memoryBytes(): number {
    const rows = this.#chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    return rows + this.#slots.byteLength + this.#places.byteLength;
  }

  /** Slots of all rows, in no order: a view that the next change changes. */
  get slots(): Uint32Array {
    return this.#slots.subarray(0, this.#count);
  }

  has(slot: number): boolean {
    return slot < this.#places.length && this.#places[slot] !== 0;
  }

  /** Copies the slot's row from the arena, in place of the former copy if there is one. */
  put(slot: number): void {
    if (!this.has(slot)) {
      this.#slots = grown(this.#slots, this.#count);
      this.#places = grown(this.#places, slot);
      this.#slots[this.#count++] = slot;
      this.#places[slot] = this.#count;
    }
    const position = this.#places[slot] - 1;
    const chunk = this.#chunkAt(position);
    const start = this.#rowStart(position);
    const row = this.#arena.row(slot);
    if (chunk instanceof Int8Array) quantise(row, chunk, start);
    else chunk.set(row, start);
  }

  /** Removes a slot; one that is not pending is fine. */
  delete(slot: number): void {
    if (!this.has(slot)) return;
    const hole = this.#places[slot] - 1;
    const last = this.#count - 1;
    if (hole !== last) {
      const start = this.#rowStart(last);
      const moved = this.#chunkAt(last).subarray(start, start + this.#arena.dimension);
      this.#chunkAt(hole).set(moved, this.#rowStart(hole));
      this.#slots[hole] = this.#slots[last];
      this.#places[this.#slots[hole]] = hole + 1;
    }
    this.#places[slot] = 0;
    this.#count = last;
    this.#release();
  }

  /** Slots of the last `count` rows, the next ones to enter the graph. */
  tail(count: number): Uint32Array {
    return this.#slots.slice(Math.max(0, this.#count - count), this.#count);
  }

  /** Removes the last `count` rows. */
  dropTail(count: number): void {
    const kept = this.#count - count;
    for (let i = kept; i < this.#count; i++) this.#places[this.#slots[i]] = 0;
    this.#count = kept;
    this.#release();
  }

  /**
   * Slots, in no order, of the nearest `count` rows and some more, for what the kernels and the
   * quantisation lose.
   */
  nearest(query: Float32Array, count: number): Uint32Array {
    const { dimension, metric } = this.#arena;
    const wanted = (this.#cosine ? 4 * count : count) + 16;
    const found = new Candidates();
    let probe: Rows = query;
    if (this.#cosine) {
      probe = new Int8Array(dimension);
      quantise(query, probe, 0);
    }
    for (let first = 0; first < this.#count; first += this.#rowsPerChunk) {
      const rows = Math.min(this.#rowsPerChunk, this.#count - first);
      const chunk = this.#chunkAt(first).subarray(0, rows * dimension);
      const near = nearestRows(chunk, probe, wanted, metric);
      for (let i = 0; i < near.positions.length; i++) {
        found.offer(this.#slots[first + near.positions[i]], near.distances[i]);
      }
    }
    return found.nearest(wanted, () => 0);
  }

  #chunkAt(position: number): Rows {
    const index = Math.floor(position / this.#rowsPerChunk);
    if (index === this.#chunks.length) {
      const values = this.#rowsPerChunk * this.#arena.dimension;
      this.#chunks.push(this.#cosine ? new Int8Array(values) : new Float32Array(values));
    }
    return this.#chunks[index];
  }

  #rowStart(position: number): number {
    return (position % this.#rowsPerChunk) * this.#arena.dimension;
  }

  // One spare chunk stays, so that a count around a boundary does not allocate at every step.
  #release(): void {
    const needed = Math.ceil(this.#count / this.#rowsPerChunk);
    if (this.#chunks.length > needed + 1) this.#chunks.length = needed + 1;
  }
}
