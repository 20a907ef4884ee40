/** Snapshots to damage, and short forms of what a validation says of them. */
import { SnapshotFormat } from '../../../../src/gen/protovec/v1/persistence.js';
import {
  SnapshotFindingKind as Kind,
  type SnapshotReport,
} from '../../../../src/gen/protovec/v1/snapshot_report.js';
import {
  createSnapshotWriter,
  type SnapshotEncoding,
} from '../../../../src/snapshot/create-writer.js';
import {
  type ValidateOptions,
  validateSnapshot,
} from '../../../../src/snapshot/salvage/validate.js';
import type { SnapshotHeader } from '../../../../src/snapshot/snapshot-header.js';
import { bodyOf, headerOf, sourceOf, written } from '../support.js';

export const binary: SnapshotEncoding = { format: SnapshotFormat.BINARY, compressed: false };
export const compressed: SnapshotEncoding = { format: SnapshotFormat.BINARY, compressed: true };
export const json: SnapshotEncoding = { format: SnapshotFormat.JSON, compressed: false };

/** Records r0, r1, ... with contents of `contentBytes` bytes. */
export function bodies(count: number, contentBytes = 0, from = 0): Buffer[] {
  const content = 'c'.repeat(contentBytes);
  return Array.from({ length: count }, (_, i) => bodyOf(`r${from + i}`, { content }));
}

/** A snapshot file of these records. */
export async function snapshotOf(
  records: readonly Uint8Array[],
  encoding: SnapshotEncoding = binary,
  header: Partial<SnapshotHeader> = {},
): Promise<Buffer> {
  const { bytes } = await written(async (file) => {
    const writer = createSnapshotWriter(file, headerOf(header), encoding);
    for (const body of records) await writer.record(body, 0, body.length);
    await writer.finish();
  });
  return bytes;
}

export function validate(
  bytes: Uint8Array,
  options: ValidateOptions = {},
): Promise<SnapshotReport> {
  return validateSnapshot(sourceOf(bytes), options);
}

/** The kinds of the findings, in order. */
export function kindsOf({ findings }: SnapshotReport): string[] {
  return findings.map(({ kind }) => Kind[kind]);
}

/** The same bytes with one bit flipped. */
export function flipped(bytes: Buffer, at: number, mask = 1): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] ^= mask;
  return copy;
}
