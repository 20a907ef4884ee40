/**
 * `npm run quickstart [-- --recall]`: from a fresh checkout to a vector store with 117,000 real
 * records in it. This file makes what the tour needs, the example's packages and the build, and
 * needs nothing but Node itself; then the tour starts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const example = join(root, 'examples', 'wordnet');
const usage = 'npm run quickstart [-- --recall]   --recall: also measure recall and speed';

/** An expected failure: its message is enough. */
class SetupError extends Error {}

function readFlags() {
  try {
    const options = { recall: { type: 'boolean' }, help: { type: 'boolean' } };
    return parseArgs({ options }).values;
  } catch (error) {
    throw new SetupError(`${error.message}\n${usage}`);
  }
}

/** Runs npm without its chatter; what it said is shown when it fails. */
async function npm(title, flags, directory) {
  const started = performance.now();
  console.log(`${title} …`);
  const child = spawn('npm', flags, {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  }
  const [code] = await once(child, 'close');
  if (code !== 0) throw new SetupError(`npm ${flags.join(' ')} failed in ${directory}:\n${said}`);
  console.log(`  done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

async function prepare() {
  if (!existsSync(join(root, 'node_modules'))) {
    throw new SetupError('Install the packages first: npm ci');
  }
  if (!existsSync(join(example, 'node_modules', '.package-lock.json'))) {
    await npm('Installing the data: WordNet and word vectors (310 MB)', ['ci'], example);
  }
  if (isStale()) await npm('Building', ['run', 'build'], root);
}

/** Whether a source is newer than the build. */
function isStale() {
  const built = join(root, 'dist', 'cli', 'main.js');
  if (!existsSync(built)) return true;
  const sources = ['src', 'clients/typescript/src'].map((name) => join(root, name));
  return Math.max(...sources.map(newestChange)) > statSync(built).mtimeMs;
}

function newestChange(directory) {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Math.max(...files.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}

async function run() {
  const flags = readFlags();
  if (flags.help) return console.log(usage);
  await prepare();
  const { tour } = await import('./quickstart/tour.mjs');
  await tour({ recall: flags.recall === true });
}

try {
  await run();
} catch (error) {
  const expected = error instanceof SetupError || error?.name === 'ProtovecError';
  console.error(expected ? `quickstart: ${error.message}` : error);
  process.exitCode = 1;
}
