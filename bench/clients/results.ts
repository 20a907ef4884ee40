/** What was measured of loads from every language: bench/results/clients.json. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resultsDirectory } from '../host/paths.js';
import type { Machine } from '../machine.js';
import type { Figures } from '../results.js';

export interface ClientLoads {
  /** As its client is called in clients/README.md. */
  readonly language: string;
  /** `recordsPerSecond`, `seconds`, and `serverCores`: what the server took of the processor. */
  readonly rounds: readonly Figures[];
  /** Median of each figure over the rounds. */
  readonly figures: Figures;
}

export interface ClientResults {
  readonly format: 1;
  /** Start of the run. */
  readonly run: string;
  readonly seed: number;
  readonly records: number;
  readonly dimension: number;
  readonly seconds: number;
  readonly machine: Machine;
  /** The fastest first. */
  readonly loads: readonly ClientLoads[];
}

const path = join(resultsDirectory, 'clients.json');

/** Undefined when there are none yet. */
export async function readClientResults(): Promise<ClientResults | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ClientResults;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function writeClientResults(results: ClientResults): Promise<void> {
  await mkdir(resultsDirectory, { recursive: true });
  const temporary = `${path}.tmp`;
  await writeFile(temporary, `${JSON.stringify(results, null, 1)}\n`);
  await rename(temporary, path);
}
