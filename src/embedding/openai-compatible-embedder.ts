/** Vectors from the operator's embedding service, which speaks the embeddings API of OpenAI. */
import { limits } from '../limits.js';
import type { Embedder } from './embedder.js';
import { EmbeddingQueue } from './embedding-queue.js';
import { defaultPatience, type EmbeddingService, type Patience } from './embedding-service.js';
import { type EmbeddingModel, EmbeddingsClient } from './embeddings-client.js';

export class OpenAiCompatibleEmbedder implements Embedder {
  readonly modelId: string;
  readonly dimension: number;
  readonly #queue: EmbeddingQueue;

  constructor(service: EmbeddingService, asked: EmbeddingModel, patience?: Patience) {
    this.modelId = asked.model;
    this.dimension = asked.dimension;
    const client = new EmbeddingsClient(service, asked, patience ?? defaultPatience);
    const floats = Math.floor(limits.embedderValuesMax / asked.dimension);
    const most = {
      texts: Math.max(1, Math.min(limits.embedderTextsMax, floats)),
      bytes: limits.embedderRequestBytesMax,
      requests: limits.embedderRequestsMax,
    };
    this.#queue = new EmbeddingQueue(asked.dimension, most, (texts, signal) =>
      client.post(texts, signal),
    );
  }

  embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array> {
    return this.#queue.embed(texts, signal);
  }
}
