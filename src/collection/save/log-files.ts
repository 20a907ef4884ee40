/**
 * The log files of one collection: makes the next one, and tells how long all of them are. Each is
 * in the manifest before anything is written to it.
 */
import { join } from 'node:path';
import { LogFile } from '../../log/log-file.js';
import type { ManifestStore } from '../manifest-store.js';
import { collectionIdBytes, logName, type Place } from '../place.js';
import type { CollectionState } from '../state/state.js';

export class LogFiles {
  readonly #place: Place;
  readonly #state: CollectionState;
  readonly #manifest: ManifestStore;
  /** By name: those that were read by the recovery, and those that were made since. */
  readonly #lengths: Map<string, { readonly length: number }>;

  /** `recovered`: length in bytes of each file that the recovery read, by name. */
  constructor(
    place: Place,
    state: CollectionState,
    manifest: ManifestStore,
    recovered: ReadonlyMap<string, number>,
  ) {
    this.#place = place;
    this.#state = state;
    this.#manifest = manifest;
    this.#lengths = new Map([...recovered].map(([name, length]) => [name, { length }]));
  }

  /** Bytes of all files that the manifest lists. */
  get sizeBytes(): number {
    let bytes = 0;
    for (const { file } of this.#manifest.current.logs) {
      bytes += this.#lengths.get(file)?.length ?? 0;
    }
    return bytes;
  }

  /** Makes the file whose first entry has this sequence, durably. */
  async next(firstSequence: number): Promise<LogFile> {
    const { collectionId, logs } = this.#manifest.current;
    const name = logName(firstSequence);
    const last = logs.at(-1);
    // A file of this name holds no entry and is replaced; the manifest stays true meanwhile.
    const replaces = last?.file === name ? 0 : 1;
    const fileNumber = Number(last?.fileNumber ?? 0n) + replaces;
    const { fileSystem, directory } = this.#place;
    const log = await LogFile.create(fileSystem, join(directory, name), {
      collectionId: collectionIdBytes(collectionId),
      fileNumber,
      firstSequence,
      previousSequence: firstSequence - 1,
    });
    const entry = {
      file: name,
      firstSequence: BigInt(firstSequence),
      fileNumber: BigInt(fileNumber),
    };
    try {
      await this.#manifest.update(({ logs: before }) => ({
        logs: [...before.filter((listed) => listed.file !== name), entry],
        cleanStop: undefined,
      }));
    } catch (error) {
      await log.close();
      throw error;
    }
    this.#forgetOld();
    this.#lengths.set(name, log);
    this.#state.files.add(log.file);
    return log;
  }

  #forgetOld(): void {
    const listed = new Set(this.#manifest.current.logs.map(({ file }) => file));
    for (const name of this.#lengths.keys()) if (!listed.has(name)) this.#lengths.delete(name);
  }
}
