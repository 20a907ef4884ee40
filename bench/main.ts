/**
 * The benchmark: `npm run bench`. Starts every system as a process of its own, gives all of them the
 * same work in turn, and writes results, plots and docs/BENCHMARKS.md.
 */
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Arguments, readArguments, UsageError, usage } from './arguments.js';
import { prepareDataset } from './data/dataset.js';
import { Bench } from './host/bench.js';
import { cacheDirectory } from './host/paths.js';
import { RunningSystem } from './host/running-system.js';
import { installPackages, installPeers, installWordNet } from './host/setup.js';
import { findPeers, ownSystems, type SystemSpec } from './host/systems.js';
import { describeMachine } from './machine.js';
import {
  type DatasetPlan,
  type Plan,
  plans,
  type SearchPoint,
  type Work,
  works,
  worksOn,
} from './plan.js';
import { ratiosOf } from './report/ratios.js';
import { printTables, writeReport } from './report/write.js';
import { addRun, mergeMeasurements, mergeRatios, type Results, readResults } from './results.js';
import { measureBatch } from './work/batch.js';
import { measureBulk } from './work/bulk.js';
import { measureCeiling } from './work/ceiling.js';
import { measureFilter } from './work/filter.js';
import { measureFootprint } from './work/footprint.js';
import { measureLoad } from './work/load.js';
import { measureMixed } from './work/mixed.js';
import { measureQuantization } from './work/quantization.js';
import { measureRestart } from './work/restart.js';
import { measureSearch } from './work/search.js';
import { measureSnapshot } from './work/snapshot.js';

/** Needs no system that is loaded: it starts its own. */
const alone: readonly Work[] = ['quantization', 'bulk', 'mixed'];
const servedWorks = works.filter((work) => !alone.includes(work));

const start = new Date();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
try {
  const asked = readArguments(process.argv.slice(2));
  if (asked === undefined) console.log(usage);
  else await run(asked);
} catch (error) {
  console.error(error instanceof UsageError ? `bench: ${error.message}` : error);
  process.exitCode = 1;
}

async function run(asked: Arguments): Promise<void> {
  const plan = plans[asked.size];
  await mkdir(cacheDirectory, { recursive: true });
  await rm(join(cacheDirectory, 'runs'), { recursive: true, force: true });
  await installPackages();
  const results = await readResults();
  const specs = [...ownOf(plan), ...(await peersOf(asked, plan, results))];
  const machine = describeMachine(cacheDirectory);
  console.error(`${machine.processor}, ${machine.cores} cores: ${specs.map(({ name }) => name)}`);
  for (const datasetPlan of datasetsOf(asked, plan)) {
    const works = worksOn(datasetPlan, asked.works);
    if (works.size === 0) continue;
    const named = asked.peers !== undefined || Object.keys(asked.addresses).length > 0;
    const taking = specs.filter(({ role }) => role !== 'peer' || named || datasetPlan.peers);
    await measureDataset({ ...asked, works }, plan, datasetPlan, taking, results);
  }
  addRun(results, {
    run: start.toISOString(),
    size: plan.size,
    seed: asked.seed,
    seconds: Math.round((Date.now() - start.getTime()) / 1000),
    machine,
    arguments: process.argv.slice(2).join(' '),
  });
  rememberRatios(results, plan);
  await writeReport(results, plan.size);
  printTables(results, plan.size);
  const seconds = Math.round((Date.now() - start.getTime()) / 1000);
  console.log(`\n${seconds} s; bench/results/latest.json, bench/results/plots, docs/BENCHMARKS.md`);
}

function ownOf({ limits }: Plan): readonly SystemSpec[] {
  return ownSystems.filter(
    ({ name, role }) => role !== 'limit' || limits?.includes(name) !== false,
  );
}

function datasetsOf(asked: Arguments, plan: Plan): readonly DatasetPlan[] {
  if (asked.data === undefined) return plan.datasets;
  const { points } = plan.datasets[0];
  return [{ source: asked.data, points, peers: asked.size === 'full', works }];
}

/** The other systems that are asked for and can be had; the results say why others are not run. */
async function peersOf(asked: Arguments, plan: Plan, results: Results): Promise<SystemSpec[]> {
  const given = Object.keys(asked.addresses);
  const wanted = asked.peers ?? (plan.size === 'full' ? undefined : []);
  if (wanted?.length === 0 && given.length === 0) return [];
  if (wanted === undefined || wanted.length > 0) await installPeers(wanted);
  const { specs, notRun } = await findPeers(asked.addresses);
  const known = [...specs.map(({ name }) => name), ...Object.keys(notRun)];
  const unknown = (wanted ?? []).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new UsageError(
      `--peers: there is no ${unknown.join(', ')}; there are ${known.join(', ')}`,
    );
  }
  results.notRun = { ...notRun };
  if (wanted === undefined) return [...specs];
  return specs.filter(({ name }) => wanted.includes(name) || given.includes(name));
}

async function measureDataset(
  asked: Arguments,
  plan: Plan,
  datasetPlan: DatasetPlan,
  specs: readonly SystemSpec[],
  results: Results,
): Promise<void> {
  const { source, records = 0, points } = datasetPlan;
  if (source === 'wordnet') await installWordNet();
  console.error(`  data: ${source}`);
  const { seed } = asked;
  const dataset = await prepareDataset({ source, records, queries: plan.queries, seed });
  const systems = specs.map((spec) => new RunningSystem(spec));
  const threads = availableParallelism();
  const run = start.toISOString();
  const bench = new Bench({ plan, dataset, systems, threads, works: asked.works, run });
  try {
    await measureAll(bench, points);
  } finally {
    for (const system of systems) await system.stop();
    dataset.release();
  }
  const { vectorBytes, description } = dataset;
  const { dimension, textBytes } = description;
  const counts = { records: description.records, queries: description.queries };
  results.datasets[dataset.name] = { dimension, ...counts, vectorBytes, textBytes };
  for (const { name, info } of systems) if (info !== undefined) results.systems[name] = info;
  const names = systems.map(({ name }) => name);
  const coverage = { size: plan.size, dataset: dataset.name, systems: names, works: asked.works };
  mergeMeasurements(results, bench.measurements(), coverage);
}

/** In this order: some work needs what the work before left. */
async function measureAll(bench: Bench, points: readonly SearchPoint[]): Promise<void> {
  if (servedWorks.some((work) => bench.wants(work))) await measureLoad(bench);
  if (bench.wants('search')) await measureSearch(bench, points);
  if (bench.wants('ceiling')) await measureCeiling(bench);
  if (bench.wants('batch')) await measureBatch(bench);
  if (bench.wants('footprint')) await measureFootprint(bench);
  if (bench.wants('filter')) await measureFilter(bench);
  if (bench.wants('restart')) await measureRestart(bench);
  if (bench.wants('snapshot')) await measureSnapshot(bench);
  if (bench.wants('mixed')) await measureMixed(bench);
  if (bench.wants('quantization')) await measureQuantization(bench);
  if (bench.wants('bulk')) await measureBulk(bench);
}

/** Ratios of everything measured of this size. */
function rememberRatios(results: Results, { size }: Plan): void {
  const measured = results.measurements.filter((measurement) => measurement.size === size);
  const datasets = [...new Set(measured.map(({ dataset }) => dataset))];
  const last = datasets.flatMap((name) => ratiosOf(measured, name, results.datasets[name]));
  mergeRatios(results, size, last);
}
