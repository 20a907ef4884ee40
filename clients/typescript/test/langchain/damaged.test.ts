import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { fileOf, flipByte } from '../../../../test/e2e/durability-fixture.js';
import { inTemporaryDirectory } from '../../../../test/support/collection.js';
import { startTestServer } from '../../../../test/support/server.js';
import { connect } from '../../src/index.js';
import { ProtovecVectorStore } from '../../src/langchain/index.js';
import { rejection } from '../support/test-server.js';
import { embeddings } from './support.js';

describe('the LangChain store on a collection whose files are damaged', () => {
  it('is not made, with the error of the server', () =>
    inTemporaryDirectory(async (directory) => {
      const server = await startTestServer();
      const client = connect(server.address);
      const config = { client, collection: 'docs' };
      const store = await ProtovecVectorStore.fromTexts(['a', 'b'], {}, embeddings(), config);
      // Of the running server: one that stops saves what is in the log and drops it.
      const dataDirectory = join(directory, 'copy');
      await cp(server.dataDirectory, dataDirectory, { recursive: true });
      await flipByte(await fileOf(dataDirectory, store.collection, 'log-'), 20);
      client.close();
      await server.close();

      const again = await startTestServer({ dataDirectory });
      const reader = connect(again.address);
      try {
        const given = { client: reader, collection: 'docs' };
        const made = ProtovecVectorStore.fromExistingCollection(embeddings(), given);
        const expected = { codeName: 'DATA_LOSS', reason: 'STORAGE_CORRUPTED' };
        expect(await rejection(made)).to.include(expected);
      } finally {
        reader.close();
        await again.close();
      }
    }));
});
