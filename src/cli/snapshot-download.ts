/**
 * `protovec snapshot download`: copies a snapshot file from the server. What arrives is kept in
 * FILE.part, so that a broken download goes on where it stopped; the file gets its name only when
 * its SHA-256 is the one that the server took.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Client, SnapshotInfo } from '@protovec/client';
import type { Command } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { CliError } from './failure.js';
import { formatBytes, printJson, say } from './output.js';
import { startProgress } from './progress.js';

interface DownloadOptions extends ClientOptions {
  readonly out: string;
}

/** Adds the command. */
export function addDownload(group: Command): void {
  const command = group
    .command('download <collection> <id>')
    .description('copy a snapshot from the server; goes on with a broken download')
    .requiredOption('--out <file>', 'file to write');
  withClientOptions(command).action(download);
}

async function download(name: string, id: string, options: DownloadOptions): Promise<void> {
  const { out } = options;
  const part = `${out}.part`;
  const { snapshot, offset } = await withClient(options, async (client) => {
    const found = await findSnapshot(client, name, id);
    const kept = await keptBytes(part, found.sizeBytes);
    await fetchRest(client, found, part, kept);
    return { snapshot: found, offset: kept };
  });
  await checkDigest(part, snapshot);
  await rename(part, out);
  const { sizeBytes, recordCount } = snapshot;
  if (options.json) return printJson({ file: out, sizeBytes, recordCount, resumedAt: offset });
  const resumed = offset > 0 ? `, resumed at ${formatBytes(offset)}` : '';
  say(`Downloaded ${formatBytes(sizeBytes)} to ${out}${resumed}.`);
}

async function findSnapshot(client: Client, name: string, id: string): Promise<SnapshotInfo> {
  const snapshots = await client.collection(name).snapshots.list();
  const found = snapshots.find((snapshot) => snapshot.id === id);
  if (found !== undefined) return found;
  throw new CliError(
    `${name} has no snapshot ${id} (NOT_FOUND, SNAPSHOT_NOT_FOUND)`,
    `List the snapshots with: protovec snapshot list ${name}`,
  );
}

/** Bytes of an earlier, broken download; 0 when there is none that can be gone on with. */
async function keptBytes(part: string, whole: number): Promise<number> {
  const { size } = await stat(part).catch(() => ({ size: 0 }));
  return size <= whole ? size : 0;
}

async function fetchRest(
  client: Client,
  { collection, id, sizeBytes }: SnapshotInfo,
  part: string,
  offset: number,
): Promise<void> {
  const progress = startProgress('Downloading', 'bytes', sizeBytes);
  let done = offset;
  async function* counted() {
    for await (const piece of client.collection(collection).snapshots.download(id, { offset })) {
      done += piece.length;
      progress.update(done);
      yield piece;
    }
  }
  try {
    await pipeline(counted(), createWriteStream(part, { flags: offset > 0 ? 'a' : 'w' }));
  } finally {
    progress.stop();
  }
}

async function checkDigest(part: string, { sha256 }: SnapshotInfo): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(part)) hash.update(piece);
  if (hash.digest().equals(sha256)) return;
  await rm(part, { force: true });
  throw new CliError(
    `${part} is not what the server has, perhaps a rest of another download; it was removed`,
    'Run the command again.',
  );
}
