/** What makes vectors of texts for a collection, and the conversions from and to the generated messages. */
import { status } from '@grpc/grpc-js';
import { ProtovecError } from './errors.js';
import type { EmbedderConfig as ProtoEmbedder } from './gen/protovec/v1/embedder.js';

/** A model of the embedding service that the server's operator has set up. */
export interface OpenAiCompatible {
  /** Name of the model as the service knows it, such as 'text-embedding-3-small'. */
  model: string;
  /** Ask the service for vectors of the collection's dimension: for models that can shorten theirs. */
  sendDimension?: boolean | undefined;
}

/**
 * What makes vectors of texts. `builtin`: hashed words and parts of words inside the server, which
 * finds texts that share words and spelling; the metric must be cosine or dot. `openaiCompatible`:
 * the embedding service of the server's operator.
 */
export type EmbedderConfig = 'builtin' | { openaiCompatible: OpenAiCompatible };

/** The generated message. Refuses what is no embedder with INVALID_ARGUMENT. */
export function toEmbedder(embedder: EmbedderConfig): ProtoEmbedder {
  if (embedder === 'builtin') return { provider: { $case: 'builtin', value: {} } };
  const asked = typeof embedder === 'object' ? embedder?.openaiCompatible : undefined;
  if (typeof asked?.model !== 'string') {
    const field = 'config.embedder';
    const message = `${field} must be 'builtin' or { openaiCompatible: { model } }`;
    throw ProtovecError.invalid(field, message);
  }
  const value = { model: asked.model, sendDimension: asked.sendDimension ?? false };
  return { provider: { $case: 'openaiCompatible', value } };
}

/** The embedder of a generated message; undefined when there is none. */
export function fromEmbedder(embedder: ProtoEmbedder | undefined): EmbedderConfig | undefined {
  if (embedder === undefined) return undefined;
  const { provider } = embedder;
  if (provider?.$case === 'builtin') return 'builtin';
  if (provider?.$case === 'openaiCompatible') {
    const { model, sendDimension } = provider.value;
    return { openaiCompatible: { model, sendDimension } };
  }
  throw new ProtovecError(
    status.UNIMPLEMENTED,
    'The server sent an embedder that this client does not know; upgrade @protovec/client',
  );
}
