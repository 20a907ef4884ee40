// Load records, search them, move them as a snapshot: node quickstart.ts ADDRESS
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { connect, ProtovecError, where } from '@protovec/client';
import { openSnapshot } from '@protovec/client/snapshot';

const address = process.argv[2] ?? process.env.PROTOVEC_ADDRESS ?? '127.0.0.1:50051';
const name = 'quickstart-typescript';

const client = connect(address);
const names = (await client.listCollections()).map((collection) => collection.name);
if (names.includes(name)) await client.deleteCollection(name);
// The server makes the vectors of texts.
await client.createCollection(name, { embedder: 'builtin' });
const notes = client.collection<{ topic: string }>(name);

const lines = readFileSync('records.jsonl', 'utf8').trimEnd().split('\n');
const loaded = await notes.insertMany(lines.map((line) => JSON.parse(line)));
console.log(`${loaded.created} records created, ${loaded.failed} refused`);

const filter = where.eq('topic', 'noun.artifact');
const content = 'a musical instrument with strings';
const { hits } = await notes.search({ content, filter, limit: 3 });
for (const { score, record } of hits) {
  console.log(`${score.toFixed(3)}  ${record.title}: ${record.content}`);
}

const snapshot = await notes.snapshots.create();
await pipeline(notes.snapshots.download(snapshot.id), createWriteStream('notes.pb'));
// No server is needed to read the file; its checksums are verified on the way.
const file = await openSnapshot('notes.pb');
const { recordCount, parts, sealed } = await file.summary();
console.log(`snapshot: ${recordCount} records, parts: ${parts}, sealed: ${sealed}`);

const merged = await notes.snapshots.merge(createReadStream('notes.pb'));
console.log(`merged: ${merged.created} created, ${merged.replaced} replaced`);

try {
  await client.collection('missing').count();
} catch (error) {
  if (!(error instanceof ProtovecError)) throw error;
  console.log(`${error.codeName}, ${error.reason}: ${error.message}`);
}

await client.deleteCollection(name);
client.close();
