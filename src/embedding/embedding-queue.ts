/**
 * Natural batching of texts for a service: what waits when a request can be made travels in it
 * together, whoever it is from, up to the limits of a request. Alone, a text waits for nothing; under
 * load requests grow. Callers with many texts take turns, a request each.
 *
 * A request is given up when nobody waits for it any more. A refusal that one caller's text may have
 * caused is not held against the others: each caller's texts are asked for again by themselves.
 */
import { isAboutTexts } from './attempt-failure.js';

/** What one request may hold. */
export interface RequestLimits {
  readonly texts: number;
  /** Of the texts in UTF-8; a longer text travels alone. */
  readonly bytes: number;
  /** Requests under way at the same time. */
  readonly requests: number;
}

/** Asks the service; one row for each text. */
type Send = (texts: readonly string[], signal: AbortSignal) => Promise<Float32Array>;

/** Texts of one caller. */
interface Job {
  readonly texts: readonly string[];
  readonly matrix: Float32Array;
  /** The first text that is in no request yet. */
  next: number;
  /** Texts without a vector yet. */
  missing: number;
  settled: boolean;
  /** Requests that hold texts of it. */
  readonly requests: Set<Request>;
  resolve(matrix: Float32Array): void;
  reject(error: unknown): void;
}

/** Texts of one caller in one request. */
interface Part {
  readonly job: Job;
  readonly start: number;
  readonly end: number;
}

interface Request {
  readonly parts: readonly Part[];
  readonly controller: AbortController;
}

export class EmbeddingQueue {
  readonly #dimension: number;
  readonly #limits: RequestLimits;
  readonly #send: Send;
  readonly #jobs: Job[] = [];
  readonly #abandoned = new JobsBySignal();
  #underWay = 0;
  #isScheduled = false;

  constructor(dimension: number, limits: RequestLimits, send: Send) {
    this.#dimension = dimension;
    this.#limits = limits;
    this.#send = send;
  }

  /** One row for each text. Rejects with what `send` rejects with, or with the signal's reason. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array> {
    const matrix = new Float32Array(texts.length * this.#dimension);
    if (texts.length === 0) return Promise.resolve(matrix);
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const settle = (end: () => void): void => {
        if (job.settled) return;
        job.settled = true;
        this.#abandoned.remove(signal, job);
        end();
        for (const request of job.requests) abortWhenUnwanted(request);
      };
      const job: Job = {
        texts,
        matrix,
        next: 0,
        missing: texts.length,
        settled: false,
        requests: new Set(),
        resolve: () => settle(() => resolve(matrix)),
        reject: (error) => settle(() => reject(error)),
      };
      this.#abandoned.add(signal, job);
      this.#jobs.push(job);
      this.#schedule();
    });
  }

  /** Makes requests once everything of this moment has arrived. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#fill();
    });
  }

  #fill(): void {
    while (this.#underWay < this.#limits.requests) {
      const parts = this.#take();
      if (parts.length === 0) return;
      this.#underWay += 1;
      this.#run(parts).finally(() => {
        this.#underWay -= 1;
        this.#schedule();
      });
    }
  }

  /** The texts of the next request. */
  #take(): Part[] {
    const parts: Part[] = [];
    let { texts, bytes } = this.#limits;
    while (this.#jobs.length > 0 && texts > 0) {
      const job = this.#jobs[0];
      const start = job.next;
      while (!job.settled && job.next < job.texts.length && texts > 0) {
        const size = Buffer.byteLength(job.texts[job.next]);
        const isFirst = texts === this.#limits.texts;
        if (size > bytes && !isFirst) break;
        bytes -= size;
        texts -= 1;
        job.next += 1;
      }
      if (job.next > start) parts.push({ job, start, end: job.next });
      const isFull = !job.settled && job.next < job.texts.length;
      this.#jobs.shift();
      if (!isFull) continue;
      if (job.next > start) this.#jobs.push(job);
      else this.#jobs.unshift(job);
      break;
    }
    return parts;
  }

  /** Never rejects. */
  async #run(parts: readonly Part[]): Promise<void> {
    const request: Request = { parts, controller: new AbortController() };
    for (const { job } of parts) job.requests.add(request);
    try {
      const texts = parts.flatMap(({ job, start, end }) => job.texts.slice(start, end));
      this.#accept(parts, await this.#send(texts, request.controller.signal));
    } catch (error) {
      if (parts.length > 1 && isAboutTexts(error)) {
        for (const part of parts) if (!part.job.settled) await this.#run([part]);
      } else for (const { job } of parts) job.reject(error);
    } finally {
      for (const { job } of parts) job.requests.delete(request);
    }
  }

  #accept(parts: readonly Part[], rows: Float32Array): void {
    let at = 0;
    for (const { job, start, end } of parts) {
      const length = (end - start) * this.#dimension;
      job.matrix.set(rows.subarray(at, at + length), start * this.#dimension);
      at += length;
      job.missing -= end - start;
      if (job.missing === 0) job.resolve(job.matrix);
    }
  }
}

/**
 * The jobs of each signal, which is listened to once: the searches of one call share theirs, and there
 * may be a thousand.
 */
class JobsBySignal {
  readonly #jobs = new Map<AbortSignal, { jobs: Set<Job>; listener: () => void }>();

  add(signal: AbortSignal, job: Job): void {
    const known = this.#jobs.get(signal);
    if (known !== undefined) {
      known.jobs.add(job);
      return;
    }
    const jobs = new Set([job]);
    const listener = (): void => {
      for (const one of jobs) one.reject(signal.reason);
    };
    signal.addEventListener('abort', listener, { once: true });
    this.#jobs.set(signal, { jobs, listener });
  }

  remove(signal: AbortSignal, job: Job): void {
    const known = this.#jobs.get(signal);
    known?.jobs.delete(job);
    if (known === undefined || known.jobs.size > 0) return;
    signal.removeEventListener('abort', known.listener);
    this.#jobs.delete(signal);
  }
}

function abortWhenUnwanted({ parts, controller }: Request): void {
  if (parts.every(({ job }) => job.settled)) controller.abort();
}
