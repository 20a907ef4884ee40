/**
 * The searches of the quickstart: texts, embedded as the records were, and what is nearest to them.
 */
import { where } from '@protovec/client';
import { printTable, shorten, style } from '../../dist/cli/output.js';
import { heading } from './steps.mjs';

const queries = [
  { text: 'a stringed instrument played with a bow' },
  { text: 'tool for cutting wood' },
  { text: 'fear of spiders' },
  { text: 'feeling very happy', extension: 'adj' },
  { text: 'red wine from France', lexfile: 'noun.food' },
];

/**
 * Runs all searches and returns what they found.
 * @returns {Promise<{ question: string, result: import('@protovec/client').SearchResult, ms: number }[]>}
 */
export async function searchAll(collection, embed) {
  const answers = [];
  for (const query of queries) {
    const vector = embed(query.text);
    const started = performance.now();
    const result = await collection.search({ vector, limit: 4, filter: toFilter(query) });
    answers.push({ question: describe(query), result, ms: performance.now() - started });
  }
  return answers;
}

/** Prints one table for each answer. */
export function printAnswers(answers) {
  for (const { question, result, ms } of answers) {
    const how = result.method === 'exact' ? 'compared with every record' : 'through the index';
    heading(question);
    printHits(result.hits);
    console.log(style('dim', `${ms.toFixed(1)} ms, ${how}`));
  }
  console.log();
}

/** Prints hits: score, word, class, definition. */
export function printHits(hits) {
  const width = Math.max(30, (process.stdout.columns ?? 110) - 60);
  const rows = hits.map(({ score, record }) => [
    score.toFixed(3),
    shorten(record.title, 24),
    shorten(String(record.metadata.lexfile), 18),
    shorten(record.content, width),
  ]);
  printTable(['Score', 'Word', 'Class', 'Definition'], rows, [0]);
}

function toFilter({ extension, lexfile }) {
  if (extension !== undefined) return where.extensionIn([extension]);
  return lexfile === undefined ? undefined : where.eq('lexfile', lexfile);
}

function describe({ text, extension, lexfile }) {
  const only = extension ?? lexfile;
  return only === undefined ? `“${text}”` : `“${text}”, only ${only}`;
}
