/**
 * `protovec collection create|list|describe|delete`.
 */
import type { CollectionInfo, IndexKind, Metric, Quantization } from '@protovec/client';
import { type Command, Option } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
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

interface CreateOptions extends ClientOptions {
  readonly dimension?: number;
  readonly metric?: Metric;
  readonly index?: IndexKind;
  readonly connectivity?: number;
  readonly expansionAdd?: number;
  readonly efSearch?: number;
  readonly quantization?: Quantization;
  readonly embeddingModel?: string;
}

/** Adds the commands. */
export function addCollection(program: Command): void {
  const group = program.command('collection').description('create, list and delete collections');
  addCreate(group);
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
    .addOption(
      new Option(
        '--index <kind>',
        'hnsw: a graph, fast; flat: compare all (default: hnsw)',
      ).choices(['hnsw', 'flat']),
    )
    .option('--connectivity <count>', 'hnsw: links per node (default: 24)', wholeNumber)
    .option('--expansion-add <count>', 'hnsw: candidates while linking (default: 160)', wholeNumber)
    .option('--ef-search <count>', 'hnsw: candidates per search (default: 128)', wholeNumber)
    .addOption(
      new Option('--quantization <kind>', 'hnsw: vectors in the graph (default: bf16)').choices([
        'f32',
        'f16',
        'bf16',
        'i8',
      ]),
    )
    .option('--embedding-model <name>', 'model of the embeddings; merges from another are refused');
  withClientOptions(command).action(create);
}

async function create(name: string, options: CreateOptions): Promise<void> {
  const { dimension, metric, embeddingModel } = options;
  const index = {
    kind: options.index,
    connectivity: options.connectivity,
    expansionAdd: options.expansionAdd,
    efSearch: options.efSearch,
    quantization: options.quantization,
  };
  const config = { dimension, metric, embeddingModel, index };
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
    const stats = found.state === 'serving' ? await client.collection(name).index() : undefined;
    return [found, stats] as const;
  });
  if (options.json) return printJson({ ...info, index });
  printPairs([
    ...describePairs(info),
    [
      'Indexed',
      index ? `${formatCount(index.indexed)}, ${formatCount(index.pending)} pending` : '',
    ],
  ]);
}

function describePairs(info: CollectionInfo): [string, string][] {
  const { config } = info;
  const { index } = config;
  const graph = [
    `connectivity ${index.connectivity}`,
    `expansion add ${index.expansionAdd}`,
    `ef search ${index.efSearch}`,
    index.quantization,
  ].join(', ');
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
    ['Index', index.kind === 'hnsw' ? `hnsw: ${graph}` : index.kind],
  ];
}

async function remove(name: string, options: ClientOptions): Promise<void> {
  await withClient(options, (client) => client.deleteCollection(name));
  if (options.json) return printJson({ deleted: name });
  say(`Deleted the collection ${name}.`);
}
