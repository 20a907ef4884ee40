/**
 * What a data directory must hold: its collections with their records and settings, and the
 * snapshots of each. What was begun and not acknowledged when everything stopped may be there or not.
 */
import type { Collection as Description } from '../../../src/gen/protovec/v1/collection.js';
import { CollectionState } from '../../../src/gen/protovec/v1/collection.js';
import { IndexConfig } from '../../../src/gen/protovec/v1/index.js';
import { Durability, type PersistenceConfig } from '../../../src/gen/protovec/v1/persistence.js';
import type { Snapshot } from '../../../src/gen/protovec/v1/snapshot.js';
import type { Random } from '../../support/random.js';
import type { CollectionModel } from './collection-model.js';
import { IndexWishes } from './index-actions.js';
import type { LocalStore } from './local-store.js';
import type { Records } from './records.js';
import { searchProblems } from './searches.js';

export interface SnapshotModel {
  readonly snapshot: Snapshot;
  /** Its records; undefined as long as writes are under way that it may hold. */
  records: Records | undefined;
  /** Such a write was cut off: nobody will know. */
  unknown?: boolean;
}

/** A collection that must be there. */
export class KnownCollection {
  readonly snapshots = new Map<string, SnapshotModel>();
  /** Snapshots whose creation was begun, and those whose deletion was. */
  readonly snapshotsUnderWay = new Set<object>();
  readonly snapshotsGoing = new Set<string>();
  /** The settings that it may have: those in force, and those that are being set. */
  settings: (PersistenceConfig | undefined)[];
  /** The index configurations that it may have; while it is coming, any. */
  indexes = new IndexWishes(IndexConfig.create());
  /** By key of a load: the last batch that must be kept, and the last one that may be. */
  loads = new Map<string, { kept: number; sent: number }>();
  /** While it is coming: whether it may only come with its records, not empty. */
  comesWhole = false;

  constructor(
    readonly model: CollectionModel,
    settings: PersistenceConfig | undefined,
  ) {
    this.settings = [settings];
  }

  /** Works out what the snapshots hold, while nothing is under way. */
  settleSnapshots(): void {
    if (this.model.underWay > 0) return;
    for (const known of this.snapshots.values()) {
      if (known.unknown !== true)
        known.records ??= this.model.recordsAt(Number(known.snapshot.logSequence));
    }
  }
}

/** What was found after a stop. */
export interface Findings {
  readonly problems: string[];
  readonly world: World;
  kept: number;
  lost: number;
  forgotten: number;
}

export class World {
  readonly collections = new Map<string, KnownCollection>();
  /** Collections that are being created, with what they will hold, and those being deleted. */
  readonly coming = new Map<string, KnownCollection>();
  readonly going = new Set<string>();

  /** Compares with a data directory that was opened again, and gives the world to go on with. */
  verify(store: LocalStore, random: Random): Findings {
    const findings = {
      problems: [] as string[],
      world: new World(),
      kept: 0,
      lost: 0,
      forgotten: 0,
    };
    const described = new Map(store.registry.describeAll().map((found) => [found.name, found]));
    for (const name of this.collections.keys()) {
      if (described.has(name)) continue;
      if (this.going.has(name)) findings.lost += 1;
      else findings.problems.push(`collection ${name} is missing`);
    }
    for (const [name, description] of described) {
      const known = this.collections.get(name) ?? this.coming.get(name);
      if (description.state === CollectionState.QUARANTINED) {
        findings.problems.push(`${name} is quarantined: ${description.stateMessage}`);
      } else if (known === undefined) {
        findings.problems.push(`collection ${name} is there, and was deleted or never created`);
      } else this.#verifyCollection(store, description, known, random, findings);
    }
    return findings;
  }

  #verifyCollection(
    store: LocalStore,
    description: Description,
    known: KnownCollection,
    random: Random,
    findings: Findings,
  ): void {
    const { name } = description;
    const { problems } = findings;
    const collection = store.collection(name);
    known.settleSnapshots();
    const verdict = known.model.verify(collection);
    problems.push(...verdict.problems.map((problem) => `${name}: ${problem}`));
    if (known.comesWhole && verdict.lost > 0) problems.push(`${name} is there without its records`);
    findings.kept += verdict.kept;
    findings.lost += verdict.lost;
    findings.forgotten += verdict.forgotten;
    const settings = description.config?.persistence;
    if (!known.settings.some((allowed) => sameSettings(allowed, settings))) {
      problems.push(
        `${name} has the settings ${print(settings)}, not ${known.settings.map(print)}`,
      );
    }
    if (Number(description.recordCount) !== verdict.model.records.size) {
      problems.push(`${name} counts ${description.recordCount}, not ${verdict.model.records.size}`);
    }
    const index = description.config?.index ?? IndexConfig.create();
    const wrong = this.coming.has(name) ? undefined : known.indexes.problem(index);
    if (wrong !== undefined) problems.push(`${name}: ${wrong}`);
    verdict.model.durability = durabilityOf(settings);
    const next = new KnownCollection(verdict.model, settings);
    next.indexes = new IndexWishes(index);
    next.loads = known.loads;
    problems.push(...snapshotProblems(known, collection.snapshots.list(), next));
    if (problems.length === 0) {
      problems.push(...searchProblems(collection, verdict.model.records, random));
    }
    findings.world.collections.set(name, next);
  }
}

/** Compares the snapshots that are listed with the known ones; the known go to `next`. */
function snapshotProblems(
  known: KnownCollection,
  listed: readonly Snapshot[],
  next: KnownCollection,
): string[] {
  const problems: string[] = [];
  const ids = new Set(listed.map(({ snapshotId }) => snapshotId));
  let strangers = 0;
  for (const snapshot of listed) {
    const expected = known.snapshots.get(snapshot.snapshotId);
    if (expected === undefined) strangers += 1;
    const records = expected?.records;
    next.snapshots.set(snapshot.snapshotId, { snapshot, records, unknown: records === undefined });
  }
  if (strangers > known.snapshotsUnderWay.size) {
    problems.push(`${strangers} snapshots are listed that were never finished or were deleted`);
  }
  for (const id of known.snapshots.keys()) {
    if (!ids.has(id) && !known.snapshotsGoing.has(id)) problems.push(`snapshot ${id} is missing`);
  }
  return problems;
}

export function durabilityOf(settings: PersistenceConfig | undefined): Durability {
  const durability = settings?.durability ?? Durability.UNSPECIFIED;
  return durability === Durability.UNSPECIFIED ? Durability.ALWAYS : durability;
}

function sameSettings(a: PersistenceConfig | undefined, b: PersistenceConfig | undefined): boolean {
  return print(a) === print(b);
}

function print(settings: PersistenceConfig | undefined): string {
  return JSON.stringify(settings, (key, value) => {
    if (key === '_unknownFields') return undefined;
    return typeof value === 'bigint' ? String(value) : value;
  });
}
