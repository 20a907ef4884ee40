/**
 * `protovec import`: streams a file of JSON lines into a collection, in constant memory. Lines that
 * hold no record, and records that the server refuses, are reported by line number and skipped.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { InsertResult, VectorRecord } from '@protovec/client';
import type { Command } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { LineError, parseRecord } from './json-record.js';
import { LineMap } from './line-map.js';
import { readLines } from './lines.js';
import { formatCount, note, plural, printable, printJson, say } from './output.js';
import { type Progress, startProgress } from './progress.js';

/** A line holds a record of at most 3 MiB, whose floats take up to six times as much as text. */
const lineBytesMax = 32 * 1024 * 1024;
const reportedMax = 100;
const readAtOnce = 256 * 1024;

/** Adds the command. */
export function addImport(program: Command): void {
  const command = program
    .command('import <collection> <file>')
    .description('load records from a file of JSON lines; - reads standard input')
    .addHelpText(
      'after',
      '\nA line is {"id":"a","content":"…","title":"…","filePath":"…","extension":"…",' +
        '"embedding":[0.1,…],"metadata":{"key":"value"}}. Only the embedding is required, and not\n' +
        'even that where the collection has an embedder.',
    );
  withClientOptions(command).action(importFile);
}

async function importFile(name: string, file: string, options: ClientOptions): Promise<void> {
  const report = new Report();
  const progress = startProgress('Importing', 'bytes', await sizeOf(file));
  let result: InsertResult;
  try {
    const records = readRecords(readBytes(file), report, progress);
    result = await withClient(options, (client) => client.collection(name).insertMany(records));
  } finally {
    progress.stop();
    report.print();
  }
  report.addRefusals(result);
  report.print();
  const failed = report.badLines + result.failed;
  if (failed > 0) process.exitCode = 1;
  const { created, updated, durable } = result;
  if (options.json) return printJson({ created, updated, failed, durable, errors: report.errors });
  const counts = [`${formatCount(created)} created`, `${formatCount(updated)} replaced`];
  if (failed > 0) counts.push(`${formatCount(failed)} failed`);
  say(`Imported ${plural(created + updated, 'record')} into ${name}: ${counts.join(', ')}.`);
}

/** How many bytes a file has; 0 for standard input. A missing file is reported before any call. */
async function sizeOf(file: string): Promise<number> {
  return file === '-' ? 0 : (await stat(file)).size;
}

async function* readBytes(file: string): AsyncGenerator<Uint8Array> {
  yield* file === '-' ? process.stdin : createReadStream(file, { highWaterMark: readAtOnce });
}

async function* readRecords(
  bytes: AsyncIterable<Uint8Array>,
  report: Report,
  progress: Progress,
): AsyncGenerator<VectorRecord> {
  for await (const { number, text, end } of readLines(bytes, lineBytesMax)) {
    progress.update(end);
    if (text === undefined) report.add(number, 'too long, or not UTF-8');
    else if (text.trim() !== '') {
      try {
        const record = parseRecord(text);
        report.lines.add(number);
        yield record;
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        report.add(number, error.message);
      }
    }
  }
}

/** What was wrong with which line; the first hundred in full, the others counted. */
class Report {
  readonly lines = new LineMap();
  readonly errors: { line?: number; id?: string; reason?: string; message: string }[] = [];
  badLines = 0;
  #printed = 0;

  add(line: number, message: string): void {
    this.badLines += 1;
    if (this.errors.length < reportedMax) this.errors.push({ line, message });
  }

  addRefusals({ errors }: InsertResult): void {
    for (const { index, id, reason, message } of errors) {
      if (this.errors.length === reportedMax) return;
      const line = this.lines.lineOf(index);
      this.errors.push({ ...(line !== undefined && { line }), id, reason, message });
    }
  }

  print(): void {
    for (const { line, id, reason, message } of this.errors.slice(this.#printed)) {
      const where = `line ${line ?? '?'}${id ? ` (id ${printable(id)})` : ''}`;
      note(`${where}: ${printable(message)}${reason ? ` (${reason})` : ''}`);
    }
    this.#printed = this.errors.length;
  }
}
