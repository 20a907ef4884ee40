/**
 * The loads of one collection: which stream has which key, how far each load got, and the road of
 * their writes. What is known of a load is in the log with its records; see state/ingest-loads.ts.
 */
import { limits } from '../limits.js';
import type { GroupCommit, Write } from '../log/group-commit.js';
import type { IndexBuilder } from './state/index-builder.js';
import type { KnownLoad } from './state/ingest-loads.js';
import type { CollectionState } from './state/state.js';
import { type IngestPart, IngestWrite, MARK_BYTES_MAX } from './writes/ingest-write.js';
import type { UpsertOutcome } from './writes/upsert-write.js';

/** A stream that has a key. */
export interface IngestStream {
  /** Ends it, because another one has the key now; resolves when nothing of it is under way. */
  takeOver(): Promise<void>;
}

/** What it works with. */
export interface IngestControlParts {
  readonly state: CollectionState;
  readonly builder: IndexBuilder;
  readonly commit: GroupCommit;
  /** The road of every write. */
  submit<T>(write: Write<T>, signal: AbortSignal): Promise<T>;
}

/** A signal that never aborts: a batch that was taken is written, whoever waits for it. */
const endless = new AbortController().signal;

export class IngestControl {
  readonly #parts: IngestControlParts;
  readonly #streams = new Map<string, IngestStream>();

  constructor(parts: IngestControlParts) {
    this.#parts = parts;
  }

  /** Gives a key to a stream; resolves when nothing of the one that had it is under way. */
  async enter(key: string, stream: IngestStream): Promise<void> {
    const before = this.#streams.get(key);
    this.#streams.set(key, stream);
    await before?.takeOver();
  }

  /** The stream ends. Its key may be another one's by now. */
  leave(key: string, stream: IngestStream): void {
    if (this.#streams.get(key) === stream) this.#streams.delete(key);
  }

  /** How far the load of that key got; undefined when it is not known, or not any more. */
  find(key: string): KnownLoad | undefined {
    return this.#parts.state.loads.find(key, Date.now());
  }

  /** Brings everything written so far to stable storage. Throws LOG_LATCHED. */
  sync(): Promise<void> {
    return this.#parts.commit.sync();
  }

  /** Whether everything written so far is on stable storage. */
  get isDurable(): boolean {
    return this.#parts.commit.isDurable;
  }

  /** Why a write of so many bytes of records has to wait, for people; undefined when it need not. */
  obstacle(bytes: number): string | undefined {
    const { builder, commit, state } = this.#parts;
    if (builder.isFull(state)) return 'records wait for the index';
    return commit.room.fits(bytes + MARK_BYTES_MAX) ? undefined : 'records wait for the disk';
  }

  /**
   * Waits until what was in the way of so many bytes has gone, or something else has come. Rejects
   * with the signal's reason.
   */
  async admit(bytes: number, signal: AbortSignal): Promise<void> {
    const { builder, commit, state } = this.#parts;
    // Not just below the cap: a load that is told to pause for every batch goes slowly.
    if (builder.isFull(state)) await builder.admit(state, signal, limits.ingestResumeFullness);
    await commit.room.wait(bytes + MARK_BYTES_MAX, signal);
  }

  /** Writes a batch or a part of it, behind what was given before. Only while there is no obstacle. */
  write(part: IngestPart): Promise<UpsertOutcome> {
    const { state, submit } = this.#parts;
    return submit(new IngestWrite(state, part), endless);
  }
}
