/** Opens snapshot files: paths, and whatever else gives their bytes. */
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Metadata } from '../metadata.js';
import { READ_BYTES } from './byte-window.js';
import { type OpenOptions, SnapshotFile } from './snapshot-file.js';

/**
 * Where the bytes of a snapshot file come from: its path, or chunks of any length, such as a stream
 * or what `snapshots.download` gives.
 */
export type SnapshotSource = string | URL | AsyncIterable<Uint8Array>;

/**
 * Opens a snapshot file and reads its header. It needs no server.
 *
 * Binary files are read, compressed ones too, of one or several parts; not the JSON form, which
 * `protovec snapshot convert` makes binary. Memory is that of the bytes between two checksums: some
 * MiB for files of Protovec, and some 70 MiB at most, whatever a file says.
 *
 * What is no snapshot, damaged, of a newer major version or unsealed is a ProtovecError: DATA_LOSS,
 * reason STORAGE_CORRUPTED, with `file`, `offset` and `records_read` in its metadata. What the system
 * does not let be read is an error of node:fs, and what the source throws is thrown as it is.
 *
 * ```ts
 * const file = await openSnapshot<{ lang: string }>('docs.pb');
 * console.log(file.header.dimension, file.header.metric);
 * for await (const { id, embedding, metadata } of file) console.log(id, embedding, metadata.lang);
 * const { recordCount, parts, sealed } = await file.summary();
 * ```
 */
export async function openSnapshot<M extends Metadata = Metadata>(
  source: SnapshotSource,
  options: OpenOptions = {},
): Promise<SnapshotFile<M>> {
  if (typeof source !== 'string' && !(source instanceof URL)) {
    return SnapshotFile.open<M>(source, options);
  }
  const stream = createReadStream(source, { highWaterMark: READ_BYTES });
  const path = source instanceof URL ? fileURLToPath(source) : source;
  return SnapshotFile.open<M>(stream, { ...options, name: options.name ?? path });
}
