/** Where the operator's embedding service is, and how it is dealt with. */
import { limits } from '../limits.js';

/** What the operator says. Callers choose a model only, so that no one can send texts elsewhere. */
export interface EmbeddingService {
  /** Base of its API, such as `https://api.openai.com/v1`; `/embeddings` is added. */
  readonly url: string;
  /** Sent as a bearer token; never in an error, a log or a description. */
  readonly key: string | undefined;
}

/** How long is waited for what. */
export interface Patience {
  /** Attempts in all. */
  readonly attempts: number;
  /** For the whole answer to one attempt. */
  readonly timeoutMs: number;
  /** Before the second attempt; doubled from one to the next. */
  readonly retryMsMin: number;
  /** The longest wait that the service may ask for; it fails at once when it asks for more. */
  readonly retryMsMax: number;
}

export const defaultPatience: Patience = {
  attempts: limits.embedderAttemptsMax,
  timeoutMs: limits.embedderTimeoutMs,
  retryMsMin: limits.embedderRetryMsMin,
  retryMsMax: limits.embedderRetryMsMax,
};
