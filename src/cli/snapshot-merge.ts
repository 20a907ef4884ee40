/**
 * `protovec snapshot merge`: merges snapshot files, into a collection or into a new file. All of it
 * or nothing: several files are merged with each other first, by the same policy.
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MergePolicy, MergeResult } from '@protovec/client';
import { type Command, Option } from 'commander';
import { MergePolicy as PolicyNumber } from '../gen/protovec/v1/merge.js';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { UsageError } from './failure.js';
import { mergeToFile } from './offline/merge.js';
import { plural, printJson, say } from './output.js';
import { startProgress } from './progress.js';

interface MergeOptions extends ClientOptions {
  readonly out?: string;
  readonly into?: string;
  readonly policy: MergePolicy;
  readonly dryRun?: boolean;
  readonly allowUnsealed?: boolean;
}

/** What merges of both kinds count. */
type Counts = Pick<MergeResult, 'created' | 'replaced' | 'skipped'>;

const readAtOnce = 1024 * 1024;

const policies = {
  'skip-existing': PolicyNumber.SKIP_EXISTING,
  overwrite: PolicyNumber.OVERWRITE,
  'newest-wins': PolicyNumber.NEWEST_WINS,
  fail: PolicyNumber.FAIL,
} as const;

/** Adds the command. */
export function addMerge(group: Command): void {
  const command = group
    .command('merge <files...>')
    .description('merge snapshot files, in their order, into a collection or into a new file')
    .option('--into <collection>', 'merge into this collection on the server')
    .option('--out <file>', 'merge into this new file, without a server')
    .addOption(
      new Option('--policy <policy>', 'what to do with records whose ids exist already')
        .choices(Object.keys(policies))
        .default('skip-existing'),
    )
    .option('--dry-run', 'check and count, but change nothing')
    .option('--allow-unsealed', 'accept files without checksums and footer');
  withClientOptions(command).action(merge);
}

async function merge(files: string[], options: MergeOptions): Promise<void> {
  const { into, out } = options;
  if ((into === undefined) === (out === undefined)) {
    throw new UsageError('Say where to merge to', 'Give either --into COLLECTION or --out FILE');
  }
  const result =
    into === undefined
      ? await mergeOffline(files, out as string, options)
      : await mergeInto(into, files, options);
  if (options.json) return printJson(result);
  const what = files.length === 1 ? files[0] : `${files.length} files`;
  say(sentence(`${what} into ${into ?? out}`, result, options.dryRun === true));
}

function mergeOffline(files: readonly string[], out: string, options: MergeOptions) {
  const { dryRun, allowUnsealed } = options;
  return mergeToFile(files, out, { policy: policies[options.policy], dryRun, allowUnsealed });
}

async function mergeInto(name: string, files: readonly string[], options: MergeOptions) {
  if (files.length === 1) return send(name, files[0], options);
  const directory = await mkdtemp(join(tmpdir(), 'protovec-merge-'));
  try {
    const file = join(directory, 'merged.pb');
    await mergeOffline(files, file, { ...options, dryRun: false });
    return await send(name, file, options);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function send(name: string, file: string, options: MergeOptions): Promise<MergeResult> {
  const { policy, dryRun, allowUnsealed } = options;
  const { size } = await stat(file);
  return withClient(options, async (client) => {
    const progress = startProgress('Merging', 'bytes', size);
    const onProgress = ({ bytes }: { bytes: number }) => progress.update(bytes);
    try {
      const { snapshots } = client.collection(name);
      const settings = { policy, dryRun, allowUnsealed, onProgress };
      return await snapshots.merge(readFile(file), settings);
    } finally {
      progress.stop();
    }
  });
}

/** Opened when the first bytes are asked for, so that its errors reach the caller. */
async function* readFile(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file, { highWaterMark: readAtOnce });
}

function sentence(what: string, { created, replaced, skipped }: Counts, dryRun: boolean): string {
  const parts = [`${plural(created, 'record')} added`];
  if (replaced > 0) parts.push(`${plural(replaced, 'existing record')} replaced`);
  if (skipped > 0) parts.push(`${plural(skipped, 'merged record')} left out, for they existed`);
  const counts = parts.join('; ');
  return dryRun ? `Merging ${what} would do this: ${counts}.` : `Merged ${what}: ${counts}.`;
}
