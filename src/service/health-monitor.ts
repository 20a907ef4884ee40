/**
 * Finds out how the engine is: the pool says at once when a worker dies or is back, and what only
 * the workers know, they are asked for every second.
 */

import type { Logger } from 'pino';
import { decodeWorkerHealth, healthPath } from '../engine/health.js';
import type { EnginePool } from '../engine/pool.js';
import { limits } from '../limits.js';
import type { Health } from './health.js';

const nothing = new Uint8Array(0);

export interface HealthMonitorOptions {
  readonly pool: Pick<EnginePool, 'askAll' | 'isReady' | 'onReadiness'>;
  readonly health: Health;
  readonly logger: Logger;
  /** How often the workers are asked. Unset: limits.healthPollMs. */
  readonly pollMs?: number;
  /** How long they may take to answer. Unset: limits.healthSilenceMs. */
  readonly silenceMs?: number;
}

export class HealthMonitor {
  readonly #options: HealthMonitorOptions;
  #timer: NodeJS.Timeout | undefined;
  /** When the workers were asked what they have not answered yet. */
  #askedAt: number | undefined;
  #isSilent = false;
  #latched: readonly string[] = [];

  constructor(options: HealthMonitorOptions) {
    this.#options = options;
  }

  /** Begins to ask. Until the first answer all is well: the engine has just been opened. */
  start(): void {
    const { pool, pollMs = limits.healthPollMs } = this.#options;
    pool.onReadiness(() => {
      this.#publish();
      // A log that had failed was recovered when the worker was started anew.
      if (pool.isReady) void this.#ask();
    });
    this.#timer = setInterval(() => this.#poll(), pollMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #poll(): void {
    const { logger, silenceMs = limits.healthSilenceMs } = this.#options;
    if (this.#askedAt === undefined) {
      void this.#ask();
    } else if (!this.#isSilent && performance.now() - this.#askedAt >= silenceMs) {
      this.#isSilent = true;
      logger.error({ silenceMs }, 'an engine worker does not answer');
      this.#publish();
    }
  }

  async #ask(): Promise<void> {
    const { pool, logger } = this.#options;
    if (this.#askedAt !== undefined) return;
    this.#askedAt = performance.now();
    try {
      const answers = await pool.askAll(healthPath, nothing, Number.POSITIVE_INFINITY);
      this.#isSilent = false;
      this.#hear(answers.flatMap((answer) => decodeWorkerHealth(answer).latched));
    } catch (err) {
      // A worker that died meanwhile has been told of by the pool.
      if (pool.isReady) logger.debug({ err }, 'an engine worker did not tell how it is');
    } finally {
      this.#askedAt = undefined;
    }
  }

  #hear(latched: readonly string[]): void {
    const fresh = latched.filter((name) => !this.#latched.includes(name));
    this.#latched = latched;
    if (fresh.length > 0) {
      const message = 'the logs of collections failed; they take no writes until the next start';
      this.#options.logger.error({ collections: fresh }, message);
    }
    this.#publish();
  }

  #publish(): void {
    const { pool, health } = this.#options;
    const isReady = pool.isReady && !this.#isSilent;
    health.update({ isReady, isWritable: this.#latched.length === 0 });
  }
}
