/**
 * The snapshots of one collection: take, list, download, restore, delete, merge.
 * Every chunk of a download is checked against its CRC and its offset before it is handed out.
 */
import { crc32 } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { ProtovecError } from './errors.js';
import {
  MergeRecordsRequest,
  type MergeRecordsResponse,
  SnapshotServiceService as service,
} from './gen/protovec/v1/snapshot_service.js';
import { mergeChunks } from './merge-chunks.js';
import type { CallOptions } from './options.js';
import type { RecordSource } from './record.js';
import { sendRecords } from './send-records.js';
import {
  fromSnapshot,
  type MergeResult,
  type RestoreResult,
  type SnapshotFormat,
  type SnapshotInfo,
  type SnapshotProgress,
  toSnapshotFormat,
} from './snapshot-info.js';
import { encoded } from './transport/method.js';
import type { Transport } from './transport/transport.js';
import type { InsertProgress } from './write-result.js';

type OnProgress = ((progress: SnapshotProgress) => void) | undefined;

const merge = encoded(service.mergeRecords);

export class Snapshots {
  readonly #transport: Transport;
  readonly #collection: string;

  /** Made by `collection.snapshots`. */
  constructor(transport: Transport, collection: string) {
    this.#transport = transport;
    this.#collection = collection;
  }

  /** Saves the collection as it is now. Default format: binary. */
  async create(
    options: CallOptions & { format?: SnapshotFormat | undefined; onProgress?: OnProgress } = {},
  ): Promise<SnapshotInfo> {
    const request = { collection: this.#collection, format: toSnapshotFormat(options.format) };
    let snapshot: SnapshotInfo | undefined;
    for await (const message of this.#transport.stream(service.createSnapshot, request, options)) {
      options.onProgress?.({
        records: Number(message.recordsWritten),
        total: Number(message.recordsTotal),
      });
      if (message.snapshot !== undefined) snapshot = fromSnapshot(message.snapshot);
    }
    if (snapshot === undefined) throw incomplete('a snapshot');
    return snapshot;
  }

  /** The collection's snapshots, newest first. */
  async list(call?: CallOptions): Promise<SnapshotInfo[]> {
    const request = { collection: this.#collection };
    const { snapshots } = await this.#transport.unary(service.listSnapshots, request, call);
    return snapshots.map(fromSnapshot);
  }

  /** Deletes a snapshot. NOT_FOUND, reason SNAPSHOT_NOT_FOUND, when there is none. */
  async delete(id: string, call?: CallOptions): Promise<void> {
    const request = { collection: this.#collection, snapshotId: id };
    await this.#transport.unary(service.deleteSnapshot, request, call);
  }

  /** The bytes of a snapshot file in order, from `offset` on. */
  async *download(
    id: string,
    options: CallOptions & { offset?: number | undefined } = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    let offset = options.offset ?? 0;
    if (!Number.isSafeInteger(offset) || offset < 0) {
      throw ProtovecError.invalid('offset', `offset is ${offset}; it is a number of bytes`);
    }
    const request = {
      collection: this.#collection,
      snapshotId: id,
      offset: BigInt(offset),
    };
    for await (const chunk of this.#transport.stream(service.downloadSnapshot, request, options)) {
      if (Number(chunk.offset) !== offset || crc32(chunk.data) !== chunk.crc) {
        throw damagedChunk(id, offset);
      }
      offset += chunk.data.length;
      yield chunk.data;
    }
  }

  /** Replaces the content of the collection, or of `into`, by that of a binary snapshot. */
  async restore(
    id: string,
    options: CallOptions & { into?: string | undefined; onProgress?: OnProgress } = {},
  ): Promise<RestoreResult> {
    const request = {
      collection: this.#collection,
      snapshotId: id,
      targetCollection: options.into ?? '',
    };
    let result: RestoreResult | undefined;
    for await (const message of this.#transport.stream(service.restoreSnapshot, request, options)) {
      const records = Number(message.recordsRestored);
      options.onProgress?.({ records, total: Number(message.recordsTotal) });
      result = { restored: records, sequence: Number(message.sequence) };
    }
    if (result === undefined) throw incomplete('a restore');
    return result;
  }

  /**
   * Adds the records of a snapshot file, given as its bytes in pieces of any size. All or nothing;
   * records whose ids exist are kept as they are.
   */
  async merge(
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    options: CallOptions & {
      /** Accept a file without checksums and footer. */
      allowUnsealed?: boolean | undefined;
      onProgress?: ((progress: { bytes: number }) => void) | undefined;
    } = {},
  ): Promise<MergeResult> {
    const header = this.#mergeHeader(options.allowUnsealed ?? false);
    const upload = this.#transport.upload(merge, options);
    return fromMerge(await mergeChunks(upload, chunks, header, options.onProgress));
  }

  /** As merge, from records; times that they carry are kept. Absent ids are made here. */
  async mergeRecords(
    records: RecordSource,
    options: CallOptions & { onProgress?: ((progress: InsertProgress) => void) | undefined } = {},
  ): Promise<MergeResult> {
    const shape = { header: this.#mergeHeader(false), recordTag: 0x0a, batchTag: 0x1a };
    const upload = this.#transport.upload(merge, options);
    return fromMerge(await sendRecords(upload, records, shape, options.onProgress));
  }

  #mergeHeader(allowUnsealed: boolean): Uint8Array {
    const request = { collection: this.#collection, allowUnsealed };
    return MergeRecordsRequest.encode(MergeRecordsRequest.fromPartial(request)).finish();
  }
}

function fromMerge({ result }: MergeRecordsResponse): MergeResult {
  if (result === undefined) throw incomplete('the result of a merge');
  return {
    created: Number(result.createdCount),
    skipped: Number(result.skippedCount),
    sequence: Number(result.sequence),
    durable: result.durable,
  };
}

function damagedChunk(id: string, offset: number): ProtovecError {
  const message = `Snapshot ${id} was damaged on its way at offset ${offset}; download it from there again`;
  return new ProtovecError(status.DATA_LOSS, message, {
    reason: 'CHECKSUM_MISMATCH',
    metadata: { offset: String(offset) },
  });
}

function incomplete(what: string): ProtovecError {
  return new ProtovecError(status.INTERNAL, `The server ended the call without ${what}`);
}
