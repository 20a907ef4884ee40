/**
 * Checks that a driver does what drivers/PROTOCOL.md says: loads 10,000 x 32 random vectors and
 * compares its answers with exact ones. `METRIC=cosine node bench/peers/check.mjs NAME`. Ends with 1
 * when the driver fails or its recall is 0.9 or less.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const RECORDS = 10_000;
const DIMENSION = 32;
const QUERIES = 100;
// A mixed load takes so many.
const STORED_QUERIES = 1000;
const K = 10;
const LEAST_RECALL = 0.9;
/** Records that come after the others are indexed. */
const LATE = 1000;
const BUCKETS = 1000;

const bench = fileURLToPath(new URL('..', import.meta.url));
const [name] = process.argv.slice(2);
if (name === undefined) throw new Error('usage: node bench/peers/check.mjs NAME');
mkdirSync(`${bench}.cache`, { recursive: true });
const directory = mkdtempSync(`${bench}.cache/check-`);
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

let state = 42;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

function matrix(rows) {
  return Float32Array.from({ length: rows * DIMENSION }, () => random() - 0.5);
}

const vectors = matrix(RECORDS);
const queries = matrix(STORED_QUERIES);
const buckets = Uint16Array.from({ length: RECORDS }, () => random() * BUCKETS);
const paths = {
  vectors: `${directory}/vectors.f32`,
  queries: `${directory}/queries.f32`,
  buckets: `${directory}/buckets`,
  texts: `${directory}/texts`,
  answers: `${directory}/answers.i32`,
  system: `${directory}/system`,
};
writeFileSync(paths.vectors, vectors);
writeFileSync(paths.queries, queries);
writeFileSync(paths.buckets, buckets);
writeFileSync(paths.texts, Array.from({ length: RECORDS }, (_, i) => `text ${i}`).join('\n'));
mkdirSync(paths.system);

let answers;
let driver = startDriver();

async function restartDriver() {
  driver.stdin.end();
  if (driver.exitCode === null) await once(driver, 'exit');
  rmSync(paths.system, { recursive: true });
  mkdirSync(paths.system);
  return startDriver();
}

async function ask(request, fields = {}) {
  driver.stdin.write(`${JSON.stringify({ request, ...fields })}\n`);
  const { value, done } = await answers.next();
  if (done) throw new Error(`the driver ended at ${request}`);
  console.log(request, value);
  const answer = JSON.parse(value);
  if (answer.error) throw new Error(`${request}: ${answer.error}`);
  return answer;
}

const search = {
  queries: paths.queries,
  from: 0,
  count: QUERIES,
  k: K,
  ef: 128,
  bucketBelow: BUCKETS,
};
Object.assign(search, { clients: 1, seconds: 1, answers: null, payload: false });
Object.assign(search, { manner: 'unary', width: 1, generator: 'client', answerBytes: 0 });

async function recallOf(fields) {
  const answer = await ask('search', { ...search, ...fields, answers: paths.answers });
  if (answer.unsupported) return undefined;
  const bytes = readFileSync(paths.answers);
  const found = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const recall = compare(found, fields.bucketBelow ?? BUCKETS);
  console.log('  recall', recall);
  if (recall <= LEAST_RECALL) throw new Error(`recall ${recall} of ${JSON.stringify(fields)}`);
  return recall;
}

const opening = {
  directory: paths.system,
  dimension: DIMENSION,
  metric: process.env.METRIC ?? 'cosine',
  connectivity: 16,
  expansionAdd: 128,
  quantization: 'f32',
  threads: 2,
  deferIndex: false,
};
const { vectors: vectorsPath, texts, buckets: bucketsPath } = paths;
const load = { vectors: vectorsPath, texts, buckets: bucketsPath, batch: 500, generator: 'client' };
const late = { ...load, from: RECORDS - LATE, count: LATE };

// Searches while an empty system is loaded, in a driver of its own.
await ask('hello');
await ask('open', opening);
await ask('mixed', {
  ...load,
  from: 0,
  count: LATE,
  queries: paths.queries,
  k: K,
  ef: 128,
  everyMs: 5,
});
await ask('close');
driver = await restartDriver();

await ask('hello');
await ask('open', opening);
await ask('load', { ...load, from: 0, count: RECORDS - LATE });
await ask('index');
await ask('load', late);
await ask('index');
await recallOf({});
(await recallOf({ clients: 8, payload: true })) ?? (await recallOf({ clients: 8 }));
await recallOf({ bucketBelow: BUCKETS / 10 });
await recallOf({ manner: 'batch', width: 16, clients: 2 });
await ask('search', search);
await ask('search', { ...search, clients: 8, k: 100 });
await ask('search', { ...search, clients: 32, payload: true });
await ask('restart');
await recallOf({});
await ask('memory');
await ask('disk');
await ask('close');
driver.stdin.end();
console.log(`${name}: ok`);

function startDriver() {
  const python = existsSync(`${bench}drivers/${name}.py`);
  const command = python ? `${bench}.cache/venv/bin/python` : process.execPath;
  const before = python ? [] : ['--import', 'tsx'];
  const file = `${bench}drivers/${name}.${python ? 'py' : 'ts'}`;
  const started = spawn(command, [...before, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  answers = createInterface({ input: started.stdout })[Symbol.asyncIterator]();
  started.on('exit', (code) => code && console.error(`the driver ended with ${code}`));
  return started;
}

function compare(found, bucketBelow) {
  let right = 0;
  for (let q = 0; q < QUERIES; q += 1) {
    const exact = [];
    for (let i = 0; i < RECORDS; i += 1) if (buckets[i] < bucketBelow) exact.push([score(q, i), i]);
    exact.sort((a, b) => a[0] - b[0]);
    const worst = exact[K - 1][0] + 1e-5;
    const mine = [...found.subarray(q * K, q * K + K)];
    const distinct = new Set(mine.filter((i) => i >= 0));
    for (const i of distinct) if (buckets[i] < bucketBelow && score(q, i) <= worst) right += 1;
  }
  return right / (QUERIES * K);
}

/** Less is nearer. */
function score(q, i) {
  let dot = 0;
  let own = 0;
  let squared = 0;
  for (let d = 0; d < DIMENSION; d += 1) {
    const a = queries[q * DIMENSION + d];
    const b = vectors[i * DIMENSION + d];
    dot += a * b;
    own += b * b;
    squared += (a - b) ** 2;
  }
  if (process.env.METRIC === 'dot') return -dot;
  return process.env.METRIC === 'euclidean' ? squared : -dot / Math.sqrt(own);
}
