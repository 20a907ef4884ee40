/**
 * `protovec snapshot diff`: compares the records of two files or, with --in, of two snapshots on the
 * server or of one and what its collection has now.
 */
import type { RecordDifference } from '@protovec/client';
import type { Command } from 'commander';
import { SnapshotFormat } from '../../gen/protovec/v1/persistence.js';
import {
  DifferenceKind,
  type RecordDifference as FoundDifference,
} from '../../gen/protovec/v1/snapshot_diff.js';
import type { Comparison } from '../../snapshot/diff/diff.js';
import { diffFiles, writeChanges } from '../../snapshot/diff/diff-files.js';
import { nodeFileSystem } from '../../storage/file-system.js';
import { type ClientOptions, withClient, withClientOptions } from '../connection.js';
import { type Differences, printDifferences } from '../differences.js';
import { UsageError } from '../failure.js';
import { formatIdLine, idLinesHelp } from '../id-lines.js';
import { note, plural } from '../output.js';
import { publishLines, refuseOverwriting, withInputs } from './files.js';

interface DiffOptions extends ClientOptions {
  readonly in?: string;
  readonly changes?: string;
  readonly removed?: string;
  readonly allowUnsealed?: boolean;
}

/** Adds the command. */
export function addDiff(group: Command): void {
  const command = group
    .command('diff <a> [b]')
    .description('compare the records of two files, or of snapshots on the server')
    .option('--in <collection>', 'a and b are ids of its snapshots; without b, what it has now')
    .option('--changes <out.pb>', 'write the records of b that are added or changed as a snapshot')
    .option('--removed <out.txt>', 'write the ids of the records that only a has')
    .option('--allow-unsealed', 'accept files without checksums and footer')
    .addHelpText(
      'after',
      '\nCompared is what clients write, not times and revisions. To turn a collection that holds a\n' +
        'into one that holds b:\n' +
        '  protovec snapshot diff a.pb b.pb --changes changes.pb --removed removed.txt\n' +
        '  protovec snapshot merge changes.pb --into COLLECTION --policy overwrite\n' +
        '  protovec delete COLLECTION --ids removed.txt\n' +
        idLinesHelp,
    );
  withClientOptions(command).action(diff);
}

async function diff(a: string, b: string | undefined, options: DiffOptions): Promise<void> {
  if (options.in !== undefined) return diffOnServer(options.in, a, b, options);
  if (b === undefined) {
    throw new UsageError(
      'A second file is missing',
      'Name it, or compare a snapshot on the server with --in COLLECTION',
    );
  }
  await diffOffline(a, b, options);
}

async function diffOnServer(
  name: string,
  a: string,
  b: string | undefined,
  options: DiffOptions,
): Promise<void> {
  const { changes, removed, allowUnsealed } = options;
  if (changes !== undefined || removed !== undefined || allowUnsealed) {
    throw new UsageError(
      '--changes, --removed and --allow-unsealed are for files',
      'Download the snapshots first: protovec snapshot download',
    );
  }
  await withClient(options, (client) => {
    const differences = client.collection(name).snapshots.diff(a, { with: b });
    return printDifferences(differences, options.json === true);
  });
}

async function diffOffline(a: string, b: string, options: DiffOptions): Promise<void> {
  const { changes, removed, allowUnsealed, json } = options;
  for (const out of [changes, removed]) {
    if (out !== undefined) await refuseOverwriting(out, [a, b]);
  }
  if (changes !== undefined && changes === removed) {
    throw new UsageError('--changes and --removed name one file', 'Write to two files');
  }
  const paths = [a, b];
  const found = await withInputs({ paths, allowUnsealed, label: 'Comparing' }, async (inputs) => {
    const [first, second] = inputs;
    const difference = await diffFiles(first, second);
    if (changes !== undefined) {
      const encoding = { format: SnapshotFormat.BINARY, compressed: false };
      const output = { fileSystem: nodeFileSystem, path: changes, encoding };
      await writeChanges(difference, second, output);
    }
    if (removed !== undefined) await publishLines(removed, removedLines(difference.comparison));
    return difference.comparison;
  });
  await printDifferences(differencesOf(found), json === true);
  const { added, changed, removed: gone } = found.summary;
  if (changes !== undefined) note(`Wrote ${plural(added + changed, 'record')} to ${changes}.`);
  if (removed !== undefined) note(`Wrote ${plural(gone, 'id')} to ${removed}.`);
}

function* removedLines(comparison: Comparison): Generator<string> {
  for (const { id, kind } of comparison.differences()) {
    if (kind === DifferenceKind.REMOVED) yield formatIdLine(id);
  }
}

/** A comparison of files in the words of the client. */
function differencesOf(comparison: Comparison): Differences {
  return {
    summary: async () => comparison.summary,
    async *[Symbol.asyncIterator]() {
      for (const difference of comparison.differences()) yield fromDifference(difference);
    },
  };
}

const kinds = {
  [DifferenceKind.ADDED]: 'added',
  [DifferenceKind.REMOVED]: 'removed',
  [DifferenceKind.CHANGED]: 'changed',
} as const;

function fromDifference({ id, kind, changedFields = [] }: FoundDifference): RecordDifference {
  const fields = changedFields.map((path) =>
    path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
  return {
    id,
    kind: kinds[kind as keyof typeof kinds],
    changedFields: fields as RecordDifference['changedFields'],
  };
}
