/**
 * `protovec collection create|list|describe|delete`, and the group for update and save.
 */
import type { CollectionInfo, EmbedderConfig, Metric } from '@protovec/client';
import { type Command, Option } from 'commander';
import { addCollectionSave } from './collection-save.js';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { embedderText, withEmbedder } from './embedder-option.js';
import { type IndexOptions, indexOf, indexText, withIndexOptions } from './index-options.js';
import { wholeNumber } from './numbers.js';
import {
  formatCount,
  plural,
  printable,
  printJson,
  printPairs,
  printTable,
  say,
} from './output.js';
import {
  type PersistenceOptions,
  persistenceOf,
  persistencePairs,
  withPersistenceOptions,
} from './persistence-options.js';

interface CreateOptions extends ClientOptions, PersistenceOptions, IndexOptions {
  readonly dimension?: number;
  readonly metric?: Metric;
  readonly embeddingModel?: string;
  readonly embedder?: EmbedderConfig;
}

/** Adds the commands. */
export function addCollection(program: Command): void {
  const group = program
    .command('collection')
    .description('create, list, change, save and delete collections');
  addCreate(group);
  addCollectionSave(group);
  withClientOptions(group.command('list').description('list all collections')).action(list);
  withClientOptions(group.command('describe <name>').description('describe one collection')).action(
    describe,
  );
  withClientOptions(
    group
      .command('delete <name>')
      .description('delete a collection, its records and its snapshots'),
  ).action(remove);
}

function addCreate(group: Command): void {
  const command = group
    .command('create <name>')
    .description('create an empty collection')
    .option('--dimension <count>', 'length of every embedding (default: 384)', wholeNumber)
    .addOption(
      new Option('--metric <metric>', 'how vectors are compared (default: cosine)').choices([
        'cosine',
        'dot',
        'euclidean',
      ]),
    )
    .option('--embedding-model <name>', 'model of the embeddings; merges from another are refused');
  withEmbedder(command);
  withIndexOptions(command, (value) => ` (default: ${value})`);
  withClientOptions(withPersistenceOptions(command)).action(create);
}

async function create(name: string, options: CreateOptions): Promise<void> {
  const { dimension, metric, embeddingModel, embedder } = options;
  const index = indexOf(options);
  const persistence = persistenceOf(options);
  const config = { dimension, metric, embeddingModel, embedder, index, persistence };
  const made = await withClient(options, (client) => client.createCollection(name, config));
  if (options.json) return printJson(made);
  const settings = `${made.config.dimension} dimensions, ${made.config.metric}`;
  say(`Created the collection ${name} (${settings}, ${made.config.index.kind} index).`);
}

async function list(options: ClientOptions): Promise<void> {
  const collections = await withClient(options, (client) => client.listCollections());
  if (options.json) return printJson(collections);
  if (collections.length === 0) {
    return say('There are no collections. Create one with: protovec collection create NAME');
  }
  const head = ['Name', 'Records', 'Dimensions', 'Metric', 'Index', 'State'];
  const rows = collections.map(({ name, recordCount, config, state }) => [
    name,
    formatCount(recordCount),
    String(config.dimension),
    config.metric,
    config.index.kind,
    state,
  ]);
  printTable(head, rows, [1, 2]);
}

async function describe(name: string, options: ClientOptions): Promise<void> {
  const [info, index] = await withClient(options, async (client) => {
    const found = await client.getCollection(name);
    // A quarantined collection has no index to ask about.
    const stats =
      found.state === 'serving' ? await client.collection(name).index.stats() : undefined;
    return [found, stats] as const;
  });
  if (options.json) return printJson({ ...info, index });
  printPairs([
    ...describePairs(info),
    ...persistencePairs(info),
    [
      'Indexed',
      index ? `${formatCount(index.indexed)}, ${formatCount(index.pending)} pending` : '',
    ],
  ]);
}

function describePairs(info: CollectionInfo): [string, string][] {
  const { config } = info;
  return [
    ['Name', info.name],
    ['Id', info.id],
    ['State', info.stateMessage ? `${info.state}: ${printable(info.stateMessage)}` : info.state],
    ['Created', info.createTime.toISOString()],
    ['Records', plural(info.recordCount, 'record')],
    ['Sequence', String(info.sequence)],
    ['Dimensions', String(config.dimension)],
    ['Metric', config.metric],
    ['Embedding model', printable(config.embeddingModel) || 'unknown'],
    ['Embedder', embedderText(config.embedder)],
    ['Index', indexText(config.index)],
  ];
}

async function remove(name: string, options: ClientOptions): Promise<void> {
  await withClient(options, (client) => client.deleteCollection(name));
  if (options.json) return printJson({ deleted: name });
  say(`Deleted the collection ${name}.`);
}
