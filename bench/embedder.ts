/**
 * What the builtin embedder finds, beside the mean of word vectors (GloVe, 100 values), on the
 * definitions of WordNet: whether a text that was changed finds its original first, among all
 * definitions, and how many of the ten nearest are of the same lexicographer file ("noun.animal").
 * Both rank the same texts, exactly. Texts, changes and queries follow from seeds.
 *
 *   npx tsx bench/embedder.ts                    all 117,000 definitions, 300 queries of each kind
 *   npx tsx bench/embedder.ts --records 30000 --queries 1000 --dimension 1024
 *
 * Needs the packages of examples/wordnet (`npm ci` there).
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { exactSearch, MetricKind } from 'usearch';
import { BuiltinEmbedder } from '../src/embedding/builtin-embedder.js';
import { randomOf } from './support/random.js';

const TOPIC_DEPTH = 10;
/** Queries of one native call, which bounds its memory. */
const CALL_QUERIES = 100;
/** A text of fewer words says too little once some are gone. */
const WORDS_MIN = 9;
const signal = new AbortController().signal;

interface Definition {
  readonly text: string;
  readonly lexfile: string;
}

/** Writes the vector of a text to `matrix` at `offset`; nothing when it has none. */
interface Ranker {
  readonly name: string;
  readonly dimension: number;
  embed(text: string, matrix: Float32Array, offset: number): void;
}

const { values } = parseArgs({
  options: {
    records: { type: 'string' },
    queries: { type: 'string', default: '300' },
    dimension: { type: 'string', default: '384' },
  },
});
const random = randomOf(7);
const below = (end: number) => Math.floor(random() * end);

/** Ways to change a text, so that its original should still be found first. */
const changes: Readonly<Record<string, (words: string[]) => string[]>> = {
  '30% of the words dropped': (words) => {
    const kept = [...words];
    const dropped = Math.round(words.length * 0.3);
    for (let i = 0; i < dropped; i += 1) kept.splice(below(kept.length), 1);
    return kept;
  },
  'neighbours swapped four times': (words) => {
    const swapped = [...words];
    for (let i = 0; i < 4; i += 1) {
      const at = below(words.length - 1);
      [swapped[at], swapped[at + 1]] = [swapped[at + 1], swapped[at]];
    }
    return swapped;
  },
  'a typo in every second word': (words) =>
    words.map((word) => (random() < 0.5 ? mistyped(word) : word)),
  '60% of the words dropped': (words) => {
    const kept = words.filter(() => random() < 0.4);
    return kept.length > 0 ? kept : words.slice(0, 1);
  },
};

function mistyped(word: string): string {
  if (word.length < 4) return word;
  const at = 1 + below(word.length - 2);
  const kind = below(3);
  if (kind === 0) return word.slice(0, at) + word.slice(at + 1);
  const letter = kind === 1 ? word[at + 1] + word[at] : String.fromCharCode(97 + below(26));
  return word.slice(0, at) + letter + word.slice(at + letter.length);
}

