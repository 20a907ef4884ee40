/**
 * `protovec snapshot merge`: adds the records of a snapshot file to a collection, all or none.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { formatCount, plural, printJson, say } from './output.js';
import { startProgress } from './progress.js';

interface MergeOptions extends ClientOptions {
  readonly allowUnsealed?: boolean;
}

const readAtOnce = 1024 * 1024;

/** Adds the command. */
export function addMerge(group: Command): void {
  const command = group
    .command('merge <collection> <file>')
    .description('add the records of a snapshot file; records that exist are kept')
    .option('--allow-unsealed', 'accept a file without checksums and footer');
  withClientOptions(command).action(merge);
}

async function merge(name: string, file: string, options: MergeOptions): Promise<void> {
  const { allowUnsealed } = options;
  const { size } = await stat(file);
  const result = await withClient(options, async (client) => {
    const progress = startProgress('Merging', 'bytes', size);
    const onProgress = ({ bytes }: { bytes: number }) => progress.update(bytes);
    try {
      const { snapshots } = client.collection(name);
      return await snapshots.merge(readFile(file), { allowUnsealed, onProgress });
    } finally {
      progress.stop();
    }
  });
  if (options.json) return printJson(result);
  const { created, skipped } = result;
  const kept = skipped > 0 ? `; ${formatCount(skipped)} existed and were kept` : '';
  say(`Merged ${file} into ${name}: ${plural(created, 'record')} added${kept}.`);
}

/** Opened when the first bytes are asked for, so that its errors reach the caller. */
async function* readFile(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file, { highWaterMark: readAtOnce });
}
