/**
 * `protovec snapshot restore`: replaces the content of a collection by that of a snapshot.
 */
import type { Command } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { type FilterOptions, filterOf, withFilterOption } from './filter-option.js';
import { type IndexOptions, indexOf, withIndexOptions } from './index-options.js';
import { plural, printJson, say } from './output.js';
import { startProgress } from './progress.js';

interface RestoreOptions extends ClientOptions, IndexOptions, FilterOptions {
  readonly into?: string;
}

/** Adds the command. */
export function addRestore(group: Command): void {
  const command = group
    .command('restore <collection> <id>')
    .description('replace the content of a collection by that of a snapshot')
    .option('--into <name>', 'restore into this collection, which is created when missing');
  withIndexOptions(command, () => '').addHelpText(
    'after',
    '\nWithout index options the index is as before; that of a new collection is as the snapshot' +
      '\nsays. With some of them, the others have their defaults: see collection create --help.',
  );
  withClientOptions(withFilterOption(command)).action(restore);
}

async function restore(name: string, id: string, options: RestoreOptions): Promise<void> {
  const { into } = options;
  const indexConfig = indexOf(options);
  const filter = filterOf(options);
  const { restored, sequence } = await withClient(options, async (client) => {
    const progress = startProgress('Restoring', 'records');
    const onProgress = ({ records, total }: { records: number; total: number }) =>
      progress.update(records, total);
    try {
      const { snapshots } = client.collection(name);
      return await snapshots.restore(id, { into, indexConfig, filter, onProgress });
    } finally {
      progress.stop();
    }
  });
  const collection = into ?? name;
  if (options.json) return printJson({ collection, restored, sequence });
  say(`Restored ${plural(restored, 'record')} into ${collection}.`);
}
