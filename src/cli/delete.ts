/**
 * `protovec delete`: deletes the records whose ids a file lists, such as the one that
 * `protovec snapshot diff --removed` writes. Ids that no record has are no error.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { idLinesHelp, readIds } from './id-lines.js';
import { plural, printJson, say } from './output.js';
import { startProgress } from './progress.js';

interface DeleteOptions extends ClientOptions {
  readonly ids: string;
}

/** Ids of one call; fewer than the server takes at once. */
const batchIds = 5_000;
const readAtOnce = 256 * 1024;

/** Adds the command. */
export function addDelete(program: Command): void {
  const command = program
    .command('delete <collection>')
    .description('delete the records whose ids a file lists')
    .requiredOption('--ids <file>', 'ids, one on each line; - reads standard input')
    .addHelpText('after', idLinesHelp);
  withClientOptions(command).action(deleteRecords);
}

async function deleteRecords(name: string, options: DeleteOptions): Promise<void> {
  const file = options.ids;
  if (file !== '-') await stat(file);
  const progress = startProgress('Deleting', 'records');
  let [asked, deleted] = [0, 0];
  try {
    await withClient(options, async (client) => {
      const collection = client.collection(name);
      for await (const ids of batches(readIds(readBytes(file), file))) {
        deleted += await collection.deleteMany({ ids });
        asked += ids.length;
        progress.update(asked);
      }
    });
  } finally {
    progress.stop();
  }
  if (options.json) return printJson({ deleted, missing: asked - deleted });
  const missing = asked > deleted ? `; ${plural(asked - deleted, 'id')} had none` : '';
  say(`Deleted ${plural(deleted, 'record')} of ${name}${missing}.`);
}

async function* readBytes(file: string): AsyncGenerator<Uint8Array> {
  yield* file === '-' ? process.stdin : createReadStream(file, { highWaterMark: readAtOnce });
}

async function* batches(ids: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const id of ids) {
    if (batch.push(id) < batchIds) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
