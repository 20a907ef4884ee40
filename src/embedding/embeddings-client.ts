/**
 * Asks an embeddings API for the vectors of some texts: one POST, repeated with growing pauses while
 * the service is overloaded, failing or out of reach. Redirects are not followed: they would carry
 * texts and key to where the operator did not send them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { AttemptFailure, REFUSAL_BYTES_MAX } from './attempt-failure.js';
import type { EmbeddingService, Patience } from './embedding-service.js';
import { readAnswer, UnusableAnswer } from './embeddings-answer.js';

/** Text of one value in an answer, with room for white space. */
const VALUE_BYTES_MAX = 40;
/** Everything else in an answer, for one text. */
const ITEM_BYTES_MAX = 4 * 1024;

export interface EmbeddingModel {
  readonly model: string;
  readonly dimension: number;
  /** Whether the request asks for that dimension. */
  readonly sendDimension: boolean;
}

export class EmbeddingsClient {
  readonly #service: EmbeddingService;
  readonly #asked: EmbeddingModel;
  readonly #patience: Patience;

  constructor(service: EmbeddingService, asked: EmbeddingModel, patience: Patience) {
    this.#service = service;
    this.#asked = asked;
    this.#patience = patience;
  }

  /**
   * One row for each text. Rejects with EMBEDDER_FAILED, or with the signal's reason once it has
   * aborted.
   */
  async post(texts: readonly string[], signal: AbortSignal): Promise<Float32Array> {
    const body = JSON.stringify({
      model: this.#asked.model,
      input: texts,
      encoding_format: 'float',
      ...(this.#asked.sendDimension && { dimensions: this.#asked.dimension }),
    });
    const { attempts, retryMsMin, retryMsMax } = this.#patience;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(body, texts.length, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof AttemptFailure)) throw error;
        const backoff = retryMsMin * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
        const wait = Math.max(backoff, error.retryAfterMs ?? 0);
        if (!error.mayPass || attempt >= attempts || wait > retryMsMax) {
          throw error.toError(attempt);
        }
        await pause(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    }
  }

  async #attempt(body: string, count: number, signal: AbortSignal): Promise<Float32Array> {
    const { timeoutMs } = this.#patience;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${this.#service.url}/embeddings`, {
        method: 'POST',
        headers: this.#headers(),
        body,
        redirect: 'manual',
        signal: AbortSignal.any([signal, timeout]),
      });
      if (response.status !== 200) {
        const refusal = await readBody(response, REFUSAL_BYTES_MAX, 'cut');
        throw AttemptFailure.ofStatus(response, refusal, this.#service.key);
      }
      const { dimension } = this.#asked;
      const most = count * (dimension * VALUE_BYTES_MAX + ITEM_BYTES_MAX);
      const answer = await readBody(response, most, 'refuse');
      return readAnswer(answer, count, dimension);
    } catch (error) {
      if (error instanceof AttemptFailure) throw error;
      if (error instanceof UnusableAnswer) throw new AttemptFailure(error.message, false);
      if (timeout.aborted) {
        throw new AttemptFailure(`did not answer within ${timeoutMs / 1000} s`, true);
      }
      throw new AttemptFailure(`could not be reached${codeOf(error)}`, true);
    }
  }

  #headers(): Record<string, string> {
    const { key } = this.#service;
    return {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    };
  }
}

/** Reads at most `most` bytes; what is longer is cut, or refused. */
async function readBody(
  response: Response,
  most: number,
  longer: 'cut' | 'refuse',
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the rest.
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    length += piece.length;
    if (length <= most) continue;
    if (longer === 'cut') break;
    throw new UnusableAnswer(`sent an answer of more than ${most} bytes`);
  }
  return Buffer.concat(pieces).subarray(0, most);
}

/** What the system calls the failure, such as ECONNREFUSED; never an address. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? ` (${code})` : '';
}
