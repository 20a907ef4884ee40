/**
 * Checks when and how a collection is saved, puts the documented defaults in the place of zero
 * values, and changes single fields of it. Nothing is clamped: what is out of range is refused.
 */
import { invalidArgument } from '../errors.js';
import type { CollectionConfig } from '../gen/protovec/v1/collection.js';
import { Durability, PersistenceConfig, SnapshotFormat } from '../gen/protovec/v1/persistence.js';
import { limits } from '../limits.js';
import type { SyncPolicy } from '../log/sync-policy.js';

/** Fields that UpdateCollection may name, by their path. */
const paths: Readonly<Record<string, keyof PersistenceConfig>> = {
  'persistence.auto_save_threshold': 'autoSaveThreshold',
  'persistence.compression_enabled': 'compressionEnabled',
  'persistence.format': 'format',
  'persistence.durability': 'durability',
  'persistence.durability_interval': 'durabilityInterval',
};

/** Every path that UpdateCollection may name. */
const changeable = ['embedder', 'persistence', ...Object.keys(paths)];

/** What to do about fields that are fixed when a collection is created. */
const copy = 'create another collection with it and import the records there';
const fixed: Readonly<Record<string, string>> = {
  dimension: copy,
  metric: copy,
  embedding_model: copy,
  index: 'BuildIndex builds another one',
};

/**
 * The configuration in force, without zero values. `field` is the path of the configuration in the
 * request, such as `config.persistence`; violations name the field below it. INVALID_ARGUMENT.
 */
export function resolvePersistenceConfig(
  config: PersistenceConfig | undefined,
  field: string,
): PersistenceConfig {
  const asked = config ?? PersistenceConfig.create();
  const format = resolveFormat(asked.format, `${field}.format`);
  if (asked.compressionEnabled && format !== SnapshotFormat.BINARY) {
    throw invalidArgument(
      `${field}.compression_enabled`,
      'only snapshots in SNAPSHOT_FORMAT_BINARY can be compressed; choose that format, or leave ' +
        'compression_enabled out',
    );
  }
  return {
    autoSaveThreshold: resolveThreshold(asked.autoSaveThreshold, `${field}.auto_save_threshold`),
    compressionEnabled: asked.compressionEnabled,
    format,
    durability: resolveDurability(asked.durability, `${field}.durability`),
    durabilityInterval: resolveInterval(asked, `${field}.durability_interval`),
  };
}

/**
 * The configuration after an update: `current` with the values of `asked` at the paths of `mask`.
 * INVALID_ARGUMENT for an empty mask, an unknown path, and what cannot be changed.
 */
export function updatePersistenceConfig(
  current: PersistenceConfig,
  asked: CollectionConfig | undefined,
  mask: readonly string[],
): PersistenceConfig {
  if (mask.length === 0) {
    const known = changeable.join(', ');
    throw invalidArgument('update_mask', `update_mask is empty; name what to change: ${known}`);
  }
  const values = asked?.persistence ?? PersistenceConfig.create();
  let changed = current;
  for (const path of mask) {
    if (path === 'persistence') changed = values;
    else changed = { ...changed, [fieldOf(path)]: values[fieldOf(path)] };
  }
  return resolvePersistenceConfig(changed, 'config.persistence');
}

/** What a configuration in force, such as that of a manifest that was read, says of saving. */
export function persistenceOf(config: CollectionConfig | undefined): PersistenceConfig {
  return resolvePersistenceConfig(config?.persistence, 'config.persistence');
}

/** What the durability of a configuration in force asks of the log. */
export function syncPolicyOf(config: PersistenceConfig): SyncPolicy {
  switch (config.durability) {
    case Durability.INTERVAL:
      return { when: 'interval', intervalMs: milliseconds(config) };
    case Durability.OS:
      return { when: 'never' };
    default:
      return { when: 'always' };
  }
}

function fieldOf(path: string): keyof PersistenceConfig {
  const field = Object.hasOwn(paths, path) ? paths[path] : undefined;
  if (field !== undefined) return field;
  const instead = Object.entries(fixed).find(([name]) => name === path.split('.')[0])?.[1];
  if (instead !== undefined) {
    throw invalidArgument(
      'update_mask',
      `${path} is fixed when a collection is created; ${instead}`,
    );
  }
  const known = changeable.join(', ');
  throw invalidArgument(
    'update_mask',
    `${JSON.stringify(path)} is no path of a collection's configuration that can be changed; ` +
      `these are: ${known}`,
  );
}

function resolveThreshold(value: bigint, field: string): bigint {
  if (value === 0n) return BigInt(limits.autoSaveThresholdDefault);
  if (value <= BigInt(limits.autoSaveThresholdMax)) return value;
  throw invalidArgument(
    field,
    `${field} is ${value}; it must be from 1 to ${limits.autoSaveThresholdMax}, or 0 for ` +
      `${limits.autoSaveThresholdDefault}`,
  );
}

function resolveFormat(value: SnapshotFormat, field: string): SnapshotFormat {
  switch (value) {
    case SnapshotFormat.UNSPECIFIED:
      return SnapshotFormat.BINARY;
    case SnapshotFormat.BINARY:
    case SnapshotFormat.JSON:
      return value;
    default:
      throw invalidArgument(
        field,
        `${value} is not a format; use SNAPSHOT_FORMAT_BINARY or SNAPSHOT_FORMAT_JSON`,
      );
  }
}

function resolveDurability(value: Durability, field: string): Durability {
  switch (value) {
    case Durability.UNSPECIFIED:
      return Durability.ALWAYS;
    case Durability.ALWAYS:
    case Durability.INTERVAL:
    case Durability.OS:
      return value;
    default:
      throw invalidArgument(
        field,
        `${value} is not a durability; use DURABILITY_ALWAYS, DURABILITY_INTERVAL or DURABILITY_OS`,
      );
  }
}

function resolveInterval(
  config: PersistenceConfig,
  field: string,
): PersistenceConfig['durabilityInterval'] {
  const ms = milliseconds(config);
  const { nanos = 0 } = config.durabilityInterval ?? {};
  if (nanos < 0 || nanos > 999_999_999) {
    throw invalidArgument(`${field}.nanos`, `nanos is ${nanos}; it must be from 0 to 999999999`);
  }
  if (ms === 0) {
    const seconds = Math.floor(limits.durabilityIntervalMsDefault / 1000);
    const rest = limits.durabilityIntervalMsDefault % 1000;
    return { seconds: BigInt(seconds), nanos: rest * 1_000_000 };
  }
  const { durabilityIntervalMsMin: least, durabilityIntervalMsMax: most } = limits;
  if (ms >= least && ms <= most) return config.durabilityInterval;
  throw invalidArgument(
    field,
    `${field} is ${ms / 1000} s; it must be from ${least / 1000} s to ${most / 1000} s, or 0 for ` +
      `${limits.durabilityIntervalMsDefault / 1000} s`,
  );
}

function milliseconds({ durabilityInterval }: PersistenceConfig): number {
  const { seconds, nanos } = durabilityInterval ?? { seconds: 0n, nanos: 0 };
  return Number(seconds) * 1000 + nanos / 1_000_000;
}
