/** The records of a soak: a bounded set of ids, whose contents, titles and metadata keep changing. */

import { VectorSource } from '../../../bench/support/random.js';
import type { VectorRecord } from '../../../clients/typescript/src/index.js';
import type { Random } from '../../support/random.js';

export const DIMENSION = 64;
const LANGUAGES = ['en', 'de', 'fr', 'pt', 'ja'];
const FILLER = 'what a record says, over and over again, at some length; '.repeat(20);

export class SoakRecords {
  readonly #vectors: VectorSource;
  readonly #random: Random;
  readonly #ids: number;

  /** `ids`: how many different ones there are. */
  constructor(random: Random, ids: number) {
    this.#random = random;
    this.#vectors = new VectorSource(DIMENSION, random.below(2 ** 31));
    this.#ids = ids;
  }

  id(): string {
    return `record-${this.#random.below(this.#ids)}`;
  }

  ids(count: number): string[] {
    return Array.from({ length: count }, () => this.id());
  }

  vector(): Float32Array {
    const vector = new Float32Array(DIMENSION);
    this.#vectors.next(vector, 0);
    return vector;
  }

  language(): string {
    return this.#random.pick(LANGUAGES);
  }

  year(): number {
    return this.#random.between(1990, 2026);
  }

  /** Titles never come twice: what is derived from them must not keep the old ones. */
  record(): VectorRecord {
    return {
      id: this.id(),
      content: FILLER.slice(0, this.#random.between(0, FILLER.length)),
      title: `title ${this.#random.below(2 ** 32)}`,
      extension: 'txt',
      embedding: this.vector(),
      metadata: {
        language: this.language(),
        year: this.year(),
        draft: this.#random.chance(0.1),
        revision: this.#random.below(2 ** 32),
        tags: [`tag-${this.#random.below(100)}`, `tag-${this.#random.below(100)}`],
      },
    };
  }

  /** Records of which no two have the same id. */
  different(count: number): VectorRecord[] {
    const records = [...this.records(count)];
    return [...new Map(records.map((record) => [record.id, record])).values()];
  }

  *records(count: number): Generator<VectorRecord> {
    for (let i = 0; i < count; i += 1) yield this.record();
  }
}
