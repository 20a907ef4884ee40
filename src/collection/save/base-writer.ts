/** Writes the records of a view as a base: a sealed binary snapshot that records are read from. */
import { join } from 'node:path';
import { ProtovecError } from '../../errors.js';
import type { BaseFile } from '../../gen/protovec/storage/v1/manifest.js';
import type { CollectionConfig } from '../../gen/protovec/v1/collection.js';
import { projectRecord, RecordMask } from '../../record/project.js';
import { now } from '../../record/timestamp.js';
import { SnapshotWriter } from '../../snapshot/binary/snapshot-writer.js';
import { publishFile } from '../../storage/atomic-file.js';
import { ByteWriter } from '../../storage/bytes.js';
import type { ManifestStore } from '../manifest-store.js';
import { baseName, type Place } from '../place.js';
import { headerOf } from '../snapshots/snapshot-header.js';
import type { CollectionView } from '../state/collection-view.js';
import type { Rows } from '../state/rows.js';
import { nextTurn } from '../turns.js';

/** Records between two turns of the event loop. */
const SLICE_RECORDS = 256;

/** Most bytes that a record takes in a base beside its body: tag, length and the server's fields. */
const RECORD_EXTRA_BYTES = 64;

/** A base that was written, and where the bodies of the view's rows stand in it. */
export interface WrittenBase {
  readonly base: BaseFile;
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
}

/** Throws STORAGE_FULL when a base of these records would not fit the disk, before it is tried. */
export async function requireRoomForBase(place: Place, rows: Rows): Promise<void> {
  let wanted = 0;
  rows.live.forEach((slot) => {
    wanted += rows.length[slot] + RECORD_EXTRA_BYTES;
  });
  const free = await place.fileSystem.freeBytes(place.directory);
  if (free >= wanted) return;
  throw new ProtovecError(
    'STORAGE_FULL',
    `${place.directory} cannot be saved: it needs up to ${wanted} bytes and ${free} are free; the ` +
      'log keeps everything meanwhile, and it is tried again',
    { metadata: { freeBytes: String(free) } },
  );
}

/** Writes it whole and durable. `signal` stops it, and nothing is left behind then. */
export async function writeBase(
  place: Place,
  config: CollectionConfig,
  manifest: ManifestStore,
  view: CollectionView,
  signal: AbortSignal,
): Promise<WrittenBase> {
  const { seconds, nanos } = now();
  const name = baseName(view.sequence);
  const offsets = new Float64Array(view.count);
  const lengths = new Uint32Array(view.count);
  let size = 0;
  await publishFile(place.fileSystem, join(place.directory, name), async (file) => {
    const header = headerOf(config, manifest.current.name, view.sequence);
    const writer = new SnapshotWriter(file, header);
    const body = new ByteWriter();
    for (let row = 0; row < view.count; row += 1) {
      const source = view.read(row);
      const fields = view.serverFields(row);
      body.reset();
      projectRecord(source.bytes, source.start, source.end, RecordMask.all, fields, body);
      const flushed = writer.record(body.buffer, 0, body.length);
      if (flushed !== undefined) await flushed;
      offsets[row] = writer.bodyOffset;
      lengths[row] = body.length;
      if (row % SLICE_RECORDS !== SLICE_RECORDS - 1) continue;
      await nextTurn();
      signal.throwIfAborted();
    }
    size = (await writer.finish()).size;
  });
  const base: BaseFile = {
    file: name,
    sequence: BigInt(view.sequence),
    sizeBytes: BigInt(size),
    recordCount: BigInt(view.count),
    createTime: { seconds: BigInt(seconds), nanos },
  };
  return { base, offsets, lengths };
}
