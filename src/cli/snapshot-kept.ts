/** The snapshots that a server keeps of a collection: taking, listing and deleting them. */
import type { SnapshotFormat, SnapshotInfo } from '@protovec/client';
import { type Command, Option } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { type FilterOptions, filterOf, withFilterOption } from './filter-option.js';
import { formatBytes, formatCount, plural, printJson, printTable, say } from './output.js';
import { startProgress } from './progress.js';

interface CreateOptions extends ClientOptions, FilterOptions {
  readonly format?: SnapshotFormat;
  readonly compress?: boolean;
}

/** Adds the command `create`. */
export function addCreate(group: Command): void {
  const creation = group
    .command('create <collection>')
    .description('save the collection as it is now, on the server')
    .addOption(
      new Option(
        '--format <format>',
        'how to write it (default: as the collection is configured)',
      ).choices(['binary', 'json']),
    )
    .option('--compress', 'compress the records; binary only (default: as configured)')
    .option('--no-compress', 'do not compress them');
  withClientOptions(withFilterOption(creation)).action(create);
}

/** Adds the command `list`. */
export function addList(group: Command): void {
  withClientOptions(
    group.command('list <collection>').description('list the snapshots of a collection'),
  ).action(list);
}

/** Adds the command `delete`. */
export function addDelete(group: Command): void {
  withClientOptions(
    group.command('delete <collection> <id>').description('delete a snapshot'),
  ).action(remove);
}

async function create(name: string, options: CreateOptions): Promise<void> {
  const { format, compress: compression } = options;
  const filter = filterOf(options);
  const snapshot = await withClient(options, async (client) => {
    const progress = startProgress('Saving', 'records');
    const onProgress = ({ records, total }: { records: number; total: number }) =>
      progress.update(records, total);
    try {
      const { snapshots } = client.collection(name);
      return await snapshots.create({ format, compression, filter, onProgress });
    } finally {
      progress.stop();
    }
  });
  if (options.json) return printJson(forJson(snapshot));
  const what = `${plural(snapshot.recordCount, 'record')}, ${formatBytes(snapshot.sizeBytes)}`;
  say(`Saved the snapshot ${snapshot.id} of ${name} (${formatName(snapshot)}, ${what}).`);
}

async function list(name: string, options: ClientOptions): Promise<void> {
  const snapshots = await withClient(options, (client) => client.collection(name).snapshots.list());
  if (options.json) return printJson(snapshots.map(forJson));
  if (snapshots.length === 0) {
    return say(`${name} has no snapshots. Take one with: protovec snapshot create ${name}`);
  }
  const rows = snapshots.map((snapshot) => [
    snapshot.id,
    snapshot.createTime.toISOString(),
    formatName(snapshot),
    formatCount(snapshot.recordCount),
    formatBytes(snapshot.sizeBytes),
  ]);
  printTable(['Id', 'Taken', 'Format', 'Records', 'Size'], rows, [3, 4]);
}

async function remove(name: string, id: string, options: ClientOptions): Promise<void> {
  await withClient(options, (client) => client.collection(name).snapshots.delete(id));
  if (options.json) return printJson({ deleted: id });
  say(`Deleted the snapshot ${id} of ${name}.`);
}

function formatName({ format, compressed }: SnapshotInfo): string {
  return compressed ? `${format}, compressed` : format;
}

/** The digest in hexadecimal, as sha256sum prints it. */
function forJson(snapshot: SnapshotInfo) {
  return { ...snapshot, sha256: Buffer.from(snapshot.sha256).toString('hex') };
}
