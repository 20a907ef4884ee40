/**
 * Tests the clients of every language against real servers: `npm run test:clients`.
 *
 *   npm run test:clients [-- --languages go,rust] [--check]
 *
 * Each client's own `test.sh` runs its unit tests and the cases of test/conformance, its sample runs
 * from the installed package in an empty project, and clients/README.md gets the table of what passed.
 * A toolchain that is absent is skipped with a line; with CI set in the environment that is a failure.
 * A case that a client neither runs nor skips with a reason is a failure anywhere.
 * `--check` fails when the table in clients/README.md is not the one of this run.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startConformanceServers } from '../../test/support/conformance-servers.js';
import { absence, hasToolchain, type Language, languages, setupScript } from './languages.js';
import { type CaseReport, type Feature, parityTable, readReport, unreported } from './reports.js';
import { runScript } from './script.js';

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
const features = await readFeatures();

for (const language of chosen) {
  if (hasToolchain(language)) await testClient(language);
  else skip(language);
}
if (counts.failed === 0 && counts.skipped === 0 && chosen.length === languages.length) {
  await writeTable();
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);

function skip(language: Language): void {
  console.log(`${language.title}: skipped, ${absence(language)}`);
  counts[process.env.CI ? 'failed' : 'skipped']++;
}

async function testClient(language: Language): Promise<void> {
  const { folder, title } = language;
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
  await step(`${title}: set up`, [setupScript(language)], environment);
  await step(`${title}: tests`, [join(client, 'test.sh')], environment);
  if (existsSync(sample)) {
    await step(`${title}: the sample`, [sample, servers.address], environment);
  }
  await servers.close();
  const ran = await readReport(report);
  reports.set(title, ran);
  const missing = unreported(features, ran);
  if (missing.length > 0) {
    const some = missing.slice(0, 3).join('; ');
    console.log(`== ${title}: ${missing.length} cases neither run nor skipped, among them ${some}`);
    counts.failed++;
  }
  await rm(directory, { recursive: true, force: true });
}

/** Runs a script and shows what it prints. A language without one has nothing to do. */
async function step(
  name: string,
  command: string[],
  environment: Record<string, string>,
): Promise<void> {
  const [script, ...options] = command as [string, ...string[]];
  if (!existsSync(script)) return;
  console.log(`\n== ${name}`);
  const { code, seconds } = await runScript(script, options, { environment });
  const result = code === 0 ? 'passed' : `failed, exit code ${code}`;
  console.log(`== ${name}: ${result}, ${Math.round(seconds)} s`);
  counts[code === 0 ? 'passed' : 'failed']++;
}

/** What there are cases for, in the order of the table. */
async function readFeatures(): Promise<Feature[]> {
  const names = (await readdir(cases)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(cases, name), 'utf8');
      const { feature, cases: list } = JSON.parse(text) as {
        feature: string;
        cases: { name: string }[];
      };
      return { file: name.replace('.json', ''), feature, cases: list.map((one) => one.name) };
    }),
  );
}

async function writeTable(): Promise<void> {
  const before = await readFile(readme, 'utf8');
  const after = before.replace(table, `$1${parityTable(features, reports)}$2`);
  if (after === before) return;
  if (values.check) {
    console.log('clients/README.md: the table is not the one of this run; npm run test:clients');
    console.log(parityTable(features, reports));
    counts.failed++;
  } else {
    await writeFile(readme, after);
  }
}
