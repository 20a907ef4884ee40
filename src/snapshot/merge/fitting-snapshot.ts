/**
 * Reads a snapshot whose records are to join those of a collection: every part must agree with the
 * collection on dimension, metric and embedding model.
 *
 * Invariant: a part that is known not to fit is refused before any of its records is handed out; an
 * unsealed part, whose header may be complete only at its end, at the end.
 */
import { ProtovecError } from '../../errors.js';
import { headerConflict, type SnapshotHeader } from '../snapshot-header.js';
import {
  type PartInfo,
  type ReadOptions,
  readSnapshot,
  type SnapshotBlock,
  type SnapshotSource,
} from '../snapshot-reader.js';

/** A reader's settings with the name that errors call the file by. */
export type NamedReadOptions = ReadOptions & { readonly name: string };

/**
 * Yields the blocks as `readSnapshot` does. Throws what it throws, and INCOMPATIBLE_SNAPSHOT when a
 * part does not agree with `wanted`.
 */
export async function* readFitting(
  source: SnapshotSource,
  wanted: SnapshotHeader,
  options: NamedReadOptions,
): AsyncGenerator<SnapshotBlock, void, undefined> {
  const parts: PartInfo[] = [];
  for await (const block of readSnapshot(source, options)) {
    const { part } = block;
    if (parts.at(-1) !== part) {
      parts.push(part);
      checkFit(part.header, wanted, options.name, part.sealed);
    }
    yield block;
  }
  // Only now are the headers of unsealed parts complete.
  for (const { header } of parts) checkFit(header, wanted, options.name, true);
}

/** `complete`: whether metric and model are known, not only the dimension. */
function checkFit(
  header: SnapshotHeader,
  wanted: SnapshotHeader,
  name: string,
  complete: boolean,
): void {
  const known = complete ? header : { ...wanted, dimension: header.dimension };
  const conflict = headerConflict(known, wanted);
  if (conflict === undefined) return;
  throw new ProtovecError(
    'INCOMPATIBLE_SNAPSHOT',
    `${name} has ${conflict}, which the collection has: use a collection that agrees with it`,
    { metadata: { conflict } },
  );
}
