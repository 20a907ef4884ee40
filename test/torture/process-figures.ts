/** What the kernel says about a process. Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessFigures {
  readonly residentBytes: number;
  readonly threads: number;
  readonly descriptors: number;
}

/** Throws when there is no such process. */
export function processFigures(pid: number): ProcessFigures {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const figure = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return {
    residentBytes: figure('VmRSS') * 1024,
    threads: figure('Threads'),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  };
}
