/**
 * `protovec search`: the records nearest to a vector, or to a stored record.
 */
import { readFile } from 'node:fs/promises';
import { type Filter, type SearchQuery, type SearchResult, where } from '@protovec/client';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Condition, collectCondition } from './conditions.js';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { CliError, UsageError } from './failure.js';
import { finiteNumber, wholeNumber } from './numbers.js';
import { plural, printable, printJson, printTable, say, shorten } from './output.js';

interface SearchOptions extends ClientOptions {
  readonly vector?: number[];
  readonly vectorFile?: string;
  readonly id?: string;
  readonly limit?: number;
  readonly threshold?: number;
  readonly exact?: boolean;
  readonly efSearch?: number;
  readonly where?: readonly Condition[];
}

/** Adds the command. */
export function addSearch(program: Command): void {
  const queries = ['vector', 'vectorFile', 'id'];
  const query = (flags: string, attribute: string, description: string) =>
    new Option(flags, description).conflicts(queries.filter((name) => name !== attribute));
  const command = program
    .command('search <collection>')
    .description('find the records nearest to a vector')
    .addOption(
      query('--vector <json>', 'vector', "the vector, such as '[0.1,0.2]'").argParser(vectorOption),
    )
    .addOption(query('--vector-file <file>', 'vectorFile', 'a file with the vector as JSON'))
    .addOption(query('--id <id>', 'id', 'search by the embedding of this record'))
    .option('--limit <count>', 'most results (default: 10)', wholeNumber)
    .option('--threshold <score>', 'least score of a result', finiteNumber)
    .option('--exact', 'compare with every record instead of asking the index')
    .option('--ef-search <count>', 'candidates asked of the graph', wholeNumber)
    .option(
      '--where <conditions...>',
      'only records with key=value in their metadata; also != > >= < <= and ~ (contains)',
      collectCondition,
    );
  withClientOptions(command).action(search);
}

async function search(name: string, options: SearchOptions): Promise<void> {
  const { limit, threshold, exact, efSearch } = options;
  const query: SearchQuery = {
    ...(await readQuery(options)),
    limit,
    threshold,
    exact,
    efSearch,
    filter: toFilter(options.where),
  };
  const result = await withClient(options, (client) => client.collection(name).search(query));
  if (options.json) printJson(result);
  else printHits(result);
}

async function readQuery(
  options: SearchOptions,
): Promise<{ vector: number[] } | { recordId: string }> {
  const { id, vector, vectorFile } = options;
  if (id !== undefined) return { recordId: id };
  if (vector !== undefined) return { vector };
  if (vectorFile === undefined) {
    throw new UsageError("Say what to search for: --vector '[…]', --vector-file or --id");
  }
  const read = parseVector(await readFile(vectorFile, 'utf8'));
  if (read !== undefined) return { vector: read };
  throw new CliError(`${vectorFile} holds no JSON array of numbers, such as [0.1,0.2]`);
}

function vectorOption(text: string): number[] {
  const vector = parseVector(text);
  if (vector !== undefined) return vector;
  throw new InvalidArgumentError('It must be a JSON array of numbers, such as [0.1,0.2].');
}

function parseVector(text: string): number[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const numbers = Array.isArray(value) && value.every((item) => typeof item === 'number');
    return numbers ? value : undefined;
  } catch {
    return undefined;
  }
}

/** All conditions together as the filter that they mean; undefined without conditions. */
function toFilter(conditions: readonly Condition[] = []): Filter | undefined {
  return conditions.length === 0 ? undefined : where.all(...conditions.map(toTest));
}

function toTest({ key, operator, value }: Condition): Filter {
  switch (operator) {
    case '=':
      return where.eq(key, value);
    case '!=':
      return where.ne(key, value);
    case '~':
      return where.contains(key, String(value));
    case '>':
      return where.gt(key, Number(value));
    case '>=':
      return where.gte(key, Number(value));
    case '<':
      return where.lt(key, Number(value));
    case '<=':
      return where.lte(key, Number(value));
  }
}

function printHits({ hits, method, candidateCount }: SearchResult): void {
  if (hits.length === 0) {
    say('Nothing found.');
    return;
  }
  const width = Math.max(20, (process.stdout.columns ?? 120) - 70);
  const rows = hits.map(({ id, score, distance, record }) => [
    score.toFixed(4),
    distance.toFixed(4),
    printable(id),
    shorten(record.title, 24),
    shorten(record.content, width),
  ]);
  printTable(['Score', 'Distance', 'Id', 'Title', 'Content'], rows, [0, 1]);
  const how = method === 'exact' ? 'exact' : 'through the index';
  say(`${plural(hits.length, 'result')}, ${how}, ${plural(candidateCount, 'candidate')} compared`);
}
