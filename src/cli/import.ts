/**
 * `protovec import`: streams a file of JSON lines into a collection, in constant memory, through
 * broken connections and restarts of the server. Lines that hold no record, and records that the
 * server refuses, are reported by line number and skipped. An import that fails says how to go on.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import {
  type Client,
  IngestError,
  type IngestProgress,
  type IngestResult,
  uuidv7,
  type VectorRecord,
} from '@protovec/client';
import type { Command } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { UsageError } from './failure.js';
import { ImportReport } from './import-report.js';
import { LineError, parseRecord } from './json-record.js';
import { readLines } from './lines.js';
import { formatCount, note, plural, printJson, say } from './output.js';
import { type Progress, startProgress } from './progress.js';

/** A line holds a record of at most 3 MiB, whose floats take up to six times as much as text. */
const lineBytesMax = 32 * 1024 * 1024;
const readAtOnce = 256 * 1024;

interface ImportOptions extends ClientOptions {
  readonly resume?: string;
}

/** A load, and how far it is known to be kept. */
interface Load {
  readonly key: string;
  readonly acknowledgedBatches: number;
}

/** Adds the command. */
export function addImport(program: Command): void {
  const command = program
    .command('import <collection> <file>')
    .description('load records from a file of JSON lines; - reads standard input')
    .option('--resume <load>', 'go on with an import of this file that failed, as it said')
    .addHelpText(
      'after',
      '\nA line is {"id":"a","content":"…","title":"…","filePath":"…","extension":"…",' +
        '"embedding":[0.1,…],"metadata":{"key":"value"}}. Only the embedding is required, and not\n' +
        'even that where the collection has an embedder. An import goes on by itself when the\n' +
        'connection breaks or the server restarts, for up to five minutes without progress.',
    );
  withClientOptions(command).action(importFile);
}

async function importFile(name: string, file: string, options: ImportOptions): Promise<void> {
  const load = parseLoad(options.resume);
  const report = new ImportReport();
  const progress = startProgress('Importing', 'bytes', await sizeOf(file));
  let last: IngestProgress | undefined;
  let result: IngestResult;
  try {
    const records = readRecords(readBytes(file), report, progress);
    const onProgress = (step: IngestProgress): void => {
      last = step;
    };
    result = await withClient(options, async (client) => {
      await client.serverInfo();
      return await ingestUnlessStopped(client, name, records, { ...load, onProgress });
    });
  } catch (error) {
    progress.stop();
    // Input that may still come would keep the process waiting for it.
    if (file === '-') process.stdin.destroy();
    if (error instanceof IngestError) report.addRefusals(error.result);
    report.print();
    if (last !== undefined && last.sent > 0) {
      const { acknowledged, acknowledgedBatches } = last;
      const resume = formatLoad({ key: load.key, acknowledgedBatches });
      note(`${plural(acknowledged, 'record')} were loaded; go on by adding --resume ${resume}`);
    }
    throw error;
  }
  progress.stop();
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

/** An interrupt ends the load, so that it can be said how to go on; a second one ends the process. */
async function ingestUnlessStopped(
  client: Client,
  name: string,
  records: AsyncIterable<VectorRecord>,
  options: Load & { onProgress(step: IngestProgress): void },
): Promise<IngestResult> {
  const controller = new AbortController();
  const stop = (): void => controller.abort('interrupted');
  process.once('SIGINT', stop);
  try {
    const { signal } = controller;
    return await client.collection(name).ingest(records, { ...options, signal });
  } finally {
    process.removeListener('SIGINT', stop);
  }
}

/** `KEY:BATCHES`, as a failed import printed it; a new load without it. */
function parseLoad(text: string | undefined): Load {
  if (text === undefined) return { key: uuidv7(), acknowledgedBatches: 0 };
  const match = /^(.+):(\d{1,15})$/.exec(text);
  if (match === null) {
    throw new UsageError(`--resume is '${text}'; give what the failed import printed`);
  }
  return { key: match[1]!, acknowledgedBatches: Number(match[2]) };
}

function formatLoad({ key, acknowledgedBatches }: Load): string {
  return `${key}:${acknowledgedBatches}`;
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
  report: ImportReport,
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
