/**
 * Checks a whole snapshot file as it would be checked before it is merged or restored, without
 * keeping anything of it: damage, fit, every record, ids that occur twice in a part.
 */
import { SnapshotFormat } from '../../gen/protovec/v1/persistence.js';
import { Slices } from '../slices.js';
import type { SnapshotHeader } from '../snapshot-header.js';
import { encodingOf, openingBytes } from '../snapshot-opening.js';
import type { PartInfo, SnapshotSource } from '../snapshot-reader.js';
import { CheckedRecords } from './checked-records.js';
import { type NamedReadOptions, readFitting } from './fitting-snapshot.js';

/** What a snapshot that passed is. */
export interface CheckedSnapshot {
  /** Of the first part. */
  readonly header: SnapshotHeader;
  /** Different ids: the records that a restore makes. */
  readonly recordCount: number;
  readonly format: SnapshotFormat;
  /** Whether records are in compressed fragments. */
  readonly compressed: boolean;
}

/**
 * Reads `source` whole. Throws SERIALIZATION_ERROR when it is damaged, INCOMPATIBLE_SNAPSHOT when it
 * does not agree with `wanted`, what `CheckedRecords.check` throws for a record, and the signal's
 * reason when it is aborted.
 */
export async function checkSnapshot(
  source: SnapshotSource,
  wanted: SnapshotHeader,
  options: NamedReadOptions,
  signal: AbortSignal,
): Promise<CheckedSnapshot> {
  const records = new CheckedRecords(wanted);
  const slices = new Slices();
  let first: PartInfo | undefined;
  let part: PartInfo | undefined;
  let compressed = false;
  for await (const block of readFitting(source, wanted, options)) {
    signal.throwIfAborted();
    first ??= block.part;
    if (block.part !== part) records.beginPart();
    part = block.part;
    if (block.count > 0 && !block.inPlace) compressed = true;
    for (let i = 0; i < block.count; i++) {
      records.check(block.bytes, block.records[i * 2], block.records[i * 2 + 1]);
      const due = slices.done();
      if (due !== undefined) await due;
    }
  }
  if (first === undefined) throw new Error(`${options.name} was read without a part`);
  const opening = Buffer.alloc(openingBytes);
  const json = encodingOf(opening.subarray(0, await source.read(opening, 0))) === 'json';
  return {
    header: first.header,
    recordCount: records.idCount,
    format: json ? SnapshotFormat.JSON : SnapshotFormat.BINARY,
    compressed: compressed && !json,
  };
}
