/**
 * Copies the log of a collection up to the first entry that cannot be replayed: one that is damaged,
 * does not follow the one before, or refers to a staged file that is damaged or missing. Staged files
 * that are referred to are copied before the entries are.
 */
import { join } from 'node:path';
import { ProtovecError } from '../../errors.js';
import type { LogFile, Manifest } from '../../gen/protovec/storage/v1/manifest.js';
import { type InspectedEntry, type InspectedLog, inspectLog } from '../../log/inspect.js';
import { type MutationSummary, summarizeMutation } from '../../log/mutation-summary.js';
import { copyFile, digestOf } from '../../storage/copy-file.js';
import { collectionIdBytes, type Place, stageDirectory } from '../place.js';

/** Told which file is worked on, and how many of its bytes are done. */
export type OnStep = (file: string, done: number, total: number) => void;

export class RepairedLogs {
  /** Whether the history has ended: what follows must be left out. */
  ended = false;
  entries = 0;
  lastSequence: number;
  readonly leftOut: string[] = [];
  readonly #from: Place;
  readonly #to: Place;
  readonly #collectionId: Uint8Array;
  readonly #onProgress: OnStep;
  #problem: string | undefined;
  /** Sequence that the next file must start with; undefined before the first. */
  #follows: number | undefined;

  constructor(from: Place, to: Place, { collectionId, base, logs }: Manifest, onProgress: OnStep) {
    this.#from = from;
    this.#to = to;
    this.#collectionId = collectionIdBytes(collectionId);
    this.#onProgress = onProgress;
    this.lastSequence = Number(base?.sequence ?? (logs[0]?.firstSequence ?? 1n) - 1n);
  }

  /** Copies what can be replayed of the next log file; false when nothing of it can be used. */
  async add(log: LogFile): Promise<boolean> {
    const { fileSystem: fs, directory } = this.#from;
    const path = join(directory, log.file);
    if (!(await fs.exists(path))) return this.#end(`${log.file}: the file is missing`);
    const file = await fs.open(path, 'read');
    try {
      const found = await this.#inspect(log, file);
      if (found === undefined) return false;
      await copyFile(fs, file, join(this.#to.directory, log.file), found.length);
      this.entries += found.entries;
      this.#follows = found.lastSequence + 1;
      this.lastSequence = Math.max(this.lastSequence, found.lastSequence);
      this.#tellDamage(log, found);
      return true;
    } finally {
      await file.close();
    }
  }

  async #inspect(
    log: LogFile,
    file: Parameters<typeof inspectLog>[0],
  ): Promise<InspectedLog | undefined> {
    const onProgress = (done: number, total: number) => this.#onProgress(log.file, done, total);
    try {
      const head = await inspectLog(file, { visit: () => false });
      const { collectionId, firstSequence, fileNumber } = head.identity;
      const fits =
        Buffer.compare(collectionId, this.#collectionId) === 0 &&
        BigInt(firstSequence) === log.firstSequence &&
        firstSequence === (this.#follows ?? firstSequence) &&
        BigInt(fileNumber) === log.fileNumber;
      if (!fits)
        this.#end(
          `${log.file}: it is not the file that belongs there, or entries before it are missing`,
        );
      else return await inspectLog(file, { visit: (entry) => this.#canReplay(entry), onProgress });
    } catch (error) {
      if (!(error instanceof ProtovecError)) throw error;
      this.#end(`${log.file}: ${error.message}`);
    }
    return undefined;
  }

  /** Whether the entry can be replayed; brings the staged file that it needs along. */
  async #canReplay({ sequence, payload }: InspectedEntry): Promise<boolean> {
    let summary: MutationSummary;
    try {
      summary = summarizeMutation(payload);
    } catch (error) {
      this.#problem = `entry ${sequence} cannot be read: ${(error as Error).message}`;
      return false;
    }
    if (summary.kind === 'unknown') {
      this.#problem = `entry ${sequence} was written by a newer version`;
      return false;
    }
    if (summary.staged === undefined || (await this.#bring(summary.staged))) return true;
    this.#problem = `entry ${sequence} needs staging/${summary.staged.file}, which is damaged or missing`;
    return false;
  }

  async #bring({ file: name, sha256 }: { file: string; sha256: Uint8Array }): Promise<boolean> {
    const { fileSystem: fs } = this.#from;
    const path = join(stageDirectory(this.#from), name);
    // The name is from the log; it must not lead elsewhere.
    if (!/^[\w.-]+$/.test(name) || !(await fs.exists(path))) return false;
    const file = await fs.open(path, 'read');
    try {
      if (!(await digestOf(file)).equals(sha256)) return false;
      await fs.makeDirectory(stageDirectory(this.#to));
      await copyFile(fs, file, join(stageDirectory(this.#to), name), await file.size());
      return true;
    } finally {
      await file.close();
    }
  }

  #tellDamage({ file }: LogFile, { damage, length, sizeBytes }: InspectedLog): void {
    if (this.#problem !== undefined) {
      this.#end(`${file}: from byte ${length} on, ${sizeBytes - length} bytes: ${this.#problem}`);
    } else if (damage !== undefined) {
      const { offset, bytes, sequence, acknowledged, entriesAfter } = damage;
      const what = acknowledged ? 'is damaged' : 'is not whole, a write that was cut off';
      const after = entriesAfter > 0 ? `, with ${entriesAfter} whole entries behind it` : '';
      this.#end(
        `${file}: from byte ${offset} on, ${bytes} bytes: entry ${sequence} ${what}${after}`,
      );
    }
  }

  #end(what: string): false {
    this.ended = true;
    this.leftOut.push(what);
    return false;
  }
}
