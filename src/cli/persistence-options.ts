/**
 * The options that say when and how a collection is saved, for the commands that create and change
 * one, and what a description tells about it.
 */
import type {
  CollectionInfo,
  Durability,
  PersistenceConfig,
  SnapshotFormat,
} from '@protovec/client';
import { type Command, Option } from 'commander';
import { wholeNumber } from './numbers.js';
import { formatBytes, formatCount, plural } from './output.js';

export interface PersistenceOptions {
  readonly autoSaveThreshold?: number;
  readonly durability?: Durability;
  readonly durabilityInterval?: number;
  readonly snapshotFormat?: SnapshotFormat;
  readonly compress?: boolean;
}

/** Adds the options. */
export function withPersistenceOptions(command: Command): Command {
  return command
    .option(
      '--auto-save-threshold <records>',
      'changed records after which it is saved (default: 100000)',
      wholeNumber,
    )
    .addOption(
      new Option(
        '--durability <when>',
        'always: an acknowledged write survives a power cut; interval: after the interval; ' +
          'os: it survives a crash of the server (default: always)',
      ).choices(['always', 'interval', 'os']),
    )
    .option(
      '--durability-interval <ms>',
      'interval: milliseconds between syncs (default: 1000)',
      wholeNumber,
    )
    .addOption(
      new Option('--snapshot-format <format>', 'format of snapshots (default: binary)').choices([
        'binary',
        'json',
      ]),
    )
    .option('--compress', 'compress snapshots')
    .option('--no-compress', 'do not compress snapshots (default)');
}

/** What the options ask for; undefined when none was given. */
export function persistenceOf(options: PersistenceOptions): PersistenceConfig | undefined {
  const config: PersistenceConfig = {
    autoSaveThreshold: options.autoSaveThreshold,
    durability: options.durability,
    durabilityIntervalMs: options.durabilityInterval,
    format: options.snapshotFormat,
    compression: options.compress,
  };
  return Object.values(config).some((value) => value !== undefined) ? config : undefined;
}

/** How it is saved and what of it is, as pairs to print. */
export function persistencePairs({ config, persistence }: CollectionInfo): [string, string][] {
  const settings = config.persistence;
  const every = settings.durability === 'interval' ? `, ${settings.durabilityIntervalMs} ms` : '';
  const pairs: [string, string][] = [
    ['Durability', settings.durability + every],
    ['Auto-save', `after ${plural(settings.autoSaveThreshold, 'changed record')}`],
    ['Snapshots', settings.format + (settings.compression ? ', compressed' : '')],
  ];
  if (persistence === undefined) return pairs;
  const { lastSaveTime, baseSizeBytes, logSizeBytes, operationsSinceSave } = persistence;
  const saved = lastSaveTime
    ? `${lastSaveTime.toISOString()}, ${formatBytes(baseSizeBytes)}`
    : 'never';
  pairs.push(
    ['Last save', persistence.saving ? `${saved}; saving now` : saved],
    [
      'Since then',
      `${formatCount(operationsSinceSave)} changed, ${formatBytes(logSizeBytes)} of log`,
    ],
  );
  if (persistence.lastSaveError !== '') pairs.push(['Save failed', persistence.lastSaveError]);
  return pairs;
}
