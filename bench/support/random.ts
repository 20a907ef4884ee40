/** Seeded data for benchmarks: the same numbers at every run. */

/** A generator of uniform numbers in [0, 1): mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Makes vectors of low intrinsic dimension with cluster structure, of unit length, as text
 * embeddings are: a cluster's centre and a little noise, both from a 24-dimensional space.
 */
export class VectorSource {
  readonly #random: () => number;
  readonly #dimension: number;
  readonly #basis: Float32Array;
  readonly #centres: Float32Array;
  readonly #latent = new Float64Array(LATENT);

  constructor(dimension: number, seed: number, clusters = 200) {
    // The space is the same for every seed, so that queries come from where the records do.
    const space = randomOf(dimension);
    this.#random = randomOf(seed);
    this.#dimension = dimension;
    this.#basis = Float32Array.from({ length: LATENT * dimension }, () => space() - 0.5);
    this.#centres = Float32Array.from({ length: clusters * LATENT }, () => gauss(space));
  }

  /** Writes the next vector to `target` at `offset`. */
  next(target: Float32Array, offset: number): void {
    const clusters = this.#centres.length / LATENT;
    const centre = Math.floor(this.#random() * clusters) * LATENT;
    for (let i = 0; i < LATENT; i += 1) {
      this.#latent[i] = this.#centres[centre + i] + 0.5 * gauss(this.#random);
    }
    let squared = 0;
    for (let d = 0; d < this.#dimension; d += 1) {
      let value = 0.02 * (this.#random() - 0.5);
      for (let i = 0; i < LATENT; i += 1) {
        value += this.#latent[i] * this.#basis[i * this.#dimension + d];
      }
      target[offset + d] = value;
      squared += value * value;
    }
    const scale = 1 / Math.sqrt(squared);
    for (let d = 0; d < this.#dimension; d += 1) target[offset + d] *= scale;
  }
}

const LATENT = 24;

/** About normal: the sum of four uniform numbers. */
function gauss(random: () => number): number {
  return (random() + random() + random() + random() - 2) * 1.7;
}
