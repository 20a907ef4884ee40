/**
 * One upload while a caller sends it: bytes are appended to its file, and once it is whole and
 * checked the file becomes a snapshot of the collection.
 *
 * Invariants: the file is the beginning of what was sent, piece by piece, each with its CRC; nothing
 * is a snapshot before its SHA-256 is the one that was announced and every record has been checked.
 * What is refused for good is removed; what merely broke off stays, synced.
 */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { invalidArgument, ProtovecError, type Reason } from '../../errors.js';
import type { Snapshot } from '../../gen/protovec/v1/snapshot.js';
import { limits } from '../../limits.js';
import { now } from '../../record/timestamp.js';
import { type CheckedSnapshot, checkSnapshot } from '../../snapshot/merge/check-snapshot.js';
import { crc32 } from '../../storage/checksum.js';
import type { File } from '../../storage/file-system.js';
import type { ManifestStore } from '../manifest-store.js';
import { type Place, snapshotPath } from '../place.js';
import type { CollectionState } from '../state/state.js';
import { headerOf } from './snapshot-header.js';

/** What a caller says of the file before it sends it. */
export interface UploadOffer {
  /** A recent UUIDv7. */
  readonly snapshotId: string;
  readonly sizeBytes: number;
  /** 32 bytes. */
  readonly sha256: Uint8Array;
  readonly allowUnsealed: boolean;
}

/** The collection that the upload is for. */
export interface UploadTarget {
  readonly place: Place;
  readonly state: CollectionState;
  readonly manifest: ManifestStore;
}

/** What there is of an upload. */
export interface UploadPart {
  /** Open for writing; the upload closes it. */
  readonly file: File;
  /** Its length. */
  readonly received: number;
  /** Called once it is closed. */
  ended(): void;
}

/** A file that fails so is not what the caller may go on with. */
const FINAL: ReadonlySet<Reason> = new Set([
  'SERIALIZATION_ERROR',
  'INVALID_ARGUMENT',
  'INVALID_EMBEDDING',
  'INCOMPATIBLE_SNAPSHOT',
]);
const DIGEST_BYTES = 1024 * 1024;
/** Bytes taken in between two looks at the free space. */
const ROOM_CHECK_BYTES = 16 * 1024 * 1024;

export class Upload {
  readonly offer: UploadOffer;
  readonly #target: UploadTarget;
  readonly #file: File;
  readonly #ended: () => void;
  #received: number;
  #untilCheck = 0;
  #closed = false;

  constructor(target: UploadTarget, offer: UploadOffer, part: UploadPart) {
    this.#target = target;
    this.offer = offer;
    this.#file = part.file;
    this.#received = part.received;
    this.#ended = part.ended;
  }

  /** Bytes that are here, from the start of the file. */
  get received(): number {
    return this.#received;
  }

  /** Appends a piece. Throws INVALID_ARGUMENT or SERIALIZATION_ERROR, with nothing of it kept. */
  async append(offset: number, data: Uint8Array, crc: number): Promise<void> {
    const { sizeBytes } = this.offer;
    if (offset !== this.#received) {
      const message = `offset ${offset} does not follow the ${this.#received} bytes that are here`;
      throw this.#at(invalidArgument('offset', `${message}: go on from there`));
    }
    if (data.length > limits.uploadChunkBytesMax) {
      const message = `a piece has at most ${limits.uploadChunkBytesMax} bytes, got ${data.length}`;
      throw this.#at(invalidArgument('data', message));
    }
    if (offset + data.length > sizeBytes) {
      const message = `the piece ends at ${offset + data.length}, behind the ${sizeBytes} bytes of size_bytes`;
      throw this.#at(invalidArgument('data', message));
    }
    if (crc32(data) !== crc) {
      const message = `the ${data.length} bytes at offset ${offset} do not match their CRC-32: send them again`;
      throw this.#at(new ProtovecError('SERIALIZATION_ERROR', message, { field: 'crc' }));
    }
    if (data.length === 0) return;
    await this.#checkRoom(data.length);
    await this.#file.write([data], offset);
    this.#received += data.length;
  }

