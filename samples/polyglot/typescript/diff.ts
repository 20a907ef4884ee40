// Compares two snapshots of a collection: node diff.js ADDRESS COLLECTION FROM TO
import { connect, type DifferenceKind, ProtovecError } from '@protovec/client';

const [address, collection, from, to] = process.argv.slice(2);
if (to === undefined) {
  console.error('usage: diff ADDRESS COLLECTION FROM_SNAPSHOT_ID TO_SNAPSHOT_ID');
  process.exit(2);
}

const client = connect(address);
try {
  const ids: Record<DifferenceKind, string[]> = { added: [], removed: [], changed: [] };
  const diff = client.collection(collection).snapshots.diff(from, { with: to });
  for await (const { id, kind } of diff) if (ids[kind].length < 3) ids[kind].push(id);
  const counts = await diff.summary();
  for (const kind of ['added', 'removed', 'changed'] as const) {
    const some = ids[kind].length > 0 ? `, such as ${ids[kind].join(', ')}` : '';
    console.log(`${kind}: ${counts[kind]}${some}`);
  }
} catch (error) {
  if (!(error instanceof ProtovecError)) throw error;
  console.error(`${error.reason}: ${error.message}`);
  process.exitCode = 1;
} finally {
  client.close();
}
