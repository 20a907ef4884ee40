/**
 * Notices that files were replaced. It asks the file system now and then instead of being told by
 * it, because certificates and keys often lie behind links that are switched as a whole, or on file
 * systems that tell nothing.
 */

import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { limits } from '../limits.js';

/** Something that is made of files and can be made of them again. */
export interface Watched<T> {
  /** For the log, such as `TLS certificates`. */
  readonly what: string;
  readonly paths: readonly string[];
  /** Reads and checks the files; rejects when they cannot be used. */
  readonly load: () => Promise<T>;
  /** Takes what was read when the files have changed. May throw when it is of no use. */
  readonly use: (loaded: T) => void;
  readonly logger: Logger;
}

/** Looks at the files until it is closed. What is in use stays when new files are no good. */
export class WatchedFiles<T> {
  readonly #watched: Watched<T>;
  readonly #closed = new AbortController();
  #loaded: T;
  #stamp: string;

  private constructor(watched: Watched<T>, loaded: T, stamp: string) {
    this.#watched = watched;
    this.#loaded = loaded;
    this.#stamp = stamp;
  }

  /** Loads the files and watches them from then on. Rejects with what `load` rejects with. */
  static async open<T>(watched: Watched<T>): Promise<WatchedFiles<T>> {
    // Looked at before they are read: what changes meanwhile is read again.
    const stamp = await stampOf(watched.paths);
    const files = new WatchedFiles(watched, await watched.load(), stamp);
    void files.#watch();
    return files;
  }

  /** What is in use. */
  get loaded(): T {
    return this.#loaded;
  }

  /** Looks at them no more. */
  close(): void {
    this.#closed.abort();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      await delay(limits.watchedFilesMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.#look();
    }
  }

  async #look(): Promise<void> {
    const stamp = await stampOf(this.#watched.paths);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    const { what, load, use, logger, paths } = this.#watched;
    try {
      const loaded = await load();
      if (this.#closed.signal.aborted) return;
      use(loaded);
      this.#loaded = loaded;
      logger.info({ paths }, `${what} were replaced`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ paths, reason }, `${what} were changed and cannot be used; those before stay`);
    }
  }
}

/** Changes whenever one of the files does. */
async function stampOf(paths: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    paths.map(async (path) => {
      try {
        const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
        return [ino, size, mtimeNs, ctimeNs].join(' ');
      } catch (error) {
        return String(error);
      }
    }),
  );
  return stamps.join('\n');
}
