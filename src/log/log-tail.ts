/**
 * The end of a collection's log, where entries are added: numbers them, makes them durable, moves
 * to the next file.
 *
 * Invariants: sequences have no gaps; everything up to `durableSequence` is on stable storage, and
 * entries say no more than that of what was durable before them, so that a lost end of the log never
 * passes for damage. Only the last file may hold entries that are not durable. Syncs run one after
 * the other, beside appends: the system reports a failure to one of them only. After a failed write
 * or sync, or a failed move, it is latched for good: nothing is tried again, because nobody knows
 * what is on the disk (a repeated fdatasync reports success for bytes that were lost). Only
 * STORAGE_FULL, after which the file is as it was, leaves it usable. It never closes a file: records
 * are read from them.
 */
import { ProtovecError } from '../errors.js';
import type { LogFile } from './log-file.js';
import { syncTimes } from './sync-times.js';

/**
 * Makes the next log file and records it in the manifest, durably, before it returns. STORAGE_FULL
 * means that nothing changed; any other error latches the log.
 */
export type OpenNext = (firstSequence: number, previousSequence: number) => Promise<LogFile>;

const moveRetryMs = 1000;

export class LogTail {
  #log: LogFile;
  #lastSequence: number;
  #durableSequence: number;
  /** The syncs asked for so far; never rejects. */
  #syncs: Promise<unknown> = Promise.resolve();
  #fault: ProtovecError | undefined;
  #moveNotBefore = 0;
  readonly #openNext: OpenNext;

  /** Everything up to `lastSequence` is durable; `log` takes what follows. */
  constructor(log: LogFile, lastSequence: number, openNext: OpenNext) {
    this.#log = log;
    this.#lastSequence = lastSequence;
    this.#durableSequence = lastSequence;
    this.#openNext = openNext;
  }

  /** The file that entries go to. */
  get log(): LogFile {
    return this.#log;
  }

  /** Sequence of the last entry. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** Sequence of the last entry that is known to be on stable storage. */
  get durableSequence(): number {
    return this.#durableSequence;
  }

  /** Whether there are entries that a power cut may take. */
  get dirty(): boolean {
    return this.#durableSequence < this.#lastSequence;
  }

  /** LOG_LATCHED once something failed. */
  get fault(): ProtovecError | undefined {
    return this.#fault;
  }

  /**
   * Appends an entry for each payload; `lastSequence` is then that of the last one. Returns the
   * file offset of each payload. Throws STORAGE_FULL, nothing kept, or LOG_LATCHED.
   */
  async append(payloads: readonly (readonly Uint8Array[])[]): Promise<number[]> {
    if (this.#fault !== undefined) throw this.#fault;
    const durableSequence = this.#durableSequence;
    let sequence = this.#lastSequence;
    const entries = payloads.map((payload) => ({ sequence: ++sequence, durableSequence, payload }));
    try {
      const offsets = await this.#log.append(entries);
      this.#lastSequence = sequence;
      return offsets;
    } catch (error) {
      throw isFull(error) ? error : this.latch('could not be written', error);
    }
  }

  /** Brings every entry appended so far to stable storage. Throws LOG_LATCHED. */
  sync(): Promise<void> {
    const turn = this.#syncs.then(() => this.#syncNow());
    this.#syncs = turn.catch(() => {});
    return turn;
  }

  /** Resolves when no sync is under way any more, so that files may be closed. */
  async settled(): Promise<void> {
    await this.#syncs;
  }

  /**
   * Moves to the next file, unless this one has no entry. Not while something is appended. Throws
   * STORAGE_FULL or LOG_LATCHED.
   */
  async moveOn(): Promise<void> {
    const previous = this.#lastSequence;
    if (this.#log.identity.firstSequence > previous) return;
    // Entries of the next file must not outlive those of this one.
    await this.sync();
    try {
      const next = await this.#openNext(previous + 1, previous);
      if (next.identity.firstSequence !== previous + 1) {
        throw new Error(`the next log file starts at ${next.identity.firstSequence}`);
      }
      this.#log = next;
    } catch (error) {
      throw isFull(error) ? error : this.latch('could not be followed by another file', error);
    }
  }

  /** The same once the file has more than `bytes`; a full disk only puts it off. */
  async moveOnAfter(bytes: number): Promise<void> {
    if (this.#log.length <= bytes || Date.now() < this.#moveNotBefore) return;
    try {
      await this.moveOn();
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#moveNotBefore = Date.now() + moveRetryMs;
    }
  }

  async #syncNow(): Promise<void> {
    if (this.#fault !== undefined) throw this.#fault;
    const sequence = this.#lastSequence;
    if (this.#durableSequence >= sequence) return;
    const start = performance.now();
    try {
      await this.#log.sync();
    } catch (error) {
      // STORAGE_FULL included: it is no promise about what is on the disk.
      throw this.latch('could not be synced', error);
    } finally {
      syncTimes.add((performance.now() - start) / 1_000);
    }
    this.#durableSequence = sequence;
  }

  /** Latches the log, if it is not, and returns the LOG_LATCHED that all writes now meet. */
  latch(what: string, cause: unknown): ProtovecError {
    const path = this.#log.file.path;
    this.#fault ??= new ProtovecError(
      'LOG_LATCHED',
      `the log ${path} ${what} (${cause instanceof Error ? cause.message : cause}): everything ` +
        'acknowledged as durable is kept and reads go on, but writes are refused; check the disk, then ' +
        'restart the server',
      { cause, metadata: { file: path } },
    );
    return this.#fault;
  }
}

function isFull(error: unknown): error is ProtovecError {
  return error instanceof ProtovecError && error.reason === 'STORAGE_FULL';
}
