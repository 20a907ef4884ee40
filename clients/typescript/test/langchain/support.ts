/** A server, and stores on empty collections of it. */
import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { SyntheticEmbeddings } from '@langchain/core/utils/testing';
import { startTestServer } from '../../../../test/support/server.js';
import { type Client, connect } from '../../src/index.js';
import { ProtovecVectorStore } from '../../src/langchain/index.js';

/** Length of the embeddings of the suite in Python. */
export const DIMENSION = 6;

/** LangChain's deterministic embeddings: the same text has the same vector, others have others. */
export function embeddings(): SyntheticEmbeddings {
  return new SyntheticEmbeddings({ vectorSize: DIMENSION });
}

export interface StoreServer {
  client: Client;
  /** A store on the collection `name`, which is made anew and empty. */
  emptyStore(name?: string, given?: EmbeddingsInterface): Promise<ProtovecVectorStore>;
  close(): Promise<void>;
}

/** A real server for the tests of a file. */
export async function startStoreServer(): Promise<StoreServer> {
  const server = await startTestServer();
  const client = connect(server.address);
  return {
    client,
    async emptyStore(name = 'docs', given = embeddings()) {
      const there = (await client.listCollections()).some((found) => found.name === name);
      if (there) await client.deleteCollection(name);
      await client.createCollection(name, { dimension: DIMENSION });
      return new ProtovecVectorStore(given, { client, collection: name });
    },
    async close() {
      client.close();
      await server.close();
    },
  };
}

/** Embeddings that are looked up by the text; texts without one fail. */
export function fixedEmbeddings(vectors: Record<string, number[]>): EmbeddingsInterface {
  const vectorOf = async (text: string): Promise<number[]> => {
    const vector = vectors[text];
    if (vector === undefined) throw new Error(`no vector for ${text}`);
    return vector;
  };
  return {
    embedQuery: vectorOf,
    embedDocuments: (texts) => Promise.all(texts.map(vectorOf)),
  };
}
