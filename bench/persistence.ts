/**
 * Saving, loading, merging and comparing snapshots, as ratios to limits of the same run: throughput,
 * sizes of the encodings, memory, and latencies of searches meanwhile.
 *
 *   npm run bench:persistence                        files of 256 MB, 40,000 records searched
 *   npm run bench:persistence -- --gigabyte          memory with files of 1 GB
 *   npm run bench:persistence -- --only write,read   of write, read, sizes, memory, searches
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import Table from 'cli-table3';
import { Bodies, dimension } from './persistence/bodies.js';
import { measureSearches } from './persistence/searches.js';
import { measureRead, measureSizes, measureWrite } from './persistence/throughput.js';

const MB = 1e6;
const MiB = 2 ** 20;
const kinds = ['write', 'read', 'sizes', 'memory', 'searches'] as const;
/** In this order: what one leaves the next ones read. */
const memoryKinds = ['save', 'load', 'prepare', 'merge', 'diff'] as const;

const { values } = parseArgs({
  options: {
    gigabyte: { type: 'boolean', default: false },
    only: { type: 'string', default: kinds.join(',') },
    rounds: { type: 'string', default: '5' },
    records: { type: 'string', default: '100000' },
    searched: { type: 'string', default: '40000' },
    seed: { type: 'string', default: '1' },
  },
});
const [rounds, records, searched, seed] = [
  Number(values.rounds),
  Number(values.records),
  Number(values.searched),
  Number(values.seed),
];

function print(title: string, head: string[], rows: (string | number)[][]): void {
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(...rows);
  console.log(`\n${title}\n${table}`);
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const fixed = (value: number): string => value.toFixed(2);

async function write(directory: string, bodies: Bodies): Promise<void> {
  const { what, mbPerSecond, limit } = await measureWrite(directory, bodies, records, rounds);
  print(
    'Writing, medians',
    ['', 'MB/s'],
    [
      [what, whole(mbPerSecond)],
      [limit!.what, whole(limit!.mbPerSecond)],
      ['ratio (goal: at least 0.6)', fixed(mbPerSecond / limit!.mbPerSecond)],
    ],
  );
}

async function read(directory: string, bodies: Bodies): Promise<void> {
  const measured = await measureRead(directory, bodies, records, rounds);
  const rows = measured.map(({ what, mbPerSecond }) => [what, whole(mbPerSecond)]);
  print('Reading from the page cache, medians (goal: at least 500 MB/s)', ['', 'MB/s'], rows);
}

async function sizes(directory: string, bodies: Bodies): Promise<void> {
  const measured = await measureSizes(directory, bodies, Math.min(records, 20_000));
  const [binary] = measured;
  const textBytes = bodies.meanBytes - dimension * 4;
  const rows = measured.map((size) => [
    size.encoding,
    whole(size.bytesPerRecord),
    fixed(size.bytesPerRecord / binary.bytesPerRecord),
    fixed((size.bytesPerRecord - dimension * 4) / textBytes),
    whole(size.writeMbPerSecond),
    whole(size.readMbPerSecond),
  ]);
  const head = ['', 'bytes a record', 'to binary', 'all but floats', 'write MB/s', 'read MB/s'];
  print(
    `Encodings: ${whole(dimension)} floats and ${whole(textBytes)} bytes beside them a record; ` +
      '"all but floats" takes the floats for incompressible',
    head,
    rows,
  );
}

async function memory(directory: string): Promise<void> {
  const bytes = values.gigabyte ? 1e9 : 256e6;
  const run = promisify(execFile);
  const script = new URL('./persistence/memory-child.ts', import.meta.url).pathname;
  const rows: (string | number)[][] = [];
  for (const kind of memoryKinds) {
    const flags = ['--expose-gc', '--import', 'tsx', script, kind, directory, String(bytes)];
    const { stdout } = await run(process.execPath, flags);
    const { growth, seconds, fileBytes } = JSON.parse(stdout);
    if (kind !== 'prepare') {
      rows.push([kind, whole(fileBytes / MB), whole(growth / MiB), fixed(seconds)]);
    }
  }
  const head = ['', 'file MB', 'growth MiB', 'seconds'];
  print('Resident memory, a process each (goal: below 150 MB at 1 GB)', head, rows);
}

async function searches(directory: string): Promise<void> {
  const phases = await measureSearches(directory, searched, seed);
  const [quiet] = phases;
  const rows = phases.map((phase) => [
    phase.what,
    phase.searches,
    fixed(phase.seconds),
    fixed(phase.p50),
    fixed(phase.p99),
    fixed(phase.p99 / quiet.p99),
    whole(phase.growth / MiB),
  ]);
  const head = ['during', 'searches', 'seconds', 'p50 ms', 'p99 ms', 'p99 ratio', 'growth MiB'];
  print(
    `Searches among ${whole(searched)} records at 100/s; ${whole(searched / 2)} merged (goal: p99 ` +
      'within 3 times)',
    head,
    rows,
  );
}

const work = {
  write,
  read,
  sizes,
  memory,
  searches,
} satisfies Record<(typeof kinds)[number], (directory: string, bodies: Bodies) => Promise<void>>;

const wanted = values.only.split(',');
const unknown = wanted.filter((kind) => !Object.hasOwn(work, kind));
if (unknown.length > 0) throw new Error(`--only takes ${kinds.join(', ')}; not ${unknown}`);

console.log(`${cpus().length} x ${cpus()[0].model}, node ${process.version}, seed ${seed}`);
const directory = await mkdtemp(join(tmpdir(), 'protovec-bench-'));
try {
  const bodies = new Bodies(seed);
  for (const kind of kinds) {
    if (!wanted.includes(kind)) continue;
    const own = join(directory, kind);
    if (kind !== 'searches') await mkdir(own);
    await work[kind](own, bodies);
    await rm(own, { recursive: true, force: true });
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
