/**
 * Decides when a collection is saved, and sees to it: in the background when enough has changed
 * since the last save, and when somebody asks. A save that fails is told, and tried again after a
 * while; the log keeps everything until then. Never makes a write wait, but for the switch of logs.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ProtovecError } from '../../errors.js';
import type { PersistenceStatus } from '../../gen/protovec/v1/persistence.js';
import { limits } from '../../limits.js';
import type { GroupCommit } from '../../log/group-commit.js';
import type { ManifestStore } from '../manifest-store.js';
import type { CollectionState } from '../state/state.js';
import { turnsTaken } from '../turns.js';
import type { Checkpointer } from './checkpoint.js';
import type { LogFiles } from './log-files.js';
import type { SaveTurns } from './save-turns.js';

/** Share of the base that the log has to reach before a save by itself is worth a new base. */
const LOG_SHARE_MIN = 0.1;
/** Share of the base from which on the log's length alone is reason enough. */
const LOG_SHARE_MAX = 0.5;

/** What it looks at and works with. */
export interface AutoSaveParts {
  readonly state: CollectionState;
  readonly manifest: ManifestStore;
  readonly commit: GroupCommit;
  readonly logs: LogFiles;
  readonly checkpointer: Checkpointer;
  readonly turns: SaveTurns;
  /** Takes what a person should know. */
  notes(note: string): void;
}

export class AutoSave {
  readonly #parts: AutoSaveParts;
  readonly #stopped = new AbortController();
  /** Whether a save by itself waits for its turn or is under way. */
  #scheduled = false;
  #indexScheduled = false;
  /** The save, of records or of the index, that is under way. Never rejects. */
  #running: Promise<unknown> | undefined;
  #saving = false;
  #error = '';
  #failures = 0;
  #retryTimer: NodeJS.Timeout | undefined;

  constructor(parts: AutoSaveParts) {
    this.#parts = parts;
  }

  get status(): PersistenceStatus {
    const { base } = this.#parts.manifest.current;
    return {
      operationsSinceSave: BigInt(this.#parts.state.operationsSinceSave),
      lastSaveTime: base?.createTime,
      lastSaveSequence: base?.sequence ?? 0n,
      lastSaveError: this.#error,
      baseSizeBytes: base?.sizeBytes ?? 0n,
      logSizeBytes: BigInt(this.#parts.logs.sizeBytes),
      saving: this.#saving,
    };
  }

  /** To be called after a write: begins a save in the background when one is due. */
  consider(): void {
    if (this.#scheduled || this.#retryTimer !== undefined || !this.#due()) return;
    this.#scheduled = true;
    const turn = this.#parts.turns.take(async () => {
      // A save that was asked for may have come first.
      if (this.#due()) await this.#save();
    });
    void turn
      .catch(() => {})
      .then(() => {
        this.#scheduled = false;
        this.consider();
      });
  }

  /** Saves everything written so far, whatever the triggers say. Throws what makes it impossible. */
  async saveNow(): Promise<void> {
    const { commit, manifest, state, turns } = this.#parts;
    const sequence = commit.lastSequence;
    await turns.take(async () => {
      const { base } = manifest.current;
      if (base !== undefined && state.operationsSinceSave === 0) return;
      if (base !== undefined && Number(base.sequence) >= sequence) return;
      await this.#save();
    });
  }

  /**
   * To be called when no row waits for the index: saves it if it changed by much. That makes every
   * call wait, so it is put off, within reason, until none comes.
   */
  considerIndex(): void {
    const { checkpointer, commit, turns } = this.#parts;
    if (this.#indexScheduled || commit.latched || !checkpointer.indexDue) return;
    this.#indexScheduled = true;
    const turn = quietMoment(this.#stopped.signal).then(() =>
      turns.take(() => this.#work(() => this.#saveIndex())),
    );
    void turn
      .catch(() => {})
      .then(() => {
        this.#indexScheduled = false;
      });
  }

  /**
   * Begins no save any more, stops the one that is under way, and waits until it has ended. `refusal`:
   * what saves that are asked for fail with.
   */
  async stop(
    refusal = new ProtovecError('SHUTTING_DOWN', 'the collection is being closed'),
  ): Promise<void> {
    this.#stopped.abort(refusal);
    clearTimeout(this.#retryTimer);
    await this.#running;
  }

  #due(): boolean {
    const { state, manifest, commit, logs } = this.#parts;
    if (this.#stopped.signal.aborted || commit.latched || state.operationsSinceSave === 0) {
      return false;
    }
    const { config, base } = manifest.current;
    const baseBytes = Number(base?.sizeBytes ?? 0n);
    const logBytes = logs.sizeBytes;
    if (logBytes < baseBytes * LOG_SHARE_MIN) return false;
    const threshold = Number(config?.persistence?.autoSaveThreshold);
    if (state.operationsSinceSave >= threshold) return true;
    return logBytes >= Math.max(limits.autoSaveLogBytesMin, baseBytes * LOG_SHARE_MAX);
  }

  async #save(): Promise<void> {
    await this.#work(async () => {
      this.#saving = true;
      try {
        await this.#parts.checkpointer.run(this.#stopped.signal);
        if (this.#failures > 0) this.#note('was saved again');
        this.#failures = 0;
        this.#error = '';
      } catch (error) {
        if (this.#stopped.signal.aborted) throw this.#stopped.signal.reason;
        this.#failed(error);
        throw error;
      } finally {
        this.#saving = false;
      }
    });
    this.considerIndex();
  }

  /** Saves the index if it is worth it. That it fails is told and no more: it can be built again. */
  async #saveIndex(): Promise<void> {
    if (!this.#parts.checkpointer.indexDue) return;
    try {
      await this.#parts.checkpointer.saveIndex();
    } catch (error) {
      this.#note(`goes on without its index being saved: ${messageOf(error)}`);
    }
  }

  async #work(work: () => Promise<void>): Promise<void> {
    if (this.#stopped.signal.aborted) throw this.#stopped.signal.reason;
    const running = work();
    this.#running = running.catch(() => {});
    try {
      await running;
    } finally {
      this.#running = undefined;
    }
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    this.#error = messageOf(error);
    if (this.#failures === 1) this.#note(`could not be saved: ${this.#error}`);
    // Whether there is room is quickly seen, so it is looked at often.
    const full = error instanceof ProtovecError && error.reason === 'STORAGE_FULL';
    const { saveRetryMsMin, saveRetryMsMax, saveRoomRetryMs } = limits;
    const wait = Math.min(saveRetryMsMax, saveRetryMsMin * 2 ** (this.#failures - 1));
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(
      () => {
        this.#retryTimer = undefined;
        this.consider();
      },
      full ? saveRoomRetryMs : wait,
    ).unref();
  }

  #note(what: string): void {
    this.#parts.notes(`collection ${this.#parts.manifest.current.name} ${what}`);
  }
}

/** Resolves after a while without calls, or when there is none for long, or when it is stopped. */
async function quietMoment(stopped: AbortSignal): Promise<void> {
  const { indexQuietMs, indexQuietMsMax } = limits;
  for (let waited = 0; waited < indexQuietMsMax && !stopped.aborted; waited += indexQuietMs) {
    const before = turnsTaken();
    await delay(indexQuietMs, undefined, { ref: false, signal: stopped }).catch(() => {});
    if (turnsTaken() === before) return;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
