/**
 * What was measured: bench/results/latest.json. A later run replaces what it measured again and
 * keeps the rest, so that a long run can be done in parts.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resultsDirectory } from './host/paths.js';
import type { Machine } from './machine.js';
import type { Size } from './plan.js';
import { isSame, type Ratio } from './report/ratios.js';
import { median } from './support/statistics.js';

export type Figures = Readonly<Record<string, number>>;
/** The settings of a measurement, such as `{ k: 10, ef: 64, clients: 8 }`. */
export type Point = Readonly<Record<string, number | boolean | string>>;

export interface Measurement {
  readonly size: Size;
  readonly dataset: string;
  readonly work: string;
  readonly system: string;
  readonly point: Point;
  /** Start of the run that measured it. Only rounds of one run are compared with each other. */
  readonly run: string;
  readonly rounds: readonly Figures[];
  /** Median of each figure over the rounds. */
  readonly figures: Figures;
  /** Why there are no figures. */
  readonly missing?: string;
}

export interface SystemInfo {
  readonly system: string;
  readonly version: string;
  readonly kind: string;
  readonly client: string;
  readonly lacks: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface DatasetInfo {
  readonly dimension: number;
  readonly records: number;
  readonly queries: number;
  readonly vectorBytes: number;
  readonly textBytes: number;
}

export interface RunInfo {
  readonly run: string;
  readonly size: Size;
  readonly seed: number;
  readonly seconds: number;
  readonly machine: Machine;
  readonly arguments: string;
}

export interface Results {
  readonly format: 1;
  runs: RunInfo[];
  datasets: Record<string, DatasetInfo>;
  systems: Record<string, SystemInfo>;
  /** Systems that are not here, and why. */
  notRun: Record<string, string>;
  measurements: Measurement[];
  /** Of each size: the ratios of the last run, and of the run before. */
  ratios: Partial<Record<Size, { last: Ratio[]; previous: Ratio[] }>>;
}

const path = join(resultsDirectory, 'latest.json');
/** Runs of a size that are remembered. */
const RUNS_KEPT = 20;

export async function readResults(): Promise<Results> {
  try {
    const results = JSON.parse(await readFile(path, 'utf8'));
    if (results.format === 1) return results;
  } catch {
    // There are none yet.
  }
  return {
    format: 1,
    runs: [],
    datasets: {},
    systems: {},
    notRun: {},
    measurements: [],
    ratios: {},
  };
}

export async function writeResults(results: Results): Promise<void> {
  await mkdir(resultsDirectory, { recursive: true });
  const temporary = `${path}.tmp`;
  await writeFile(temporary, `${JSON.stringify(results, null, 1)}\n`);
  await rename(temporary, path);
}

/** What a run went through, whether figures came of it or not. */
export interface Coverage {
  readonly size: Size;
  readonly dataset: string;
  readonly systems: readonly string[];
  readonly works: ReadonlySet<string>;
}

/** Adds measurements in place of those of the same thing, and of reasons why there were none. */
export function mergeMeasurements(
  results: Results,
  added: readonly Measurement[],
  coverage: Coverage,
): void {
  const replaced = new Set(added.map(keyOf));
  const kept = results.measurements.filter(
    (old) => !replaced.has(keyOf(old)) && (old.missing === undefined || !isCovered(old, coverage)),
  );
  results.measurements = [...kept, ...added];
}

function isCovered(old: Measurement, { size, dataset, systems, works }: Coverage): boolean {
  const sameData = old.size === size && old.dataset === dataset;
  return sameData && systems.includes(old.system) && works.has(old.work);
}

/**
 * Replaces the ratios of a size. What a ratio was in the run before, whichever that was, is kept
 * beside it.
 */
export function mergeRatios(results: Results, size: Size, last: Ratio[]): void {
  const old = results.ratios[size] ?? { last: [], previous: [] };
  const previous = last.flatMap((ratio) => {
    const before = [...old.last, ...old.previous].find(
      (candidate) => isSame(candidate, ratio) && candidate.run !== ratio.run,
    );
    return before === undefined ? [] : [before];
  });
  results.ratios[size] = { last, previous };
}

export function addRun(results: Results, run: RunInfo): void {
  results.runs = [...results.runs, run].slice(-RUNS_KEPT);
}

function keyOf({ size, dataset, work, system, point }: Measurement): string {
  const fields = Object.entries(point).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([size, dataset, work, system, fields]);
}

export function medians(rounds: readonly Figures[]): Figures {
  const names = new Set(rounds.flatMap((round) => Object.keys(round)));
  const of = (name: string): number[] => rounds.map((r) => r[name]).filter(Number.isFinite);
  return Object.fromEntries([...names].map((name) => [name, median(of(name))]));
}
