/**
 * Loads from every language: `npm run bench:clients [-- --rounds 3 --records 100000 --languages go,rust]`.
 *
 * Builds the programs of samples/load, then runs them in turn, each load to a server of its own. A run of
 * all languages writes bench/results/clients.json and its part of docs/BENCHMARKS.md; `--try` writes
 * nothing.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  absence,
  hasToolchain,
  type Language,
  languages,
} from '../../scripts/clients/languages.js';
import { buildSample } from '../../scripts/clients/samples.js';
import { cacheDirectory } from '../host/paths.js';
import { describeMachine } from '../machine.js';
import { clientsSection } from '../report/clients-section.js';
import { toTerminal } from '../report/section.js';
import { writePage } from '../report/write.js';
import { type Figures, medians, readResults } from '../results.js';
import { measureLoad } from './load.js';
import { type ClientResults, writeClientResults } from './results.js';
import { writeVectors } from './vectors.js';

const DIMENSION = 384;
const SEED = 42;

const { values } = parseArgs({
  options: {
    languages: { type: 'string' },
    records: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
    try: { type: 'boolean', default: false },
  },
});
const start = new Date();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
await mkdir(cacheDirectory, { recursive: true });
const directory = await mkdtemp(join(cacheDirectory, 'clients-'));
try {
  const chosen = choose();
  const results = await measure(chosen);
  console.log(toTerminal(clientsSection(results)));
  if (values.try || chosen.length < languages.length) console.log('nothing is written');
  else await write(results);
} finally {
  await rm(directory, { recursive: true, force: true });
}

function choose(): Language[] {
  const wanted = values.languages?.split(',');
  const unknown = wanted?.filter((name) => !languages.some(({ folder }) => folder === name)) ?? [];
  if (unknown.length > 0) throw new Error(`--languages: there is no ${unknown.join(', ')}`);
  return languages.filter((language) => {
    if (!(wanted?.includes(language.folder) ?? true)) return false;
    if (hasToolchain(language)) return true;
    console.error(`${language.title}: not measured, ${absence(language)}`);
    return false;
  });
}

async function measure(chosen: readonly Language[]): Promise<ClientResults> {
  for (const language of chosen) {
    console.error(`${language.title}: build`);
    await buildSample('load', language);
  }
  const roundCount = wholeNumber('rounds');
  const path = join(directory, 'vectors.f32');
  const vectors = { path, count: wholeNumber('records'), dimension: DIMENSION };
  await writeVectors(vectors, SEED);
  const machine = describeMachine(directory);
  const rounds = new Map<Language, Figures[]>(chosen.map((language) => [language, []]));
  for (let round = 0; round < roundCount; round += 1) {
    // Each round begins with another language, so that none is always first after a pause.
    for (let i = 0; i < chosen.length; i += 1) {
      const language = chosen[(round + i) % chosen.length];
      const figures = await measureLoad(language, vectors, directory);
      rounds.get(language)!.push(figures);
      const speed = Math.round(figures.recordsPerSecond).toLocaleString('en-US');
      console.error(`round ${round + 1}: ${language.title} ${speed} records/s`);
    }
  }
  const loads = chosen.map((language) => {
    const measured = rounds.get(language)!;
    return { language: language.title, rounds: measured, figures: medians(measured) };
  });
  return {
    format: 1,
    run: start.toISOString(),
    seed: SEED,
    records: vectors.count,
    dimension: DIMENSION,
    seconds: Math.round((Date.now() - start.getTime()) / 1000),
    machine,
    loads: loads.sort((a, b) => b.figures.recordsPerSecond - a.figures.recordsPerSecond),
  };
}

async function write(results: ClientResults): Promise<void> {
  await writeClientResults(results);
  await writePage(await readResults());
  console.log('\nbench/results/clients.json, docs/BENCHMARKS.md');
  console.log('Does bench/clients/EXPLANATION.md say why the slowest of this run is the slowest?');
}

function wholeNumber(name: 'records' | 'rounds'): number {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${name} is ${values[name]}; it is a whole number, 1 or more`);
}
