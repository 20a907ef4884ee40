/**
 * The builtin embedder: hashed words and parts of words, weighted by 1 + ln(occurrences), scaled to
 * unit length. It finds texts that share words, parts of words and spelling, and knows nothing of
 * meaning. It needs no model and no network, keeps no state, and what it makes never changes: other
 * vectors would have another model id.
 */
import { setImmediate } from 'node:timers/promises';
import { checkNotBlank, type Embedder } from './embedder.js';
import { FeatureCounts } from './feature-counts.js';
import { wordsOf } from './words.js';

/** Characters that are embedded at once: a few milliseconds of work. */
const AT_ONCE_CHARACTERS = 16_384;
/** How long longer work goes on before other calls get a turn. */
const SLICE_MS = 4;
/** Words between two looks at the clock. */
const WORDS_PER_LOOK = 256;

/** One for the thread, for what is embedded at once; longer work has its own. */
const shared = new FeatureCounts();

/** The model id of the builtin embedder at this dimension. */
export function builtinModelId(dimension: number): string {
  return `protovec/builtin-v1-${dimension}`;
}

export class BuiltinEmbedder implements Embedder {
  readonly modelId: string;
  readonly dimension: number;

  constructor(dimension: number) {
    this.modelId = builtinModelId(dimension);
    this.dimension = dimension;
  }

  embed(texts: readonly string[], signal: AbortSignal): Float32Array | Promise<Float32Array> {
    let characters = 0;
    for (const text of texts) {
      checkNotBlank(text, 'text');
      characters += text.length;
    }
    if (characters > AT_ONCE_CHARACTERS) return this.#embedInSlices(texts, signal);
    const matrix = new Float32Array(texts.length * this.dimension);
    for (let row = 0; row < texts.length; row += 1) {
      shared.begin(this.dimension);
      for (const word of wordsOf(texts[row])) shared.add(word);
      shared.finish(matrix, row * this.dimension);
    }
    return matrix;
  }

  async #embedInSlices(texts: readonly string[], signal: AbortSignal): Promise<Float32Array> {
    const counts = new FeatureCounts();
    const matrix = new Float32Array(texts.length * this.dimension);
    let sliceEnd = performance.now() + SLICE_MS;
    let words = 0;
    for (let row = 0; row < texts.length; row += 1) {
      counts.begin(this.dimension);
      for (const word of wordsOf(texts[row])) {
        counts.add(word);
        words += 1;
        if (words % WORDS_PER_LOOK !== 0 || performance.now() < sliceEnd) continue;
        await setImmediate();
        signal.throwIfAborted();
        sliceEnd = performance.now() + SLICE_MS;
      }
      counts.finish(matrix, row * this.dimension);
    }
    return matrix;
  }
}
