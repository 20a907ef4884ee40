/** The options that say how nearest neighbours are found, for commands that make an index. */
import type { IndexConfig, IndexKind, IndexSettings, Quantization } from '@protovec/client';
import { type Command, Option } from 'commander';
import { wholeNumber } from './numbers.js';

/** What the options of an index say. */
export interface IndexOptions {
  readonly index?: IndexKind;
  readonly connectivity?: number;
  readonly expansionAdd?: number;
  readonly efSearch?: number;
  readonly quantization?: Quantization;
}

/** Adds the options; `preset` is what each is when it is left out, by its name. */
export function withIndexOptions(command: Command, preset: (value: string) => string): Command {
  return command
    .addOption(
      new Option(
        '--index <kind>',
        `hnsw: a graph, fast; flat: compare all${preset('hnsw')}`,
      ).choices(['hnsw', 'flat']),
    )
    .option('--connectivity <count>', `hnsw: links per node${preset('24')}`, wholeNumber)
    .option(
      '--expansion-add <count>',
      `hnsw: candidates while linking${preset('160')}`,
      wholeNumber,
    )
    .option('--ef-search <count>', `hnsw: candidates per search${preset('128')}`, wholeNumber)
    .addOption(
      new Option('--quantization <kind>', `hnsw: vectors in the graph${preset('bf16')}`).choices([
        'f32',
        'f16',
        'bf16',
        'i8',
      ]),
    );
}

/** The configuration that the options ask for; undefined when none of them is given. */
export function indexOf(options: IndexOptions): IndexConfig | undefined {
  const { index: kind, connectivity, expansionAdd, efSearch, quantization } = options;
  const config = { kind, connectivity, expansionAdd, efSearch, quantization };
  return Object.values(config).every((value) => value === undefined) ? undefined : config;
}

/** An index configuration in force, in words. */
export function indexText(settings: IndexSettings): string {
  const { kind, connectivity, expansionAdd, efSearch, quantization } = settings;
  if (kind !== 'hnsw') return kind;
  const graph = `connectivity ${connectivity}, expansion add ${expansionAdd}`;
  return `hnsw: ${graph}, ef search ${efSearch}, ${quantization}`;
}
