/**
 * `protovec index build|drop|stats`.
 */
import type { IndexProgress, IndexStats } from '@protovec/client';
import type { Command } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { type IndexOptions, indexOf, indexText, withIndexOptions } from './index-options.js';
import { formatBytes, formatCount, plural, printJson, printPairs, say } from './output.js';
import { startProgress } from './progress.js';

/** Adds the commands. */
export function addIndex(program: Command): void {
  const group = program
    .command('index')
    .description('build, drop and look at the index of records');
  const command = group
    .command('build <collection>')
    .description('build the index anew while the one before serves');
  withIndexOptions(command, (value) => ` (default: ${value})`).addHelpText(
    'after',
    '\nWithout index options the parameters stay as they are. The build goes on when this command' +
      '\nis stopped, and after a restart of the server.',
  );
  withClientOptions(command).action(build);
  withClientOptions(
    group
      .command('drop <collection>')
      .description('drop the graph; searches compare all records from then on'),
  ).action(drop);
  withClientOptions(
    group.command('stats <collection>').description('show what the index holds'),
  ).action(stats);
}

async function build(name: string, options: ClientOptions & IndexOptions): Promise<void> {
  const built = await withClient(options, async (client) => {
    const progress = startProgress('Building', 'records');
    const onProgress = ({ indexed, total }: IndexProgress) => progress.update(indexed, total);
    try {
      return await client.collection(name).index.build(indexOf(options), { onProgress });
    } finally {
      progress.stop();
    }
  });
  if (options.json) return printJson(built);
  say(
    `Built the index of ${name}: ${plural(built.indexed, 'record')}, ${indexText(built.config)}.`,
  );
}

async function drop(name: string, options: ClientOptions): Promise<void> {
  const left = await withClient(options, (client) => client.collection(name).index.drop());
  if (options.json) return printJson(left);
  say(
    `Dropped the index of ${name}: every search compares all of ${plural(left.indexed, 'record')}.`,
  );
}

async function stats(name: string, options: ClientOptions): Promise<void> {
  const found = await withClient(options, (client) => client.collection(name).index.stats());
  if (options.json) return printJson(found);
  printPairs(statsPairs(found));
}

function statsPairs(found: IndexStats): [string, string][] {
  const { build } = found;
  const filterPending =
    found.filterPending > 0 ? `, ${formatCount(found.filterPending)} pending` : '';
  const pairs: [string, string][] = [
    ['Index', indexText(found.config)],
    ['Indexed', `${plural(found.indexed, 'record')}, ${formatCount(found.pending)} pending`],
    ['Removed nodes', formatCount(found.tombstones)],
    ['Graph', formatBytes(found.graphBytes)],
    ['Vectors', formatBytes(found.vectorBytes)],
    ['Filters', `${formatBytes(found.filterBytes)}${filterPending}`],
  ];
  if (build === undefined) return pairs;
  const done = `${formatCount(build.indexed)} of ${plural(build.total, 'record')}`;
  return [...pairs, ['Being built', `${done}, ${indexText(build.config)}`]];
}
