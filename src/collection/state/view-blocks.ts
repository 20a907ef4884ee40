/**
 * The records of a view in blocks, as a snapshot of it would be read, without the fields that the
 * server owns. Never releases the view, and never waits: who takes the blocks leaves others their
 * turn.
 */
import type { CollectionConfig } from '../../gen/protovec/v1/collection.js';
import { RecordBounds } from '../../snapshot/binary/record-bounds.js';
import type { RecordBlock } from '../../snapshot/diff/record-pass.js';
import { ByteWriter } from '../../storage/bytes.js';
import type { CollectionView } from './collection-view.js';

const blockRecords = 256;

/** A block is valid until the next one is asked for. */
export async function* viewBlocks(
  view: CollectionView,
  { dimension, metric }: CollectionConfig,
): AsyncGenerator<RecordBlock, void, undefined> {
  const part = { index: 0, header: { dimension, metric }, sealed: true };
  const bodies = new ByteWriter();
  const bounds = new RecordBounds();
  // An empty view has one block as well.
  for (let row = 0; row === 0 || row < view.count; row += blockRecords) {
    bodies.reset();
    bounds.clear();
    for (let next = row; next < Math.min(row + blockRecords, view.count); next++) {
      const { bytes, start, end } = view.read(next);
      const from = bodies.length;
      bodies.copy(bytes, start, end);
      bounds.push(from, bodies.length);
    }
    yield { part, bytes: bodies.finish(), records: bounds.table, count: bounds.count };
  }
}
