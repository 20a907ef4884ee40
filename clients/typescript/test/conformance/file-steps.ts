/** The steps on snapshot files, which need no server. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Metric } from '../../src/index.js';
import { openSnapshot, writeSnapshot } from '../../src/snapshot/index.js';
import { fromRecord, recordsOf, type With } from './records.js';
import type { Place, Step } from './steps.js';

/** Path of the file of a step: of the case, golden, or a golden one with damage, as a copy. */
async function fileOf({ from, golden, flip, cut }: With, place: Place): Promise<string> {
  if (from !== undefined) return place.file(String(from));
  const path = place.golden(String(golden));
  if (flip === undefined && cut === undefined) return path;
  const bytes = await readFile(path);
  if (flip !== undefined) {
    const { at, bit } = flip as { at: number; bit: number };
    bytes[at] ^= 1 << bit;
  }
  const copy = place.file('damaged.pb');
  await writeFile(copy, bytes.subarray(0, cut === undefined ? bytes.length : Number(cut)));
  return copy;
}

export const fileSteps: Record<string, Step> = {
  read_snapshot_file: async (_, step, place) => {
    const allowUnsealed = step.allow_unsealed === true;
    const file = await openSnapshot(await fileOf(step, place), { allowUnsealed });
    const records = [];
    for await (const record of file) records.push(fromRecord(record));
    const { dimension, metric, collection } = file.header;
    const { parts, sealed, recordCount } = await file.summary();
    return { dimension, metric, collection, parts, sealed, record_count: recordCount, records };
  },
  write_snapshot_file: async (_, step, place) => {
    const { recordCount } = await writeSnapshot(place.file(String(step.to)), recordsOf(step), {
      dimension: Number(step.dimension),
      metric: step.metric as Metric | undefined,
      collection: step.collection as string | undefined,
      compress: step.compressed === true,
    });
    return { record_count: recordCount };
  },
};
