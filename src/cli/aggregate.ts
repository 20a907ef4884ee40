/**
 * `protovec aggregate`: what the records of a collection, or those that match, come to in sum.
 */
import type { AggregateResult, Facet, FacetQuery, MetadataValue } from '@protovec/client';
import { type Command, InvalidArgumentError } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { type FilterOptions, filterOf, withFilterOption } from './filter-option.js';
import {
  formatCount,
  jsonValue,
  plural,
  printJson,
  printPairs,
  printTable,
  say,
  shorten,
} from './output.js';

interface AggregateOptions extends ClientOptions, FilterOptions {
  readonly facet?: readonly FacetQuery[];
  readonly centroid?: boolean;
}

/** Adds the command. */
export function addAggregate(program: Command): void {
  const command = program
    .command('aggregate <collection>')
    .description('count records, their lengths, likeness and metadata values')
    .option(
      '--facet <key[:limit]>',
      'count the values of this metadata key, the most frequent 10 or as many as the limit says; ' +
        'may be given several times',
      collectFacet,
    )
    .option('--centroid', 'the mean of the embeddings as well');
  withClientOptions(withFilterOption(command)).action(aggregate);
}

/** Parses one `--facet`; the second argument collects them, as commander asks of its parsers. */
export function collectFacet(text: string, before: readonly FacetQuery[] = []): FacetQuery[] {
  const [, key, limit] = /^(.+?)(?::(\d{1,9}))?$/s.exec(text) ?? [];
  if (key === undefined) throw new InvalidArgumentError('It must look like key or key:limit.');
  return [...before, { key, limit: limit === undefined ? undefined : Number(limit) }];
}

async function aggregate(name: string, options: AggregateOptions): Promise<void> {
  const query = {
    filter: filterOf(options),
    centroid: options.centroid,
    centroidSimilarity: true,
    contentLengths: true,
    facets: options.facet,
  };
  const result = await withClient(options, (client) => client.collection(name).aggregate(query));
  if (options.json) return printJson(result);
  print(result);
}

function print(result: AggregateResult): void {
  const { count, contentLengths: lengths, centroidSimilarity: likeness, centroid } = result;
  const pairs: [string, string][] = [['Records', formatCount(count)]];
  if (lengths !== undefined) {
    const range = `${formatCount(lengths.min)} to ${formatCount(lengths.max)}`;
    const mean = lengths.mean.toFixed(1);
    pairs.push(['Content', `${range} characters, ${mean} on average`]);
  }
  if (likeness !== undefined) {
    const [mean, min, max] = [likeness.mean, likeness.min, likeness.max].map((n) => n.toFixed(4));
    pairs.push(['Similarity to the centroid', `${min} to ${max}, ${mean} on average`]);
  }
  if (centroid !== undefined) pairs.push(['Centroid', JSON.stringify(centroid, jsonValue)]);
  printPairs(pairs);
  for (const facet of result.facets) printFacet(facet);
}

function printFacet({ key, values, recordCount, distinctCount }: Facet): void {
  const name = shorten(key, 60);
  const rows = values.map(({ value, count }) => [show(value), formatCount(count)]);
  if (rows.length > 0) printTable([name, 'Records'], rows, [1]);
  const shown = values.length < distinctCount ? `, ${formatCount(values.length)} shown` : '';
  const different = plural(distinctCount, 'different value');
  say(`${plural(recordCount, 'record')} with ${name}: ${different}${shown}`);
}

/** Texts as they are; a number that a text spells as well cannot be told from it in a table. */
function show(value: MetadataValue): string {
  return shorten(typeof value === 'string' ? value : String(value), 60);
}
