/**
 * The log of a collection that is created with records: its first entry is their merge. It is
 * written before the collection's directory gets its name, so that a crash leaves the whole
 * collection or none; opening it applies the merge.
 */
import { join } from 'node:path';
import type { LogFile as LogEntry } from '../../gen/protovec/storage/v1/manifest.js';
import { MergePolicy } from '../../gen/protovec/v1/merge.js';
import { LogFile } from '../../log/log-file.js';
import { commitTimeField } from '../../log/mutation.js';
import { now } from '../../record/timestamp.js';
import { collectionIdBytes, logName, type Place } from '../place.js';
import { effectOfMerge, type StagedFile } from './merge.js';

/** Stages the first records of a collection; `place` is where it is being made. */
export type StageFirst = (place: Place) => Promise<StagedFile>;

const MERGE_SEQUENCE = 1;

/** Writes and syncs the log; returns how the manifest lists it. */
export async function writeFirstMerge(
  place: Place,
  collectionId: string,
  staged: StagedFile,
): Promise<LogEntry> {
  const name = logName(MERGE_SEQUENCE);
  const identity = {
    collectionId: collectionIdBytes(collectionId),
    fileNumber: 1,
    firstSequence: MERGE_SEQUENCE,
    previousSequence: MERGE_SEQUENCE - 1,
  };
  const log = await LogFile.create(place.fileSystem, join(place.directory, name), identity);
  try {
    const { seconds, nanos } = now();
    const commitTime = commitTimeField(seconds, nanos);
    const plan = { replace: false, policy: MergePolicy.SKIP_EXISTING } as const;
    const payload = [commitTime, ...effectOfMerge(staged, plan)];
    await log.append([{ sequence: MERGE_SEQUENCE, durableSequence: 0, payload }]);
    await log.sync();
    // A marker that the merge was durable: damage of its entry is then told from a torn tail.
    const marker = { sequence: MERGE_SEQUENCE + 1, durableSequence: MERGE_SEQUENCE };
    await log.append([{ ...marker, payload: [commitTime] }]);
    await log.sync();
  } finally {
    await log.close();
  }
  return { file: name, firstSequence: BigInt(MERGE_SEQUENCE), fileNumber: 1n };
}
