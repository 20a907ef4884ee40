/** The collection that `fromTexts` and `fromDocuments` write to. */
import { status } from '@grpc/grpc-js';
import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { backoffMs, pause } from '../backoff.js';
import type { Client } from '../client.js';
import type { CollectionConfig } from '../collection-info.js';
import { ProtovecError } from '../errors.js';

/** Embedded to learn how long the vectors are. Not empty: some services refuse that. */
const PROBE = 'dimension';
/** How often it is tried while another caller creates the same collection: a second or more. */
const TRIES = 8;

/**
 * Creates the collection when there is none. Its dimension is that of `config`, or else of the
 * embeddings, which are asked for one.
 */
export async function ensureCollection(
  client: Client,
  name: string,
  embeddings: EmbeddingsInterface,
  config: CollectionConfig = {},
): Promise<void> {
  // Asked first, for a key that may write but not create.
  if (await exists(client, name)) return;
  const dimension = config.dimension ?? (await embeddings.embedQuery(PROBE)).length;
  for (let tries = 1; ; tries++) {
    try {
      await client.createCollection(name, { ...config, dimension });
      return;
    } catch (error) {
      if (!(error instanceof ProtovecError)) throw error;
      // Another caller was faster, or is creating it just now: then the server says when to ask again.
      if (error.code === status.ALREADY_EXISTS) return;
      if (error.retryAfterMs === undefined || tries === TRIES) throw error;
      await pause(backoffMs(tries, error.retryAfterMs), undefined);
    }
  }
}

async function exists(client: Client, name: string): Promise<boolean> {
  try {
    await client.getCollection(name);
    return true;
  } catch (error) {
    const missing = error instanceof ProtovecError && error.reason === 'COLLECTION_NOT_FOUND';
    if (missing) return false;
    throw error;
  }
}
