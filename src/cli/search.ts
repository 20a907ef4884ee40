/**
 * `protovec search`: the records nearest to a vector, to a stored record or to a text.
 */
import { readFile } from 'node:fs/promises';
import type { SearchQuery, SearchResult } from '@protovec/client';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { CliError, UsageError } from './failure.js';
import { type FilterOptions, filterOf, withFilterOption } from './filter-option.js';
import { finiteNumber, wholeNumber } from './numbers.js';
import { plural, printable, printJson, printTable, say, shorten } from './output.js';

interface SearchOptions extends ClientOptions, FilterOptions {
  readonly vector?: number[];
  readonly vectorFile?: string;
  readonly id?: string;
  readonly content?: string;
  readonly limit?: number;
  readonly threshold?: number;
  readonly exact?: boolean;
  readonly efSearch?: number;
}

/** Adds the command. */
export function addSearch(program: Command): void {
  const queries = ['vector', 'vectorFile', 'id', 'content'];
  const query = (flags: string, attribute: string, description: string) =>
    new Option(flags, description).conflicts(queries.filter((name) => name !== attribute));
  const command = program
    .command('search <collection>')
    .description('find the records nearest to a vector or a text')
    .addOption(
      query('--vector <json>', 'vector', "the vector, such as '[0.1,0.2]'").argParser(vectorOption),
    )
    .addOption(query('--vector-file <file>', 'vectorFile', 'a file with the vector as JSON'))
    .addOption(query('--id <id>', 'id', 'search by the embedding of this record'))
    .addOption(
      query('--content <text>', 'content', 'a text, for a collection that has an embedder'),
    )
    .option('--limit <count>', 'most results (default: 10)', wholeNumber)
    .option('--threshold <score>', 'least score of a result', finiteNumber)
    .option('--exact', 'compare with every record instead of asking the index')
    .option('--ef-search <count>', 'candidates asked of the graph', wholeNumber);
  withClientOptions(withFilterOption(command)).action(search);
}

async function search(name: string, options: SearchOptions): Promise<void> {
  const { limit, threshold, exact, efSearch } = options;
  const query: SearchQuery = {
    ...(await readQuery(options)),
    limit,
    threshold,
    exact,
    efSearch,
    filter: filterOf(options),
  };
  const result = await withClient(options, (client) => client.collection(name).search(query));
  if (options.json) printJson(result);
  else printHits(result);
}

async function readQuery(
  options: SearchOptions,
): Promise<{ vector: number[] } | { recordId: string } | { content: string }> {
  const { id, content, vector, vectorFile } = options;
  if (id !== undefined) return { recordId: id };
  if (content !== undefined) return { content };
  if (vector !== undefined) return { vector };
  if (vectorFile === undefined) {
    throw new UsageError(
      "Say what to search for: --content TEXT, --vector '[…]', --vector-file or --id",
    );
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
