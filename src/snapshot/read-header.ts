/** Reads what a snapshot says of its records, and no more of the file than that takes. */
import type { SnapshotHeader } from './snapshot-header.js';
import { type PartInfo, readSnapshot, type SnapshotSource } from './snapshot-reader.js';

/**
 * The header of the first part. An unsealed file is read whole, because its header may be complete
 * only at the end. Throws SERIALIZATION_ERROR when there is no snapshot.
 */
export async function readHeader(source: SnapshotSource, name: string): Promise<SnapshotHeader> {
  let first: PartInfo | undefined;
  const options = { allowUnsealed: true, verifyDigest: false, name };
  for await (const { part } of readSnapshot(source, options)) {
    first ??= part;
    if (first.sealed || part !== first) break;
  }
  if (first === undefined) throw new Error(`${name} was read without a part`);
  return first.header;
}
