/**
 * `protovec snapshot restore`: replaces the content of a collection by that of a snapshot.
 */
import type { Command } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { plural, printJson, say } from './output.js';
import { startProgress } from './progress.js';

interface RestoreOptions extends ClientOptions {
  readonly into?: string;
}

/** Adds the command. */
export function addRestore(group: Command): void {
  const command = group
    .command('restore <collection> <id>')
    .description('replace the content of a collection by that of a binary snapshot')
    .option('--into <name>', 'restore into this collection, which is created when missing');
  withClientOptions(command).action(restore);
}

async function restore(name: string, id: string, options: RestoreOptions): Promise<void> {
  const { into } = options;
  const { restored, sequence } = await withClient(options, async (client) => {
    const progress = startProgress('Restoring', 'records');
    const onProgress = ({ records, total }: { records: number; total: number }) =>
      progress.update(records, total);
    try {
      return await client.collection(name).snapshots.restore(id, { into, onProgress });
    } finally {
      progress.stop();
    }
  });
  const collection = into ?? name;
  if (options.json) return printJson({ collection, restored, sequence });
  say(`Restored ${plural(restored, 'record')} into ${collection}.`);
}
