/**
 * The sum of vectors of an arena in double precision; under cosine, of the vectors scaled to unit
 * length. It knows no record and holds no vector.
 */
import { Metric } from '../../gen/protovec/v1/collection.js';
import type { VectorArena } from '../../index/vector-arena.js';

export class VectorSum {
  readonly #arena: VectorArena;
  readonly #sums: Float64Array;
  #count = 0;

  constructor(arena: VectorArena) {
    this.#arena = arena;
    this.#sums = new Float64Array(arena.dimension);
  }

  /** Adds the row of a slot. */
  add(slot: number): void {
    const arena = this.#arena;
    const sums = this.#sums;
    const rows = arena.chunkOf(slot);
    const start = arena.rowStart(slot);
    const scale = arena.metric === Metric.COSINE ? arena.inverseNorm(slot) : 1;
    const length = sums.length;
    const unrolled = length - (length % 4);
    let i = 0;
    for (; i < unrolled; i += 4) {
      sums[i] += rows[start + i] * scale;
      sums[i + 1] += rows[start + i + 1] * scale;
      sums[i + 2] += rows[start + i + 2] * scale;
      sums[i + 3] += rows[start + i + 3] * scale;
    }
    for (; i < length; i++) sums[i] += rows[start + i] * scale;
    this.#count += 1;
  }

  /** The mean, each value rounded once, to float32. At least one row was added. */
  mean(): Float32Array {
    return Float32Array.from(this.#sums, (sum) => sum / this.#count);
  }
}