async function loadDefinitions(): Promise<Definition[]> {
  const url = new URL('../examples/wordnet/definitions.mjs', import.meta.url);
  const { definitions } = await import(url.href);
  const all: Definition[] = [];
  for (const { title, gloss, lexfile } of definitions()) {
    all.push({ text: `${title}\n${gloss}`, lexfile });
  }
  for (let i = all.length - 1; i > 0; i -= 1) {
    const j = below(i + 1);
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all.slice(0, values.records === undefined ? undefined : Number(values.records));
}

async function wordVectors(): Promise<Ranker> {
  const url = new URL('../examples/wordnet/embed.mjs', import.meta.url);
  const { loadEmbedder } = await import(url.href);
  const { embed } = await loadEmbedder();
  return {
    name: 'mean of word vectors (100)',
    dimension: 100,
    embed(text, matrix, offset) {
      const vector = embed(text);
      if (vector !== undefined) matrix.set(vector, offset);
    },
  };
}

function builtin(dimension: number): Ranker {
  const embedder = new BuiltinEmbedder(dimension);
  return {
    name: `builtin (${dimension})`,
    dimension,
    embed(text, matrix, offset) {
      matrix.set(embedder.embed([text], signal) as Float32Array, offset);
    },
  };
}

function matrixOf({ dimension, embed }: Ranker, texts: readonly string[]): Float32Array {
  const matrix = new Float32Array(texts.length * dimension);
  for (const [i, text] of texts.entries()) embed(text, matrix, i * dimension);
  return matrix;
}

/** The `depth` nearest of the rows for each query, exactly. */
function nearest(rows: Float32Array, queries: Float32Array, dimension: number, depth: number) {
  const found: number[][] = [];
  const width = CALL_QUERIES * dimension;
  for (let at = 0; at < queries.length; at += width) {
    const some = queries.slice(at, at + width);
    const threads = availableParallelism();
    const { keys } = exactSearch(rows, some, dimension, depth, MetricKind.Cos, threads);
    for (let query = 0; query < some.length / dimension; query += 1) {
      found.push(Array.from(keys.subarray(query * depth, (query + 1) * depth), Number));
    }
  }
  return found;
}

const all = await loadDefinitions();
const count = Number(values.queries);
const ordinals = [...all.keys()];
const long = ordinals.filter((i) => all[i].text.split(/\s+/).length >= WORDS_MIN).slice(0, count);
// Adjectives and adverbs have one file for nearly all of them, which says nothing of a topic.
const topical = ordinals.filter((i) => /^(noun|verb)\.(?!Tops)/.test(all[i].lexfile)).slice(-count);
const changed = Object.entries(changes).map(
  ([name, change]) => [name, long.map((i) => change(all[i].text.split(/\s+/)).join(' '))] as const,
);

function measure(ranker: Ranker): string[] {
  const begun = performance.now();
  const texts = all.map(({ text }) => text);
  const rows = matrixOf(ranker, texts);
  const seconds = (performance.now() - begun) / 1000;
  const { dimension } = ranker;
  const shares = changed.map(([, queries]) => {
    const found = nearest(rows, matrixOf(ranker, queries), dimension, 1);
    const first = found.filter(([hit], query) => texts[hit] === texts[long[query]]);
    return first.length / long.length;
  });
  const queries = topical.map((i) => texts[i]);
  const neighbours = nearest(rows, matrixOf(ranker, queries), dimension, TOPIC_DEPTH + 1);
  let same = 0;
  for (const [query, hits] of neighbours.entries()) {
    const others = hits.filter((hit) => hit !== topical[query]).slice(0, TOPIC_DEPTH);
    same += others.filter((hit) => all[hit].lexfile === all[topical[query]].lexfile).length;
  }
  shares.push(same / (topical.length * TOPIC_DEPTH));
  return [
    ranker.name,
    ...shares.map((share) => share.toFixed(3)),
    String(Math.round(all.length / seconds)),
  ];
}

const files = new Map<string, number>();
for (const { lexfile } of all) files.set(lexfile, (files.get(lexfile) ?? 0) + 1);
const chance =
  topical.reduce((sum, i) => sum + (files.get(all[i].lexfile) ?? 0) / all.length, 0) /
  topical.length;
const table = new Table({
  head: ['', ...changed.map(([name]) => name), 'same file in top 10', 'texts/s'],
  wordWrap: true,
  style: { head: [], border: [] },
});
for (const ranker of [await wordVectors(), builtin(Number(values.dimension))]) {
  table.push(measure(ranker));
}
console.log(`${all.length} definitions, ${long.length} queries of each kind; the share of queries`);
console.log(
  `whose original came first, and the share of the same file (by chance: ${chance.toFixed(3)})`,
);
console.log(table.toString());
