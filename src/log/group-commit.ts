/**
 * The one writer of a collection. Waiting writes are taken as a group: resolved in order, appended
 * by one write, made durable by one sync, applied in order, answered. While a group is on its way
 * new writes queue and form the next one, so groups are 1 when idle and grow under load.
 *
 * Invariants: nothing is applied or answered before it is in the log, nor, unless the policy says
 * otherwise, before its sync; whoever is told that a write is durable can rely on it; sequences
 * have no gaps; one group at a time. After a failed write or sync the log is latched: what waits
 * and what comes is refused, nothing is tried again. It never closes a log file: records are read
 * from them.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import { now } from '../record/timestamp.js';
import type { FileSystem } from '../storage/file-system.js';
import { BackgroundSync } from './background-sync.js';
import { CommitQueue, type Queued } from './commit-queue.js';
import { CommitRoom } from './commit-room.js';
import { FreeSpace } from './free-space.js';
import { type Resolved, takeGroup } from './group.js';
import type { LogFile } from './log-file.js';
import { LogTail, type OpenNext } from './log-tail.js';
import { commitTimeField } from './mutation.js';
import type { SyncPolicy } from './sync-policy.js';
import type { Write } from './write.js';

export type { AppliedAt, Write } from './write.js';

/** How long a group may be applied before reads get a turn; each write is still applied whole. */
const applySliceMs = 5;

export interface GroupCommitOptions {
  readonly fs: FileSystem;
  /** Where the next entry goes. Everything up to `lastSequence` is durable. */
  readonly log: LogFile;
  readonly lastSequence: number;
  readonly openNext: OpenNext;
  /** `always` when absent. */
  readonly policy?: SyncPolicy;
  /** Milliseconds without a commit before the idle marker; `limits.idleMarkerMs`. */
  readonly idleMarkerMs?: number;
  /** Bytes after which the next log file is begun; `limits.logFileBytesMax`. */
  readonly logFileBytesMax?: number;
}

export class GroupCommit {
  readonly #tail: LogTail;
  readonly #queue = new CommitQueue();
  /** What is taken of it is of the writes that are not answered yet. */
  readonly room = new CommitRoom();
  readonly #space: FreeSpace;
  readonly #idleMarkerMs: number;
  readonly #logFileBytesMax: number;
  readonly #background: BackgroundSync;
  #policy: SyncPolicy;
  #running = false;
  /** What later writes fail with, once it is closed. */
  #closed: ProtovecError | undefined;
  #markerDue = false;
  #markerTimer: NodeJS.Timeout | undefined;

  constructor(options: GroupCommitOptions) {
    this.#tail = new LogTail(options.log, options.lastSequence, options.openNext);
    this.#space = new FreeSpace(options.fs, options.log.file.path);
    this.#background = new BackgroundSync(this.#tail, () => this.#rest());
    this.#policy = options.policy ?? { when: 'always' };
    this.#idleMarkerMs = options.idleMarkerMs ?? limits.idleMarkerMs;
    this.#logFileBytesMax = options.logFileBytesMax ?? limits.logFileBytesMax;
  }

  /** Whether the log failed and takes no more writes until the collection is recovered. */
  get latched(): boolean {
    return this.#tail.fault !== undefined;
  }

  /** Whether every entry is on stable storage. */
  get isDurable(): boolean {
    return !this.#tail.dirty;
  }

  /** Sequence of the last entry, idle markers included. */
  get lastSequence(): number {
    return this.#tail.lastSequence;
  }

  /** The log file that entries go to now. */
  get log(): LogFile {
    return this.#tail.log;
  }

