/**
 * `protovec snapshot upload`: brings a snapshot file to the server. A broken upload goes on by
 * itself; one that was given up goes on when the command is repeated with the id that it names.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { uuidv7 } from '@protovec/client';
import type { Command } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { formatBytes, note, plural, printJson, say } from './output.js';
import { startProgress } from './progress.js';

interface UploadOptions extends ClientOptions {
  readonly id?: string;
  readonly allowUnsealed?: boolean;
}

const readAtOnce = 1024 * 1024;

/** Adds the command. */
export function addUpload(group: Command): void {
  const command = group
    .command('upload <collection> <file>')
    .description('bring a snapshot file to the server, as a snapshot of the collection')
    .option('--id <uuid>', 'go on with the upload that was given this id')
    .option('--allow-unsealed', 'accept a file without checksums and footer');
  withClientOptions(command).action(upload);
}

async function upload(name: string, file: string, options: UploadOptions): Promise<void> {
  const { allowUnsealed } = options;
  const { size } = await stat(file);
  // A source is opened when its first bytes are asked for, so that its errors reach the caller.
  async function* read(offset: number): AsyncGenerator<Uint8Array> {
    yield* createReadStream(file, { start: offset, highWaterMark: readAtOnce });
  }
  const id = options.id ?? uuidv7();
  let sent = 0;
  const made = await withClient(options, async (client) => {
    const progress = startProgress('Uploading', 'bytes', size);
    const onProgress = ({ bytes }: { bytes: number }) => {
      sent = bytes;
      progress.update(bytes);
    };
    try {
      const { snapshots } = client.collection(name);
      return await snapshots.upload(read, { id, allowUnsealed, onProgress });
    } catch (error) {
      progress.stop();
      if (sent > 0) note(`To go on: protovec snapshot upload ${name} ${file} --id ${id}`);
      throw error;
    } finally {
      progress.stop();
    }
  });
  if (options.json) return printJson(made);
  const what = `${plural(made.recordCount, 'record')}, ${formatBytes(made.sizeBytes)}`;
  say(`Uploaded ${file} as the snapshot ${made.id} of ${name} (${made.format}, ${what}).`);
}
