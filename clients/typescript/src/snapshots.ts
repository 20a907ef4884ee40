/** The snapshots of one collection: take, list, delete, download, upload, restore, merge. */
import { status } from '@grpc/grpc-js';
import { type IndexConfig, toIndexConfig } from './collection-info.js';
import { downloadSnapshot } from './download.js';
import { ProtovecError } from './errors.js';
import type { Filter } from './filter.js';
import type { MergeResult as ProtoMergeResult } from './gen/protovec/v1/merge.js';
import {
  MergeRecordsRequest,
  SnapshotServiceService as service,
} from './gen/protovec/v1/snapshot_service.js';
import { mergeChunks } from './merge-chunks.js';
import {
  fromMergeResult,
  type MergeOptions,
  type MergeResult,
  toMergePolicy,
} from './merge-result.js';
import type { CallOptions } from './options.js';
import type { RecordSource } from './record.js';
import { sendRecords } from './send-records.js';
import { SnapshotDiff } from './snapshot-diff.js';
import {
  fromSnapshot,
  type RestoreResult,
  type SnapshotFormat,
  type SnapshotInfo,
  type SnapshotProgress,
  toSnapshotFormat,
} from './snapshot-info.js';
import { fromReport, type SnapshotReport } from './snapshot-report.js';
import { encoded } from './transport/method.js';
import type { Transport } from './transport/transport.js';
import { type UploadOptions, uploadSnapshot } from './upload-snapshot.js';
import type { UploadSource } from './upload-source.js';
import { uuidv7 } from './uuid.js';
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

  /**
   * Takes a snapshot of the collection as it is now, or of the records that match, written as the
   * collection is configured unless the options say otherwise. `compression` is for the binary format: floats hardly compress,
   * texts do.
   */
  async create(
    options: CallOptions & {
      format?: SnapshotFormat | undefined;
      compression?: boolean | undefined;
      /** Which records go into it. Default: all. */
      filter?: Filter | undefined;
      onProgress?: OnProgress;
    } = {},
  ): Promise<SnapshotInfo> {
    const request = {
      collection: this.#collection,
      format: toSnapshotFormat(options.format),
      compressionEnabled: options.compression,
      filter: options.filter,
    };
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

  /**
   * The bytes of a snapshot file in order, from `offset` on, each chunk checked. When the connection
   * breaks it is made again, and the download goes on.
   */
  download(
    id: string,
    options: CallOptions & { offset?: number | undefined } = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const about = { collection: this.#collection, snapshotId: id };
    return downloadSnapshot(this.#transport, about, options.offset ?? 0, options);
  }

  /**
   * Reads a snapshot whole on the server and reports everything that is wrong with it; damage is no
   * error of the call. NOT_FOUND, reason SNAPSHOT_NOT_FOUND, when there is none.
   */
  async validate(
    id: string,
    options: CallOptions & {
      /** Count a snapshot without checksums and footer as valid. */
      allowUnsealed?: boolean | undefined;
      onProgress?: ((progress: { bytes: number; total: number }) => void) | undefined;
    } = {},
  ): Promise<SnapshotReport> {
    const request = {
      collection: this.#collection,
      snapshotId: id,
      allowUnsealed: options.allowUnsealed ?? false,
    };
    let report: SnapshotReport | undefined;
    for await (const message of this.#transport.stream(
      service.validateSnapshot,
      request,
      options,
    )) {
      const [bytes, total] = [Number(message.bytesChecked), Number(message.bytesTotal)];
      options.onProgress?.({ bytes, total });
      if (message.report !== undefined) report = fromReport(message.report);
    }
    if (report === undefined) throw incomplete('a report');
    return report;
  }

  /**
   * Brings a snapshot file to the server, where it becomes a snapshot of this collection once it has
   * been checked whole. The source is read once before, for its length and SHA-256. When the
   * connection breaks it is made again, and the upload goes on.
   */
  async upload(source: UploadSource, options: UploadOptions = {}): Promise<SnapshotInfo> {
    const about = { collection: this.#collection, snapshotId: options.id ?? uuidv7() };
    return fromSnapshot(await uploadSnapshot(this.#transport, about, source, options));
  }

  /**
   * Replaces the content of the collection, or of `into`, which is created when it is missing, by
   * that of a snapshot. `indexConfig`: how to find nearest neighbours from then on; default: as
   * before, and for a new collection as the snapshot says. `filter`: only the snapshot's records
   * that match become the content; the others are checked all the same.
   */
  async restore(
    id: string,
    options: CallOptions & {
      into?: string | undefined;
      indexConfig?: IndexConfig | undefined;
      filter?: Filter | undefined;
      onProgress?: OnProgress;
    } = {},
  ): Promise<RestoreResult> {
    const request = {
      collection: this.#collection,
      snapshotId: id,
      targetCollection: options.into ?? '',
      indexConfig: toIndexConfig(options.indexConfig, 'index_config'),
      filter: options.filter,
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
   * Merges the records of a snapshot file, given as its bytes in pieces of any size: all, or none
   * and the call fails.
   */
  async merge(
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    options: MergeOptions & {
      /** Accept a file without checksums and footer. */
      allowUnsealed?: boolean | undefined;
      onProgress?: ((progress: { bytes: number }) => void) | undefined;
    } = {},
  ): Promise<MergeResult> {
    const header = this.#mergeHeader(options, options.allowUnsealed ?? false);
    const upload = this.#transport.upload(merge, options);
    const { result } = await mergeChunks(upload, chunks, header, options.onProgress);
    return fromMergeResult(result);
  }

  /** As merge, from records; times that they carry are kept. Absent ids are made here. */
  async mergeRecords(
    records: RecordSource,
    options: MergeOptions & { onProgress?: ((progress: InsertProgress) => void) | undefined } = {},
  ): Promise<MergeResult> {
    const shape = { header: this.#mergeHeader(options, false), recordTag: 0x0a, batchTag: 0x1a };
    const upload = this.#transport.upload(merge, options);
    const { result } = await sendRecords(upload, records, shape, options.onProgress);
    return fromMergeResult(result);
  }

  /** As merge, from a snapshot on the server: of this collection, or of the collection `from`. */
  async mergeFrom(
    id: string,
    options: MergeOptions & { from?: string | undefined; onProgress?: OnProgress } = {},
  ): Promise<MergeResult> {
    const request = {
      collection: this.#collection,
      snapshotId: id,
      sourceCollection: options.from ?? '',
      policy: toMergePolicy(options.policy),
      dryRun: options.dryRun ?? false,
    };
    let result: ProtoMergeResult | undefined;
    for await (const message of this.#transport.stream(service.mergeSnapshot, request, options)) {
      const records = Number(message.recordsMerged);
      options.onProgress?.({ records, total: Number(message.recordsTotal) });
      result = message.result;
    }
    return fromMergeResult(result);
  }

  /**
   * Compares the records of snapshot `id` with those of the collection now or, `with` another
   * snapshot, with that one's. `ofCollection`: the other one's collection when it is not this one.
   */
  diff(
    id: string,
    options: CallOptions & { with?: string | undefined; ofCollection?: string | undefined } = {},
  ): SnapshotDiff {
    const request = {
      collection: this.#collection,
      snapshotId: id,
      otherSnapshotId: options.with ?? '',
      otherCollection: options.ofCollection ?? '',
    };
    return new SnapshotDiff(this.#transport.stream(service.diffSnapshots, request, options));
  }

  #mergeHeader({ policy, dryRun }: MergeOptions, allowUnsealed: boolean): Uint8Array {
    const request = {
      collection: this.#collection,
      allowUnsealed,
      policy: toMergePolicy(policy),
      dryRun: dryRun ?? false,
    };
    return MergeRecordsRequest.encode(MergeRecordsRequest.fromPartial(request)).finish();
  }
}

function incomplete(what: string): ProtovecError {
  return new ProtovecError(status.INTERNAL, `The server ended the call without ${what}`);
}
