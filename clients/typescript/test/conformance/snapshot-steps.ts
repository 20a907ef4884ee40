/** The steps on snapshots of the server. */
import { createReadStream, createWriteStream, openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { MergePolicy, SnapshotFormat, SnapshotInfo } from '../../src/index.js';
import type { Json } from './matching.js';
import { filterOf, type Step } from './steps.js';

const idOf = (step: { [key: string]: Json }) => String(step.snapshot_id);

function told({ id, recordCount, sizeBytes }: SnapshotInfo) {
  return { snapshot_id: id, record_count: recordCount, size_bytes: sizeBytes };
}

export const snapshotSteps: Record<string, Step> = {
  create_snapshot: async ({ snapshots }, step) => {
    const format = step.format as SnapshotFormat | undefined;
    const compression = step.compressed as boolean | undefined;
    return told(await snapshots.create({ format, compression, filter: filterOf(step) }));
  },
  list_snapshots: async ({ snapshots }) => ({ count: (await snapshots.list()).length }),
  delete_snapshot: async ({ snapshots }, step) => snapshots.delete(idOf(step)),
  download_snapshot: async ({ snapshots }, step, place) => {
    const path = place.file(String(step.to));
    await pipeline(snapshots.download(idOf(step)), createWriteStream(path));
    return { size_bytes: (await stat(path)).size };
  },
  upload_snapshot: async ({ snapshots }, step, place) =>
    told(await snapshots.upload(await openAsBlob(place.file(String(step.from))))),
  validate_snapshot: async ({ snapshots }, step) => {
    const { valid, recordCount } = await snapshots.validate(idOf(step));
    return { valid, record_count: recordCount };
  },
  restore_snapshot: async ({ snapshots }, step) => {
    const into = step.into as string | undefined;
    return { record_count: (await snapshots.restore(idOf(step), { into })).restored };
  },
  merge_snapshot: async ({ snapshots }, step, place) => {
    const { policy, dry_run, from_collection, from } = step;
    const options = {
      policy: (policy as string | undefined)?.replaceAll('_', '-') as MergePolicy | undefined,
      dryRun: dry_run as boolean | undefined,
    };
    if (from !== undefined) {
      return snapshots.merge(createReadStream(place.file(String(from))), options);
    }
    const source = from_collection as string | undefined;
    return snapshots.mergeFrom(idOf(step), { ...options, from: source });
  },
  diff_snapshots: async ({ snapshots }, step) => {
    const diff = snapshots.diff(String(step.from), { with: String(step.to) });
    for await (const _ of diff);
    return diff.summary();
  },
};
