/**
 * `protovec snapshot inspect`: the structure of a snapshot file, without a server and without
 * looking into a record. Exits 1 when the structure is not whole.
 */
import type { Command } from 'commander';
import { SnapshotFormat } from '../../gen/protovec/v1/persistence.js';
import {
  type InspectedPart,
  type InspectedSnapshot,
  inspectSnapshot,
} from '../../snapshot/salvage/inspect-snapshot.js';
import { formatBytes, formatCount, note, plural, printJson, printTable, say } from '../output.js';
import { withFile } from './open-file.js';
import { metricName } from './report.js';

/** Adds the command. */
export function addInspect(group: Command): void {
  group
    .command('inspect <file>')
    .description('show the parts of a snapshot file: headers, encodings, counts and sizes')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nRecords are not checked: protovec snapshot validate does that.')
    .action(inspect);
}

async function inspect(path: string, options: { json?: boolean }): Promise<void> {
  const found = await withFile(path, 'Inspecting', inspectSnapshot);
  if (options.json) printJson(forJson(found));
  else print(path, found);
  if (found.problem !== undefined) process.exitCode = 1;
}

function print(path: string, { format, sizeBytes, parts, problem }: InspectedSnapshot): void {
  const words: Record<number, string> = {
    [SnapshotFormat.BINARY]: 'a binary snapshot',
    [SnapshotFormat.JSON]: 'a JSON snapshot',
  };
  const what = words[format] ?? 'no snapshot';
  say(`${path} is ${what} of ${formatBytes(sizeBytes)} in ${plural(parts.length, 'part')}.`);
  if (parts.length > 0) {
    printTable(
      ['Part', 'Offset', 'Size', 'Records', 'Dimension', 'Metric', 'Collection', 'Written', 'Seal'],
      parts.map((part, i) => [
        formatCount(i + 1),
        formatCount(part.offset),
        formatBytes(part.length),
        formatCount(part.records),
        part.header === undefined ? 'unknown' : formatCount(part.header.dimension),
        part.header === undefined ? 'unknown' : (metricName(part.header.metric) ?? 'cosine'),
        part.header?.collection || 'unknown',
        part.fragments > 0 ? `${plural(part.fragments, 'fragment')}` : 'plain',
        sealOf(part),
      ]),
      [0, 1, 2, 3, 4],
    );
  }
  if (problem !== undefined) note(`At offset ${problem.offset}: ${problem.message}.`);
}

function sealOf({ checksums, footer }: InspectedPart): string {
  if (footer === undefined) return checksums > 0 ? 'no footer' : 'none';
  return `${plural(checksums, 'checksum')}, footer of ${plural(footer.recordCount, 'record')}`;
}

function forJson({ format, ...found }: InspectedSnapshot) {
  const words: Record<number, string> = {
    [SnapshotFormat.BINARY]: 'binary',
    [SnapshotFormat.JSON]: 'json',
  };
  return {
    format: words[format] ?? null,
    ...found,
    parts: found.parts.map(({ header, ...part }) => ({
      ...part,
      header: header && {
        dimension: header.dimension,
        metric: metricName(header.metric),
        embeddingModel: header.embeddingModel,
        collection: header.collection,
        createdAt: new Date(Number(header.createdAt.seconds) * 1000).toISOString(),
        sequence: header.logSequence,
      },
    })),
  };
}
