/** What makes vectors of texts, whoever does it. */
import { ProtovecError } from '../errors.js';

export interface Embedder {
  /** Name of the model: vectors of the same name may be compared. At most 255 bytes. */
  readonly modelId: string;
  /** Values in each vector. */
  readonly dimension: number;
  /**
   * The vectors of the texts one after another: `texts.length` rows of `dimension` values, all
   * finite, no row zero. No text may be blank. Throws or rejects with ProtovecError EMBEDDER_FAILED
   * or EMBEDDER_MISSING, or with the signal's reason once it has aborted.
   */
  embed(texts: readonly string[], signal: AbortSignal): Float32Array | Promise<Float32Array>;
}

/** Refuses, with INVALID_EMBEDDING on `field`, a text that is empty or only white space. */
export function checkNotBlank(text: string, field: string): void {
  if (text.trim() !== '') return;
  const message = `${field} has nothing to embed: it is empty or only white space; send some text`;
  throw new ProtovecError('INVALID_EMBEDDING', message, { field });
}
