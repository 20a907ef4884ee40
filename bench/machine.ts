/** Describes the machine, so that figures can be judged. */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { rootDirectory } from './host/paths.js';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** File system of the directories that the systems write to. */
  readonly fileSystem: string;
  readonly commit: string;
  /** Processes that wanted a core in the minute before; much above 0 is a machine at work. */
  readonly loadBefore: number;
}

export function describeMachine(directory: string): Machine {
  return {
    processor: cpus()[0].model,
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    fileSystem: said('df', ['--output=fstype', directory]).split('\n').at(-1) ?? '',
    commit: said('git', ['-C', rootDirectory, 'describe', '--always', '--dirty']),
    loadBefore: Math.round(loadavg()[0] * 10) / 10,
  };
}

/** What a command prints; 'unknown' when it is not there. */
function said(command: string, flags: readonly string[]): string {
  try {
    return execFileSync(command, flags, { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'unknown';
  }
}
