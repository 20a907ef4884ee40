/** What the one writer of a collection is given. Nothing here knows what the effects mean. */
import type { File } from '../storage/file-system.js';

/** Where and when a write came to be in the log. */
export interface AppliedAt {
  readonly sequence: number;
  /** The log file; readable by position, and left open when the log moves on to another. */
  readonly log: File;
  /** Offset in that file of the first byte that `resolve` returned. */
  readonly effectOffset: number;
  /** Commit time. */
  readonly seconds: number;
  readonly nanos: number;
  /** Whether the entry, and so everything before it, is on stable storage. */
  readonly durable: boolean;
}

/** One write request: decides at its turn, is logged, made durable if need be, and applied. */
export interface Write<T> {
  /** Bytes that it holds in memory while it waits, and about what it will take in the log. */
  readonly bytes: number;
  /**
   * Runs alone: after everything before it is applied, before anything after it is resolved. Only
   * such a write may return promises.
   */
  readonly exclusive?: boolean;
  /** 32-bit hashes of the ids that it touches. Undefined: anything, so that it is exclusive. */
  readonly touches?: Uint32Array | undefined;
  /** Decides by what is stored, so it waits until earlier writes that touch its ids are applied. */
  readonly conditional?: boolean;
  /** Gives room back, so it is let through while the disk is nearly full. */
  readonly frees?: boolean;
  /** Is on stable storage before it is applied, whatever the durability of other writes. */
  readonly synced?: boolean;
  /**
   * The encoded effect field of the entry's Mutation, in pieces that stay unchanged until `apply`;
   * null when there is nothing to write. What it throws refuses this write only.
   */
  resolve(): readonly Uint8Array[] | null | Promise<readonly Uint8Array[] | null>;
  /** Called once the entry is in the log, in its order. Must not throw. */
  apply(at: AppliedAt): T | Promise<T>;
  /** The answer when `resolve` returned null. */
  nothing(): T;
  /**
   * Called when it is refused, for whatever reason, before anything behind it is resolved: it was
   * not applied, and nobody is told that it was.
   */
  dropped?(): void;
}