  /** Checks the whole file and makes it a snapshot. */
  async finish(signal: AbortSignal): Promise<Snapshot> {
    if (this.#received < this.offer.sizeBytes) {
      const message = `the stream ended after ${this.#received} of ${this.offer.sizeBytes} bytes: go on from there`;
      throw this.#at(invalidArgument('size_bytes', message));
    }
    await this.#file.sync();
    try {
      await this.#checkDigest(signal);
      const { state, manifest } = this.#target;
      const wanted = headerOf(state.config, manifest.current.name, 0);
      const { allowUnsealed } = this.offer;
      // Its digest was compared a moment ago.
      const options = { allowUnsealed, verifyDigest: false, name: 'the upload' };
      const checked = await checkSnapshot(this.#file, wanted, options, signal);
      return await this.#publish(this.#describe(checked));
    } catch (error) {
      if (error instanceof ProtovecError && FINAL.has(error.reason)) {
        await this.#target.place.fileSystem.remove(this.#file.path);
      }
      throw error;
    }
  }

  /** Ends the caller's turn: what was received is brought to stable storage. Again is fine. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#file.sync();
    } finally {
      await this.#file.close();
      this.#ended();
    }
  }

  async #checkDigest(signal: AbortSignal): Promise<void> {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafeSlow(DIGEST_BYTES);
    let at = 0;
    for (let read = -1; read !== 0; at += read) {
      signal.throwIfAborted();
      read = await this.#file.read(buffer, at);
      hash.update(buffer.subarray(0, read));
    }
    if (at === this.offer.sizeBytes && hash.digest().equals(this.offer.sha256)) return;
    throw new ProtovecError(
      'SERIALIZATION_ERROR',
      `the ${at} bytes that were received do not have the SHA-256 that was announced; they were ` +
        'removed: start again from offset 0',
      { field: 'sha256' },
    );
  }

  #describe({ header, recordCount, format, compressed }: CheckedSnapshot): Snapshot {
    const { seconds, nanos } = now();
    const { snapshotId, sizeBytes, sha256 } = this.offer;
    const unknown = header.createdAt.seconds === 0n && header.createdAt.nanos === 0;
    return {
      snapshotId,
      collection: this.#target.manifest.current.name,
      format,
      compressed,
      sizeBytes: BigInt(sizeBytes),
      recordCount: BigInt(recordCount),
      createTime: unknown ? { seconds: BigInt(seconds), nanos } : header.createdAt,
      logSequence: BigInt(header.logSequence),
      sha256: Buffer.from(sha256),
    };
  }

  async #publish(snapshot: Snapshot): Promise<Snapshot> {
    const { place, manifest } = this.#target;
    const { fileSystem } = place;
    if (!(await fileSystem.exists(this.#file.path))) {
      throw new ProtovecError('COLLECTION_NOT_FOUND', 'the collection was deleted meanwhile');
    }
    const path = snapshotPath(place, snapshot);
    await fileSystem.makeDirectory(dirname(path));
    await fileSystem.rename(this.#file.path, path);
    try {
      await fileSystem.syncDirectory(dirname(path));
      await manifest.update(({ snapshots }) => ({
        snapshots: [...snapshots, snapshot].sort(byCreateTime),
      }));
    } catch (error) {
      // Back to where the caller may try again from.
      await fileSystem.rename(path, this.#file.path);
      throw error;
    }
    await fileSystem.syncDirectory(dirname(this.#file.path));
    return snapshot;
  }

  async #checkRoom(bytes: number): Promise<void> {
    this.#untilCheck -= bytes;
    if (this.#untilCheck > 0) return;
    this.#untilCheck = ROOM_CHECK_BYTES;
    const { fileSystem, directory } = this.#target.place;
    const free = await fileSystem.freeBytes(directory);
    const left = this.offer.sizeBytes - this.#received;
    if (free >= limits.freeBytesMin + left) return;
    const message = `only ${free} bytes are free for the ${left} that the upload still needs`;
    throw this.#at(
      new ProtovecError('STORAGE_FULL', `${message}: make room and go on from where it stopped`),
    );
  }

  /** The error with how much is here, so that a program can go on. */
  #at(error: ProtovecError): ProtovecError {
    const metadata = { ...error.metadata, received_bytes: String(this.#received) };
    return ProtovecError.fromData({ ...error.toData(), metadata });
  }
}

/** Oldest first, as snapshots that the server takes are listed. */
function byCreateTime({ createTime: a }: Snapshot, { createTime: b }: Snapshot): number {
  const [x, y] = [a ?? { seconds: 0n, nanos: 0 }, b ?? { seconds: 0n, nanos: 0 }];
  return x.seconds === y.seconds ? x.nanos - y.nanos : x.seconds < y.seconds ? -1 : 1;
}
