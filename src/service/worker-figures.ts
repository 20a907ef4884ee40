/**
 * The figures of the engine workers as they last told them. A worker that is busy or is being
 * started anew keeps nobody from the figures of the others: its last ones stand, with their age.
 */

import { decodeWorkerFigures, figuresPath, type WorkerFigures } from '../engine/figures.js';
import type { EnginePool } from '../engine/pool.js';
import { limits } from '../limits.js';

const nothing = new Uint8Array(0);

interface Told {
  readonly figures: WorkerFigures;
  /** Of `performance.now()`. */
  readonly at: number;
}

export class FiguresOfWorkers {
  readonly #pool: Pick<EnginePool, 'size' | 'ask'>;
  readonly #waitMs: number;
  readonly #told = new Map<number, Told>();
  /** What workers have not answered yet: they are not asked again meanwhile. Never rejects. */
  readonly #asked = new Map<number, Promise<void>>();

  constructor(pool: Pick<EnginePool, 'size' | 'ask'>, waitMs: number = limits.metricsFiguresMs) {
    this.#pool = pool;
    this.#waitMs = waitMs;
  }

  /** Asks every worker, and waits for those that answer in time. */
  async refresh(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#waitMs);
    });
    const workers = Array.from({ length: this.#pool.size }, (_, worker) => worker);
    await Promise.race([Promise.all(workers.map((worker) => this.#ask(worker))), late]);
    clearTimeout(timer);
  }

  /** By worker, with their age in milliseconds; those that never told any are missing. */
  get last(): readonly (readonly [worker: number, figures: WorkerFigures, ageMs: number])[] {
    const now = performance.now();
    const told = [...this.#told].sort(([a], [b]) => a - b);
    return told.map(([worker, { figures, at }]) => [worker, figures, now - at]);
  }

  #ask(worker: number): Promise<void> {
    const asked = this.#asked.get(worker);
    if (asked !== undefined) return asked;
    const answer = this.#pool
      .ask(worker, figuresPath, nothing, Number.POSITIVE_INFINITY)
      .then((bytes) => {
        this.#told.set(worker, { figures: decodeWorkerFigures(bytes), at: performance.now() });
      })
      // It is being started anew, which the pool tells of, or the server stops.
      .catch(() => {})
      .finally(() => this.#asked.delete(worker));
    this.#asked.set(worker, answer);
    return answer;
  }
}
