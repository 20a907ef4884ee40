/** A connection outlives the calls that are cancelled on it, however many. */
import { expect } from 'chai';
import { connect } from '../../clients/typescript/src/index.js';
import { startTestServer } from '../support/server.js';

const records = 3_000;
/** A limit of 64 MiB on what Node counts for a session ended the connection after about 70. */
const calls = 150;

it('a connection serves on after many cancelled exports', async () => {
  const server = await startTestServer();
  const client = connect(server.address);
  try {
    await client.createCollection('docs', { dimension: 2 });
    const docs = client.collection('docs');
    const content = 'x'.repeat(4_000);
    await docs.insertMany(
      Array.from({ length: records }, (_, i) => ({ id: `${i}`, content, embedding: [1, i] })),
    );
    for (let i = 0; i < calls; i++) {
      for await (const record of docs.export()) {
        expect(record.content).to.equal(content);
        break;
      }
    }
    expect(await docs.count()).to.equal(records);
  } finally {
    client.close();
    await server.close();
  }
});
