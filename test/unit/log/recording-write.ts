/** Writes that note what happens to them, for tests of the one writer. */
import type { AppliedAt, Write } from '../../../src/log/group-commit.js';
import { GroupCommit, type GroupCommitOptions } from '../../../src/log/group-commit.js';
import { LogFile } from '../../../src/log/log-file.js';
import { type FileSystem, nodeFileSystem } from '../../../src/storage/file-system.js';
import { identityFrom } from './log-fixture.js';

export interface RecordingOptions extends Partial<Write<number>> {
  /** Thrown by `resolve`. */
  refused?: Error;
  /** `resolve` returns null. */
  idle?: boolean;
}

/** A write named `name` that answers its sequence and notes `name resolved` and `name applied`. */
export function recording(events: string[], name: string, options: RecordingOptions = {}) {
  const { refused, idle, ...rest } = options;
  const write: Write<number> & { at?: AppliedAt } = {
    bytes: 10,
    touches: new Uint32Array(0),
    resolve() {
      events.push(`${name} resolved`);
      if (refused !== undefined) throw refused;
      return idle === true ? null : [Buffer.from(`\x12\x04${name.padEnd(4)}`)];
    },
    apply(at) {
      events.push(`${name} applied`);
      write.at = at;
      return at.sequence;
    },
    nothing: () => 0,
    ...rest,
  };
  return write;
}

/** A writer on a new log in the directory that `at` gives paths in, and the files it moved to. */
export async function startCommit(
  at: (...names: string[]) => string,
  options: Partial<GroupCommitOptions> & { fs?: FileSystem } = {},
): Promise<{ commit: GroupCommit; logs: LogFile[]; close(): Promise<void> }> {
  const fs = options.fs ?? nodeFileSystem;
  const logs = [await LogFile.create(fs, at('log-1.pb'), identityFrom(1))];
  const commit = new GroupCommit({
    log: logs[0],
    lastSequence: 0,
    idleMarkerMs: 60_000,
    async openNext(firstSequence) {
      const path = at(`log-${firstSequence}.pb`);
      const next = await LogFile.create(fs, path, identityFrom(firstSequence, logs.length + 1));
      logs.push(next);
      return next;
    },
    ...options,
    fs,
  });
  return {
    commit,
    logs,
    async close() {
      await commit.close().catch(() => {});
      for (const log of logs) await log.close();
    },
  };
}
