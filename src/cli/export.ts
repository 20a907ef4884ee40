/**
 * `protovec export`: writes every record as a line of JSON, to standard output or to a file that
 * appears under its name only when it is complete.
 */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Client } from '@protovec/client';
import type { Command } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { formatRecord } from './json-record.js';
import { note, plural, printJson, say } from './output.js';
import { type Progress, startProgress } from './progress.js';

interface ExportOptions extends ClientOptions {
  readonly out?: string;
}

const pieceCharacters = 64 * 1024;

/** Adds the command. */
export function addExport(program: Command): void {
  const command = program
    .command('export <collection>')
    .description('write all records as JSON lines, in the form that import reads')
    .option('--out <file>', 'write to this file instead of standard output');
  withClientOptions(command).action(exportCollection);
}

async function exportCollection(name: string, options: ExportOptions): Promise<void> {
  const { out } = options;
  const count = await withClient(options, (client) =>
    out === undefined ? toStandardOutput(client, name) : toFile(client, name, out),
  );
  if (out === undefined) note(`Exported ${plural(count, 'record')} from ${name}.`);
  else if (options.json) printJson({ collection: name, file: out, records: count });
  else say(`Exported ${plural(count, 'record')} from ${name} to ${out}.`);
}

async function toStandardOutput(client: Client, name: string): Promise<number> {
  const counter = { count: 0 };
  await pipeline(readLines(client, name, counter), process.stdout, { end: false });
  return counter.count;
}

async function toFile(client: Client, name: string, out: string): Promise<number> {
  const counter = { count: 0 };
  const part = `${out}.part`;
  try {
    await pipeline(readLines(client, name, counter), createWriteStream(part));
    await rename(part, out);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return counter.count;
}

/** The lines in pieces large enough to be written at once. */
async function* readLines(client: Client, name: string, counter: { count: number }) {
  const collection = client.collection(name);
  const { recordCount } = await client.getCollection(name);
  const progress: Progress = startProgress('Exporting', 'records', recordCount);
  let piece = '';
  try {
    for await (const record of collection.export()) {
      piece += `${formatRecord(record)}\n`;
      counter.count += 1;
      if (piece.length < pieceCharacters) continue;
      progress.update(counter.count);
      yield piece;
      piece = '';
    }
    progress.update(counter.count);
    yield piece;
  } finally {
    progress.stop();
  }
}
