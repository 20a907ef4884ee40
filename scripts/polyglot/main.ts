/**
 * Five languages at one server: `npm run demo:polyglot [-- --records 100000 --dimension 64]`.
 *
 * Go loads records while Python searches them, Rust verifies a snapshot file of other records, Java merges
 * it, and TypeScript compares the snapshots before and after. Every number is checked; the first that is
 * not as it must be ends the demonstration with exit code 1. A toolchain that is absent ends it with a
 * line, and with exit code 1 where CI is set in the environment. See samples/polyglot/README.md.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BuildFailure, buildSample } from '../clients/samples.js';
import { DemoFailure } from './failure.js';
import { Steps } from './steps.js';
import { absentLanguages, demoLanguages, type Languages } from './toolchains.js';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    dimension: { type: 'string', default: '64' },
  },
});
const started = performance.now();
const records = wholeNumber('records', values.records, 1000);
const dimension = wholeNumber('dimension', values.dimension);
const languages = demoLanguages();
const absent = absentLanguages(languages);
if (absent.length > 0) {
  for (const line of absent) console.error(`demo:polyglot: ${line}`);
  process.exit(process.env.CI ? 1 : 0);
}
const directory = await mkdtemp(join(tmpdir(), 'protovec-polyglot-'));
const steps = new Steps(directory, languages, records, dimension);
try {
  await demonstrate(steps);
  console.log(`\n${secondsSince(started)} s; five languages, one schema: every number is right`);
} catch (error) {
  if (!(error instanceof DemoFailure || error instanceof BuildFailure)) throw error;
  console.error(`demo:polyglot: ${error.message}`);
  process.exitCode = 1;
} finally {
  await steps.stop();
  await rm(directory, { recursive: true, force: true });
}

async function demonstrate(steps: Steps): Promise<void> {
  await step('Build the programs', () => build(languages));
  await step('Start a server, make vectors', () => steps.prepare());
  await step('Go loads, Python searches meanwhile', () => steps.loadAndSearch());
  const before = await step('Take a snapshot', () => steps.snapshot());
  const file = await step('Download a snapshot of other records', () => steps.snapshotOther());
  await step('Rust verifies the file, without a server', () => steps.verify(file));
  await step('Rust refuses the file with one bit turned over', () => steps.refuseDamage(file));
  await step('Java merges the file', () => steps.merge(file));
  const after = await step('Take a snapshot', () => steps.snapshot());
  await step('TypeScript compares the snapshots', () => steps.compare(before, after));
}

/** All but TypeScript's, which installs its package into an empty project at every run. */
async function build({ go, python, rust, java }: Languages): Promise<void> {
  await buildSample('load', go);
  for (const language of [python, rust, java]) await buildSample('polyglot', language);
}

async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  console.log(`\n== ${title}`);
  const started = performance.now();
  const result = await work();
  console.log(`   ${secondsSince(started)} s`);
  return result;
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}

function wholeNumber(name: string, text: string, least = 1): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  console.error(`demo:polyglot: --${name} is ${text}; it is a whole number, ${least} or more`);
  process.exit(2);
}
