/**
 * The uploads of one collection: at most one caller sends each, and at most so many are kept that
 * are not whole. They outlive the server by their files alone.
 */
import { ProtovecError } from '../../errors.js';
import type { Snapshot } from '../../gen/protovec/v1/snapshot.js';
import { limits } from '../../limits.js';
import type { File } from '../../storage/file-system.js';
import { snapshotNotFound } from './snapshot-lookup.js';
import { Upload, type UploadOffer, type UploadTarget } from './upload.js';
import { listUploads, removeOldUploads, uploadDirectory, uploadPath } from './upload-files.js';

const RETRY_MS = 500;

export class Uploads {
  readonly #target: UploadTarget;
  /** Ids that a caller sends now. */
  readonly #active = new Set<string>();

  constructor(target: UploadTarget) {
    this.#target = target;
  }

  /** The snapshot that an upload became. Throws ALREADY_EXISTS when it is of another file. */
  finished({ snapshotId, sha256 }: UploadOffer): Snapshot | undefined {
    const snapshot = this.#find(snapshotId);
    if (snapshot === undefined || snapshot.sha256.equals(sha256)) return snapshot;
    const message = `snapshot ${snapshotId} exists and is of another file: choose another id`;
    throw new ProtovecError('ALREADY_EXISTS', message, { field: 'snapshot_id' });
  }

  /** How far an upload is. Throws SNAPSHOT_NOT_FOUND when there is nothing of it. */
  async progress(snapshotId: string): Promise<{ received: number; snapshot?: Snapshot }> {
    const snapshot = this.#find(snapshotId);
    if (snapshot !== undefined) return { received: Number(snapshot.sizeBytes), snapshot };
    const { place, manifest } = this.#target;
    const path = uploadPath(place, snapshotId);
    if (!(await place.fileSystem.exists(path))) {
      throw snapshotNotFound(manifest.current.name, snapshotId);
    }
    const file = await place.fileSystem.open(path, 'read');
    try {
      return { received: await file.size() };
    } finally {
      await file.close();
    }
  }

  /**
   * Begins an upload, or goes on with it, for one caller, who must close it. Throws OVERLOADED when
   * another one sends it or too many are not whole.
   */
  async begin(offer: UploadOffer): Promise<Upload> {
    const { snapshotId } = offer;
    if (this.#active.has(snapshotId)) {
      const message = `another stream sends the upload ${snapshotId}: wait until it has ended`;
      throw new ProtovecError('OVERLOADED', message, { retryAfterMs: RETRY_MS });
    }
    this.#active.add(snapshotId);
    try {
      return await this.#open(offer);
    } catch (error) {
      this.#active.delete(snapshotId);
      throw error;
    }
  }

  async #open(offer: UploadOffer): Promise<Upload> {
    const { place } = this.#target;
    const { fileSystem } = place;
    const path = uploadPath(place, offer.snapshotId);
    await removeOldUploads(place);
    const known = await listUploads(place);
    if (known.includes(offer.snapshotId)) {
      const file = await fileSystem.open(path, 'write');
      return this.#upload(offer, file, await file.size());
    }
    if (known.length >= limits.uploadsMax) {
      throw new ProtovecError(
        'OVERLOADED',
        `${known.length} uploads to this collection are not whole, the most is ` +
          `${limits.uploadsMax}: finish one, or wait until they are a day old`,
      );
    }
    await fileSystem.makeDirectory(uploadDirectory(place));
    const file = await fileSystem.open(path, 'create');
    await fileSystem.syncDirectory(uploadDirectory(place));
    return this.#upload(offer, file, 0);
  }

  #upload(offer: UploadOffer, file: File, received: number): Upload {
    const ended = (): void => {
      this.#active.delete(offer.snapshotId);
    };
    return new Upload(this.#target, offer, { file, received, ended });
  }

  #find(snapshotId: string): Snapshot | undefined {
    return this.#target.manifest.current.snapshots.find((s) => s.snapshotId === snapshotId);
  }
}
