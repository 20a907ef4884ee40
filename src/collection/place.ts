/**
 * Where a collection's files are, and their names. All names are made here; those that users choose
 * never reach the file system.
 */
import { join } from 'node:path';
import { SnapshotFormat } from '../gen/protovec/v1/persistence.js';
import type { Snapshot } from '../gen/protovec/v1/snapshot.js';
import { packId } from '../record/uuid.js';
import type { FileSystem } from '../storage/file-system.js';

/** A collection's directory and the file system that it is on. */
export interface Place {
  readonly fileSystem: FileSystem;
  readonly directory: string;
}

export function baseName(sequence: number): string {
  return `base-${sequence}.pb`;
}

export function logName(firstSequence: number): string {
  return `log-${firstSequence}.pb`;
}

/** Where files stand that log entries refer to. */
export function stageDirectory(place: Place): string {
  return join(place.directory, 'staging');
}

export function snapshotDirectory(place: Place): string {
  return join(place.directory, 'snapshots');
}

/** Where the file of a snapshot stands. */
export function snapshotPath(place: Place, snapshot: Snapshot): string {
  const extension = snapshot.format === SnapshotFormat.JSON ? 'json' : 'pb';
  return join(snapshotDirectory(place), `${snapshot.snapshotId}.${extension}`);
}

/** A collection's UUID as the 16 bytes that log headers carry. */
export function collectionIdBytes(collectionId: string): Uint8Array {
  const bytes = new Uint8Array(16);
  packId(Buffer.from(collectionId, 'latin1'), 0, bytes, 0);
  return bytes;
}
