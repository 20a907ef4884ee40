/**
 * Applies the payload of a log entry, a `protovec.storage.v1.Mutation`, to the records in memory.
 * The entry's checksums have been verified; what cannot be read all the same is damage of our own.
 */
import protobuf from 'protobufjs/minimal.js';
import { ProtovecError } from '../../errors.js';
import {
  DeleteEffect,
  IndexEffect,
  IngestMark,
  MergeEffect,
} from '../../gen/protovec/storage/v1/log.js';
import { BODY_START, batchOfStored, TABLE_STRIDE } from '../../record/record-batch.js';
import { resolvePolicy } from '../../snapshot/merge/merge-policy.js';
import type { Place } from '../place.js';
import type { WrittenRecords } from '../state/ingest-loads.js';
import type { CollectionState, Origin } from '../state/state.js';
import { applyMerge } from '../writes/apply-merge.js';
import { readStagedIds } from '../writes/delete-write.js';
import { openStaged } from '../writes/staged-walk.js';

/** A log entry as it was read. */
export interface ReplayedEntry {
  readonly sequence: number;
  readonly payload: Uint8Array;
  /** Offset of the payload in its log file. */
  readonly payloadOffset: number;
}

const COMMIT_TIME = 1;
const UPSERT = 2;
const DELETE = 3;
const CLEAR = 4;
const MERGE = 5;
const INDEX = 6;
const INGEST = 7;

/** Applies one entry of the log file `log`, a record file's number. Tells `staged` of file names. */
export async function replayEntry(
  place: Place,
  state: CollectionState,
  log: number,
  entry: ReplayedEntry,
  staged: Set<string>,
): Promise<void> {
  const { payload, sequence } = entry;
  const origin: Origin = { file: log, sequence, seconds: 0, nanos: 0 };
  const reader = protobuf.Reader.create(payload);
  let written: WrittenRecords = { created: 0, updated: 0 };
  let mark: IngestMark | undefined;
  while (reader.pos < reader.len) {
    const field = reader.uint32() >>> 3;
    const length = reader.uint32();
    const start = reader.pos;
    const end = start + length;
    if (field === COMMIT_TIME) readTime(reader, end, origin);
    else if (field === UPSERT) written = replayUpsert(state, entry, start, end, origin);
    else if (field === DELETE) {
      const effect = DeleteEffect.decode(payload.subarray(start, end));
      if (effect.file !== '') staged.add(effect.file);
      await replayDelete(place, state, effect);
    } else if (field === CLEAR) state.clear();
    else if (field === MERGE) {
      const effect = MergeEffect.decode(payload.subarray(start, end));
      staged.add(effect.file);
      await replayMerge(place, state, effect, origin);
    } else if (field === INDEX) {
      const { config } = IndexEffect.decode(payload.subarray(start, end));
      if (config !== undefined) state.configureIndex(config);
    } else if (field === INGEST) mark = IngestMark.decode(payload.subarray(start, end));
    else throw unknown(sequence, `an effect (field ${field})`);
    reader.pos = end;
  }
  if (mark !== undefined) state.noteLoad(mark, written, origin);
  state.sequence = sequence;
}

function readTime(reader: protobuf.Reader, end: number, origin: Origin): void {
  while (reader.pos < end) {
    const field = reader.uint32() >>> 3;
    if (field === 1) origin.seconds = Number(reader.int64());
    else origin.nanos = reader.int32();
  }
}

function replayUpsert(
  state: CollectionState,
  entry: ReplayedEntry,
  start: number,
  end: number,
  origin: Origin,
): WrittenRecords {
  const batch = batchOfStored(entry.payload, start, end);
  let created = 0;
  for (let row = 0; row < batch.count; row += 1) {
    const body = entry.payloadOffset + batch.table[row * TABLE_STRIDE + BODY_START];
    if (state.upsert(batch, row, body, origin)) created += 1;
  }
  return { created, updated: batch.count - created };
}

async function replayDelete(place: Place, state: CollectionState, effect: DeleteEffect) {
  const ids =
    effect.file === ''
      ? effect.ids.map((id) => Buffer.from(id, 'utf8'))
      : await readStagedIds(place, effect);
  for (const id of ids) state.delete(id);
}

async function replayMerge(
  place: Place,
  state: CollectionState,
  effect: MergeEffect,
  origin: Origin,
): Promise<void> {
  const { replace, sha256, indexConfig } = effect;
  const policy = resolvePolicy(effect.policy);
  if (policy === undefined) throw unknown(origin.sequence, `a merge policy (${effect.policy})`);
  const file = await openStaged(place, effect.file);
  origin.file = state.files.add(file);
  await applyMerge(state, file, origin, { replace, policy, indexConfig }, { sha256 });
}

function unknown(sequence: number, what: string): ProtovecError {
  return new ProtovecError(
    'STORAGE_CORRUPTED',
    `log entry ${sequence} has ${what} that this version does not know; ` +
      'open the data with the version that wrote it',
  );
}
