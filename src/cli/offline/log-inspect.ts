/**
 * `protovec log inspect`: a log file without its collection: header, entries, and where it is torn
 * or damaged. Exits 1 when it is.
 */
import type { Command } from 'commander';
import { type InspectedEntry, type InspectedLog, inspectLog } from '../../log/inspect.js';
import { summarizeMutation } from '../../log/mutation-summary.js';
import { unpackId } from '../../record/uuid.js';
import { formatBytes, formatCount, plural, printJson, printPairs, say } from '../output.js';
import { withFile } from './open-file.js';

interface InspectFlags {
  readonly entries?: boolean;
  readonly json?: boolean;
}

/** An entry in words. */
interface PrintedEntry {
  sequence: number;
  time: string | undefined;
  durableSequence: number;
  kind: string;
  count: number;
  file: string | undefined;
  /** Key and number of the batch of a load. */
  ingest: { key: string; number: number } | undefined;
  offset: number;
  bytes: number;
}

/** Adds the command. */
export function addLogInspect(group: Command): void {
  group
    .command('inspect <file>')
    .description('show what a log file holds, and where it is damaged')
    .option('--entries', 'list every entry')
    .option('--json', 'print the answer as JSON')
    .action(inspect);
}

async function inspect(path: string, flags: InspectFlags): Promise<void> {
  const kinds: Record<string, { entries: number; count: number; bytes: number }> = {};
  const entries: PrintedEntry[] = [];
  const table = flags.entries === true && flags.json !== true;
  if (table) say(line(columns));
  const visit = (entry: InspectedEntry): undefined => {
    const printed = describe(entry);
    kinds[printed.kind] ??= { entries: 0, count: 0, bytes: 0 };
    const kind = kinds[printed.kind]!;
    kind.entries += 1;
    kind.count += printed.count;
    kind.bytes += printed.bytes;
    // A log may have millions: a table is printed as it is read.
    if (table) say(line(cells(printed)));
    else if (flags.entries) entries.push(printed);
  };
  const found = await withFile(path, 'Inspecting', (file, onProgress) =>
    inspectLog(file, { visit, onProgress }),
  );
  if (flags.json) printJson({ ...forJson(found), kinds, ...(flags.entries && { entries }) });
  else print(path, found, kinds);
  if (found.damage !== undefined) process.exitCode = 1;
}

function describe({
  sequence,
  durableSequence,
  offset,
  bytes,
  payload,
}: InspectedEntry): PrintedEntry {
  const entry = { sequence, durableSequence, offset, bytes };
  try {
    const { kind, time, count, staged, ingest } = summarizeMutation(payload);
    const ms = time && time.seconds * 1000 + Math.floor(time.nanos / 1e6);
    return { ...entry, time: dateText(ms), kind, count, file: staged?.file, ingest };
  } catch {
    const nothing = { time: undefined, count: 0, file: undefined, ingest: undefined };
    return { ...entry, ...nothing, kind: 'unreadable' };
  }
}

function dateText(ms: number | undefined): string | undefined {
  if (ms === undefined || Math.abs(ms) > 8.64e15) return undefined;
  return new Date(ms).toISOString();
}

function print(
  path: string,
  found: InspectedLog,
  kinds: Readonly<Record<string, { entries: number; count: number; bytes: number }>>,
): void {
  const { identity, version, entries, lastSequence, length, sizeBytes, damage } = found;
  say(`${path}: ${plural(entries, 'whole entry').replace(/entrys$/, 'entries')}.`);
  printPairs([
    ['collection', idText(identity.collectionId)],
    ['version', version],
    ['file number', formatCount(identity.fileNumber)],
    [
      'sequences',
      `${identity.firstSequence} to ${lastSequence}, after ${identity.previousSequence}`,
    ],
    ['size', `${formatBytes(sizeBytes)}, ${formatBytes(length)} of them whole`],
    ...Object.entries(kinds).map(([kind, { entries: n, count, bytes }]): [string, string] => [
      kind,
      `${formatCount(n)} of ${formatCount(count)} in all, ${formatBytes(bytes)}`,
    ]),
  ]);
  if (damage === undefined) return;
  const what = damage.acknowledged
    ? `Entry ${damage.sequence} is damaged, and was acknowledged`
    : `Entry ${damage.sequence} is not whole: the end of a write that a crash cut off, if this is the last file of the log`;
  say(
    `${what}, at offset ${damage.offset}, ${formatBytes(damage.bytes)} before the end; ` +
      `whole entries behind it: ${formatCount(damage.entriesAfter)}.`,
  );
}

function idText(packed: Uint8Array): string {
  return Buffer.from(unpackId(packed, 0)).toString('latin1');
}

function forJson({ identity, ...found }: InspectedLog) {
  const { collectionId, fileNumber, firstSequence, previousSequence } = identity;
  const collection = idText(collectionId);
  return { collectionId: collection, fileNumber, firstSequence, previousSequence, ...found };
}

const columns = [
  'Sequence',
  'Time',
  'Durable',
  'Kind',
  'Count',
  'Offset',
  'Bytes',
  'File or batch',
];
const widths = [10, 24, 10, 8, 8, 12, 10, 0];

function cells({
  sequence,
  time,
  durableSequence,
  kind,
  count,
  offset,
  bytes,
  file,
  ingest,
}: PrintedEntry) {
  const batch = ingest && `${ingest.number} of ${JSON.stringify(ingest.key)}`;
  const about = file ?? batch ?? '';
  return [sequence, time ?? '', durableSequence, kind, count, offset, bytes, about].map(String);
}

function line(texts: readonly string[]): string {
  return texts
    .map((text, i) => text.padEnd(widths[i]!))
    .join('  ')
    .trimEnd();
}
