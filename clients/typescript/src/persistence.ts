/**
 * When and how a collection is saved, what of it is saved, and the conversions from and to the
 * generated messages.
 */
import { fromEnum, toEnum } from './enum-names.js';
import { ProtovecError } from './errors.js';
import {
  type PersistenceConfig as ProtoConfig,
  Durability as ProtoDurability,
  SnapshotFormat as ProtoFormat,
  type PersistenceStatus as ProtoStatus,
} from './gen/protovec/v1/persistence.js';
import type { SnapshotFormat } from './snapshot-info.js';
import { toDate } from './timestamp.js';

/**
 * What an acknowledged write has survived to. `always`: a power cut. `interval`: a crash of the
 * server, and a power cut once the interval is over. `os`: a crash of the server.
 */
export type Durability = 'always' | 'interval' | 'os';

/** When and how a collection is saved. What is absent is set by the server, or left as it is. */
export interface PersistenceConfig {
  /** Changed records after which it is saved in the background. Default 100,000. */
  autoSaveThreshold?: number | undefined;
  /** Whether its snapshots are compressed; only in the binary format. Default false. */
  compression?: boolean | undefined;
  /** Format of its snapshots. Default `binary`. */
  format?: SnapshotFormat | undefined;
  /** Default `always`. */
  durability?: Durability | undefined;
  /** With durability `interval`: milliseconds between syncs, from 10 to 60,000. Default 1,000. */
  durabilityIntervalMs?: number | undefined;
}

/** The same in force. */
export interface PersistenceSettings {
  autoSaveThreshold: number;
  compression: boolean;
  format: SnapshotFormat;
  durability: Durability;
  durabilityIntervalMs: number;
}

/** What of a collection is saved, and how the last save went. */
export interface PersistenceStatus {
  /** Records changed since the last save began. */
  operationsSinceSave: number;
  /** Absent: it was never saved. */
  lastSaveTime?: Date;
  /** Log sequence that the last save includes. 0: it was never saved. */
  lastSaveSequence: number;
  /** Why the last save failed; the log keeps what it would hold. '' when it did not fail. */
  lastSaveError: string;
  baseSizeBytes: number;
  /** Bytes of the log files after the last save. */
  logSizeBytes: number;
  /** Whether a save is under way. */
  saving: boolean;
}

const durabilities = {
  always: ProtoDurability.ALWAYS,
  interval: ProtoDurability.INTERVAL,
  os: ProtoDurability.OS,
} as const;
const formats = { binary: ProtoFormat.BINARY, json: ProtoFormat.JSON } as const;

const paths: Readonly<Record<keyof PersistenceConfig, string>> = {
  autoSaveThreshold: 'persistence.auto_save_threshold',
  compression: 'persistence.compression_enabled',
  format: 'persistence.format',
  durability: 'persistence.durability',
  durabilityIntervalMs: 'persistence.durability_interval',
};

/** The generated message; zero values stand for the server's defaults. */
export function toPersistenceConfig(config: PersistenceConfig): ProtoConfig {
  const { durabilityIntervalMs: ms } = config;
  const field = 'config.persistence';
  return {
    autoSaveThreshold: BigInt(whole(config.autoSaveThreshold, `${field}.auto_save_threshold`)),
    compressionEnabled: config.compression ?? false,
    format: toEnum(formats, config.format, `${field}.format`),
    durability: toEnum(durabilities, config.durability, `${field}.durability`),
    durabilityInterval: toDuration(whole(ms, `${field}.durability_interval`)),
  };
}

/** A whole number from 0 on; the server checks the range. Absent: 0. */
function whole(value: number | undefined, field: string): number {
  if (value === undefined) return 0;
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw ProtovecError.invalid(field, `${field} is ${value}; it is a whole number from 0 on`);
}

function toDuration(ms: number): ProtoConfig['durabilityInterval'] {
  return { seconds: BigInt(Math.trunc(ms / 1000)), nanos: (ms % 1000) * 1_000_000 };
}

/** The paths of what a change names, for an update mask. */
export function persistencePaths(change: PersistenceConfig): string[] {
  const keys = Object.keys(paths) as (keyof PersistenceConfig)[];
  return keys.filter((key) => change[key] !== undefined).map((key) => paths[key]);
}

export function fromPersistenceConfig(config: ProtoConfig | undefined): PersistenceSettings {
  const interval = config?.durabilityInterval;
  return {
    autoSaveThreshold: Number(config?.autoSaveThreshold ?? 0n),
    compression: config?.compressionEnabled ?? false,
    format: fromEnum(formats, config?.format ?? 0, 'persistence.format'),
    durability: fromEnum(durabilities, config?.durability ?? 0, 'persistence.durability'),
    durabilityIntervalMs: Number(interval?.seconds ?? 0n) * 1000 + (interval?.nanos ?? 0) / 1e6,
  };
}

export function fromPersistenceStatus(status: ProtoStatus): PersistenceStatus {
  const { lastSaveTime } = status;
  return {
    operationsSinceSave: Number(status.operationsSinceSave),
    ...(lastSaveTime === undefined ? {} : { lastSaveTime: toDate(lastSaveTime) }),
    lastSaveSequence: Number(status.lastSaveSequence),
    lastSaveError: status.lastSaveError,
    baseSizeBytes: Number(status.baseSizeBytes),
    logSizeBytes: Number(status.logSizeBytes),
    saving: status.saving,
  };
}
