// Loads vectors from a file of little-endian floats over one stream, and tells how long that took:
// node load.js ADDRESS COLLECTION VECTORS_FILE COUNT DIMENSION
import { open } from 'node:fs/promises';
import { connect, ProtovecError } from '@protovec/client';

const [address, name, path, ...sizes] = process.argv.slice(2);
const [count, dimension] = sizes.map(Number);
if (!(sizes.length === 2 && Number.isInteger(count) && Number.isInteger(dimension))) {
  console.error('usage: load ADDRESS COLLECTION VECTORS_FILE COUNT DIMENSION');
  process.exit(2);
}

/** The records of the first rows of the file. */
async function* rows(rowsPerRead = 1000) {
  const file = await open(path);
  try {
    for (let row = 0; row < count; ) {
      const some = Math.min(rowsPerRead, count - row);
      const values = new Float32Array(some * dimension);
      const bytes = Buffer.from(values.buffer);
      for (let filled = 0; filled < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, filled);
        if (bytesRead === 0) throw new Error(`${path} has fewer than ${count} rows`);
        filled += bytesRead;
      }
      for (let start = 0; start < values.length; start += dimension, row++) {
        const embedding = values.subarray(start, start + dimension);
        yield { id: `${row}`, content: `record ${row}`, embedding, metadata: { n: row } };
      }
    }
  } finally {
    await file.close();
  }
}

const client = connect(address);
try {
  await client.createCollection(name, { dimension, metric: 'cosine' });
} catch (error) {
  if (!(error instanceof ProtovecError) || error.reason !== 'ALREADY_EXISTS') throw error;
}
const begin = performance.now();
const loaded = await client.collection(name).insertMany(rows());
const seconds = Math.round(performance.now() - begin) / 1000;
client.close();
if (loaded.failed > 0) {
  throw new Error(`${loaded.failed} were refused, the first with ${loaded.errors[0].message}`);
}
const records = loaded.created + loaded.updated;
console.log(JSON.stringify({ language: 'typescript', records, seconds }));
