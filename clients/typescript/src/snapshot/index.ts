/** The public API of @protovec/client/snapshot: snapshot files, read and written without a server. */
export type { HeaderOptions, SnapshotHeader } from './header.js';
export { openSnapshot, type SnapshotSource } from './open-snapshot.js';
export type { WrittenSnapshot } from './part-sink.js';
export type { WritableRecord } from './record-encoder.js';
export {
  type OpenOptions,
  SnapshotFile,
  type SnapshotRecord,
  type SnapshotSummary,
} from './snapshot-file.js';
export { type WriteOptions, writeSnapshot } from './write-snapshot.js';