  /**
   * Queues a write; resolves to its answer once it is in the log, as durable as the policy and the
   * write itself ask for, and applied. Rejects with what `resolve` threw; OVERLOADED when too many
   * bytes wait; STORAGE_FULL and LOG_LATCHED when it was not kept; CANCELLED when `signal` is aborted
   * before its turn; SHUTTING_DOWN after `close`.
   */
  submit<T>(write: Write<T>, signal?: AbortSignal): Promise<T> {
    const refusal = this.#refusal(write.bytes);
    if (refusal !== undefined) {
      write.dropped?.();
      return Promise.reject(refusal);
    }
    this.room.take(write.bytes);
    let open = true;
    const answered = () => {
      if (open) this.room.give(write.bytes);
      open = false;
    };
    return new Promise<T>((resolve, reject) => {
      this.#enqueue({
        write,
        signal,
        settle: (value) => {
          answered();
          resolve(value as T);
        },
        reject: (error) => {
          answered();
          write.dropped?.();
          reject(error);
        },
      });
    });
  }

  /** Follows another policy once everything submitted before is answered. Throws LOG_LATCHED. */
  async setPolicy(policy: SyncPolicy): Promise<void> {
    await this.#between(async () => {
      this.#policy = policy;
      this.#background.stop();
      if (policy.when === 'always') await this.#tail.sync();
      else this.#syncLater();
    });
  }

  /**
   * Moves to the next log file once everything submitted before is applied and durable (stays in
   * one that has no entry yet), then calls `between`, before anything later is resolved: a
   * consistent view.
   */
  async rotate(between?: () => void | Promise<void>): Promise<void> {
    const refusal = this.#refusal(0);
    if (refusal !== undefined) throw refusal;
    await this.#between(async () => {
      await this.#tail.moveOn();
      await between?.();
    });
  }

  /** Brings everything submitted before to stable storage, whatever the policy. Throws LOG_LATCHED. */
  async sync(): Promise<void> {
    await this.#between(() => this.#tail.sync());
  }

  /** Waits until everything submitted before is answered, one way or another. */
  async drain(): Promise<void> {
    if (this.#running || this.#queue.length > 0) await this.#between(() => {}).catch(() => {});
  }

  /**
   * Takes no more writes, waits for those that it has until all are durable, and tells what a clean
   * stop records. Throws LOG_LATCHED when the log failed: there is no clean stop then. The log file
   * stays open, and nothing uses it any more. `refusal`: what later writes fail with.
   */
  async close(
    refusal = new ProtovecError('SHUTTING_DOWN', 'the collection is being closed'),
  ): Promise<{ length: number; lastSequence: number }> {
    this.#closed = refusal;
    await this.drain();
    clearTimeout(this.#markerTimer);
    this.#background.stop();
    await this.#tail.sync();
    return { length: this.#tail.log.length, lastSequence: this.#tail.lastSequence };
  }

  #refusal(bytes: number): ProtovecError | undefined {
    if (this.#tail.fault !== undefined) return this.#tail.fault;
    if (this.#closed !== undefined) return this.#closed;
    return this.room.refusal(bytes);
  }

  #between(step: () => void | Promise<void>): Promise<unknown> {
    return new Promise((settle, reject) => {
      this.#enqueue({ between: step, settle, reject });
    });
  }

  // In a microtask, so that all writes submitted in one turn of the event loop share a group.
  #enqueue(item: Queued): void {
    this.#queue.push(item);
    if (this.#running) return;
    this.#running = true;
    queueMicrotask(() => void this.#run());
  }

  async #run(): Promise<void> {
    clearTimeout(this.#markerTimer);
    for (let item = this.#queue.peek(); item !== undefined; item = this.#queue.peek()) {
      try {
        if (this.#tail.fault !== undefined) this.#queue.shift()?.reject(this.#tail.fault);
        else if (item.between !== undefined) await this.#step(item);
        else await this.#group();
      } catch (error) {
        this.#tail.latch('could not be served', error);
      }
    }
    this.#running = false;
    this.#rest();
  }

  /** Sees to the idle marker. Before everything is durable it would have nothing to say. */
  #rest(): void {
    clearTimeout(this.#markerTimer);
    if (this.#running || this.#closed !== undefined || !this.#markerDue || this.#tail.dirty) return;
    if (this.#tail.fault !== undefined) return;
    this.#markerTimer = setTimeout(() => this.#mark(), this.#idleMarkerMs).unref();
  }

  #syncLater(): void {
    if (this.#policy.when !== 'interval' || !this.#tail.dirty) return;
    this.#background.schedule(this.#policy.intervalMs);
  }

  async #step(item: Queued): Promise<void> {
    this.#queue.shift();
    try {
      item.settle(await item.between?.());
    } catch (error) {
      item.reject(error);
    }
  }

  async #group(): Promise<void> {
    await this.#tail.moveOnAfter(this.#logFileBytesMax);
    if (this.#space.stale) await this.#space.refresh();
    const group = await takeGroup(this.#queue, this.#space.refusal());
    if (group.length === 0) return;
    try {
      await this.#commit(group);
    } catch (error) {
      // Whoever was not answered must not wait for ever.
      const fault = this.#tail.latch('could not be served', error);
      for (const { item } of group) item.reject(fault);
    }
  }

  async #commit(group: readonly Resolved[]): Promise<void> {
    const { seconds, nanos } = now();
    const commitTime = commitTimeField(seconds, nanos);
    const log = this.#tail.log.file;
    let sequence = this.#tail.lastSequence;
    let offsets: number[];
    const durable = this.#policy.when === 'always' || group.some(({ write }) => write.synced);
    try {
      offsets = await this.#tail.append(group.map(({ effect }) => [commitTime, ...effect]));
      if (durable) await this.#tail.sync();
    } catch (error) {
      for (const { item } of group) item.reject(error);
      return;
    }
    this.#markerDue = true;
    this.#syncLater();
    let sliceEnd = performance.now() + applySliceMs;
    for (let i = 0; i < group.length; i++) {
      const { item, write } = group[i];
      const effectOffset = offsets[i] + commitTime.length;
      sequence++;
      try {
        if (performance.now() > sliceEnd) {
          await nextTurn();
          sliceEnd = performance.now() + applySliceMs;
        }
        if (this.#tail.fault !== undefined) throw this.#tail.fault;
        const answer = write.apply({ sequence, log, effectOffset, seconds, nanos, durable });
        item.settle(answer instanceof Promise ? await answer : answer);
      } catch (error) {
        const what = `holds entry ${sequence}, which could not be applied`;
        item.reject(this.#tail.latch(what, error));
      }
    }
  }

  /** An entry without effect, so that the entries before it are known to have been durable. */
  #mark(): void {
    const resolve = () => [];
    const write = { bytes: 0, frees: true, synced: true, resolve, apply: nothing, nothing };
    const done = () => {
      this.#markerDue = false;
    };
    this.#enqueue({ write, settle: done, reject: done });
  }
}

function nothing(): void {}
