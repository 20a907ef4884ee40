/**
 * Checks the shape of the source tree: imports run one way, without cycles; usearch is imported in
 * one file only; no source file is over 300 lines. Prints every violation and why it is one, and
 * exits 1 if there is any. It reads import statements as text and never runs or resolves code.
 *
 * Usage: node scripts/check-imports.mjs [root]
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
const LINES_MAX = 300;

/** What may be imported directly; whatever those may import may be imported, too. */
const below = {
  cli: ['main', 'service'],
  main: ['service', 'config'],
  service: ['engine', 'wire', 'access'],
  engine: ['wire', 'collection', 'observe'],
  wire: ['collection'],
  collection: ['search', 'log', 'snapshot', 'embedding'],
  search: ['index'],
  index: ['record'],
  log: ['record'],
  snapshot: ['record'],
  record: ['storage'],
  embedding: ['gen', 'errors', 'limits'],
  access: ['storage'],
  storage: ['gen', 'errors', 'limits', 'tally'],
  config: ['errors', 'limits'],
  observe: ['errors', 'limits'],
  gen: [],
  errors: [],
  limits: [],
  tally: [],
};
/** Native packages and the one file that may import each, because it must be guarded there. */
const soleImporters = { usearch: 'src/index/usearch.ts' };

const violations = [];

/** Source files below a directory, generated code aside, as paths relative to the root. */
function sourceFiles(directory) {
  let entries;
  try {
    entries = readdirSync(join(root, directory), { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith(join(directory, 'gen/')))
    .sort();
}

/** The source with comments blanked out, so that an example in a comment is no import. */
function withoutComments(source) {
  const tokens =
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return source.replace(tokens, (token) => (token.startsWith('/') ? ' ' : token));
}

/** Module specifiers of static, dynamic and type imports and of re-exports. */
function importsOf(source) {
  const statements =
    /(?:^|[;}\s])(?:import|export)\s+(?:[\w*{][^'"`;]*?\sfrom\s*)?['"]([^'"\n]+)['"]|\bimport\s*\(\s*['"`]([^'"`\n]+)['"`]/g;
  return [...withoutComments(source).matchAll(statements)].map((match) => match[1] ?? match[2]);
}

/** `src/wire/status.ts` is in the layer wire, `src/limits.ts` is a layer of its own. */
function layerOf(path) {
  return path.split('/')[1].replace(/\.ts$/, '');
}

/** All layers that a layer may import from, itself included. */
function reachable(layer, seen = new Set([layer])) {
  for (const next of below[layer] ?? []) {
    if (!seen.has(next)) reachable(next, seen.add(next));
  }
  return seen;
}

function checkLines(path, source) {
  const lines = source.replace(/\n$/, '').split('\n').length;
  if (lines <= LINES_MAX) return;
  violations.push(`${path}: ${lines} lines, more than ${LINES_MAX}; split it by nouns`);
}

function checkEdge(path, target) {
  const from = layerOf(path);
  const to = layerOf(target);
  if (below[from] === undefined) {
    violations.push(`${path}: the layer "${from}" is unknown; add it to scripts/check-imports.mjs`);
  } else if (!reachable(from).has(to)) {
    const allowed = [...reachable(from)].filter((layer) => layer !== from).join(', ');
    violations.push(
      `${path}: imports ${target}, but ${from} may import only ${allowed || 'nothing'}`,
    );
  }
}

function checkPackage(path, specifier) {
  for (const [name, only] of Object.entries(soleImporters)) {
    const matches = specifier === name || specifier.startsWith(`${name}/`);
    if (matches && path !== only) {
      violations.push(`${path}: imports ${name}, which only ${only} may do`);
    }
  }
}

/** Reports each cycle once, by the first way that a depth-first walk closes it. */
function checkCycles(graph) {
  const state = new Map();
  const visit = (path, trail) => {
    state.set(path, 'open');
    for (const target of graph.get(path) ?? []) {
      if (state.get(target) === 'open') {
        const cycle = [...trail.slice(trail.indexOf(target)), target];
        violations.push(`${target}: is part of an import cycle: ${cycle.join(' -> ')}`);
      } else if (!state.has(target)) visit(target, [...trail, target]);
    }
    state.set(path, 'done');
  };
  for (const path of graph.keys()) if (!state.has(path)) visit(path, [path]);
}

const graph = new Map();
const files = sourceFiles('src');
for (const path of files) {
  const source = readFileSync(join(root, path), 'utf8');
  checkLines(path, source);
  const targets = new Set();
  for (const specifier of importsOf(source)) {
    if (!specifier.startsWith('.')) {
      checkPackage(path, specifier);
      continue;
    }
    const target = join(dirname(path), specifier).replace(/\.js$/, '.ts');
    if (!target.startsWith('src/')) {
      violations.push(`${path}: imports ${target}, which is outside src`);
      continue;
    }
    checkEdge(path, target);
    targets.add(target);
  }
  graph.set(path, targets);
}
checkCycles(graph);

const clientFiles = sourceFiles('clients/typescript/src');
for (const path of clientFiles) checkLines(path, readFileSync(join(root, path), 'utf8'));

if (violations.length > 0) {
  for (const violation of violations) console.error(violation);
  console.error(`${violations.length} violations of the rules in ARCHITECTURE.md`);
  process.exit(1);
}
console.log(`${files.length + clientFiles.length} source files: imports run one way, no cycles`);
