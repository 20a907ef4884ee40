/**
 * Tests the clients of every language against real servers: `npm run test:clients`.
 *
 *   npm run test:clients [-- --languages go,rust] [--check]
 *
 * Each client's own `test.sh` runs its unit tests and the cases of test/conformance, its sample runs
 * from the installed package in an empty project, and clients/README.md gets the table of what passed.
 * A toolchain that is absent is skipped with a line; with CI set in the environment that is a failure.
 * `--check` fails when the table in clients/README.md is not the one of this run.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startConformanceServers } from '../../test/support/conformance-servers.js';
import { hasToolchain, type Language, languages } from './languages.js';
import { type CaseReport, parityTable, readReport } from './reports.js';

const root = join(import.meta.dirname, '../..');
const cases = join(root, 'test/conformance');
const readme = join(root, 'clients/README.md');
const table = /(<!-- parity -->\n)[\s\S]*(\n<!-- \/parity -->)/;

const { values } = parseArgs({
  options: { languages: { type: 'string' }, check: { type: 'boolean', default: false } },
});
const wanted = values.languages?.split(',');
const chosen = languages.filter(({ folder }) => wanted?.includes(folder) ?? true);
const counts = { passed: 0, failed: 0, skipped: 0 };
const reports = new Map<string, CaseReport[]>();

for (const language of chosen) {
  if (hasToolchain(language)) await testClient(language);
  else skip(language);
}
if (counts.failed === 0 && counts.skipped === 0 && chosen.length === languages.length) {
  await writeTable();
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);

function skip({ title, toolchain }: Language): void {
  console.log(`${title}: skipped, \`${toolchain.join(' ')}\` does not run on this machine`);
  counts[process.env.CI ? 'failed' : 'skipped']++;
}

async function testClient({ folder, title }: Language): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'protovec-clients-'));
  const servers = await startConformanceServers();
  const report = join(directory, 'report.jsonl');
  const environment = {
    PROTOVEC_CONFORMANCE: cases,
    PROTOVEC_ADDRESS: servers.address,
    PROTOVEC_TLS_ADDRESS: servers.tlsAddress,
    PROTOVEC_TLS_CA: servers.authorityFile,
    PROTOVEC_KEY_ADMIN: servers.keys.admin,
    PROTOVEC_KEY_READ: servers.keys.read,
    PROTOVEC_REPORT: report,
  };
  const client = join(root, 'clients', folder);
  const sample = join(root, 'samples/quickstart', folder, 'run.sh');
  await step(`${title}: set up`, [join(client, 'setup.sh')], environment);
  await step(`${title}: tests`, [join(client, 'test.sh')], environment);
  if (existsSync(sample)) {
    await step(`${title}: the sample`, [sample, servers.address], environment);
  }
  await servers.close();
  reports.set(title, await readReport(report));
  await rm(directory, { recursive: true, force: true });
}

/** Runs a script and shows what it prints. A language without one has nothing to do. */
async function step(name: string, command: string[], environment: object): Promise<void> {
  const [script, ...options] = command as [string, ...string[]];
  if (!existsSync(script)) return;
  console.log(`\n== ${name}`);
  const started = performance.now();
  const child = spawn('bash', [script, ...options], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`== ${name}: ${code === 0 ? 'passed' : `failed, exit code ${code}`}, ${seconds} s`);
  counts[code === 0 ? 'passed' : 'failed']++;
}

async function writeTable(): Promise<void> {
  const names = (await readdir(cases)).filter((name) => name.endsWith('.json')).sort();
  const features = await Promise.all(
    names.map(async (name) => {
      const { feature, cases: list } = JSON.parse(await readFile(join(cases, name), 'utf8'));
      return { file: name.replace('.json', ''), feature, cases: list.length };
    }),
  );
  const before = await readFile(readme, 'utf8');
  const after = before.replace(table, `$1${parityTable(features, reports)}$2`);
  if (after === before) return;
  if (values.check) {
    console.log('clients/README.md: the table is not the one of this run; npm run test:clients');
    counts.failed++;
  } else {
    await writeFile(readme, after);
  }
}
