/** The embedders of a worker's collections, from their configurations and the operator's service. */
import { ProtovecError } from '../errors.js';
import type { CollectionConfig } from '../gen/protovec/v1/collection.js';
import { BuiltinEmbedder } from './builtin-embedder.js';
import type { Embedder } from './embedder.js';
import type { EmbeddingService } from './embedding-service.js';
import { OpenAiCompatibleEmbedder } from './openai-compatible-embedder.js';

export class Embedders {
  readonly #service: EmbeddingService | undefined;

  /** `service` undefined: the operator has none. */
  constructor(service: EmbeddingService | undefined) {
    this.#service = service;
  }

  /**
   * The embedder of a collection with this configuration, which was validated; undefined when it
   * has none. One that needs a service where there is none refuses what it is asked.
   */
  of({ embedder, dimension }: CollectionConfig): Embedder | undefined {
    const provider = embedder?.provider;
    if (provider === undefined) return undefined;
    if (provider.$case === 'builtin') return new BuiltinEmbedder(dimension);
    const { model, sendDimension } = provider.value;
    if (this.#service === undefined) {
      const embed = (): never => {
        throw noService(model);
      };
      return { modelId: model, dimension, embed };
    }
    return new OpenAiCompatibleEmbedder(this.#service, { model, dimension, sendDimension });
  }

  /** Refuses, with EMBEDDER_MISSING on `field`, an embedder that this server cannot provide. */
  check({ embedder }: CollectionConfig, field: string): void {
    const provider = embedder?.provider;
    if (provider?.$case !== 'openaiCompatible' || this.#service !== undefined) return;
    throw noService(provider.value.model, field);
  }
}

function noService(model: string, field = ''): ProtovecError {
  return new ProtovecError(
    'EMBEDDER_MISSING',
    `the server has no embedding service for the model ${JSON.stringify(model)}; start it with ` +
      '--embedder-url URL (or PROTOVEC_EMBEDDER_URL) and the key in PROTOVEC_EMBEDDER_KEY',
    field === '' ? {} : { field },
  );
}
