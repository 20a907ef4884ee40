/**
 * Chooses what happens in a history and lets it happen: writes of several lanes at a time, merges
 * and restores between them, saves and snapshots beside them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Durability } from '../../../src/gen/protovec/v1/persistence.js';
import type { Random } from '../../support/random.js';
import {
  createCollection,
  deleteCollection,
  restoreToNew,
  save,
  updateSettings,
} from './collection-actions.js';
import { buildIndex, dropIndex } from './index-actions.js';
import { ingestBatch } from './ingest-actions.js';
import {
  batchDelete,
  batchUpsert,
  clearRecords,
  deleteMatching,
  deleteRecord,
  type Lane,
  upsertRecord,
} from './record-actions.js';
import { idsOf } from './records.js';
import { describe, type Run } from './run.js';
import {
  createSnapshot,
  deleteSnapshot,
  mergeRecords,
  mergeSnapshot,
  restore,
} from './set-actions.js';

const MAIN = 'docs';
const LANES: readonly Lane[] = [0, 1, 2].map((lane) => ({ collection: MAIN, ids: idsOf(lane, 7) }));
const OTHER: Lane = { collection: 'notes', ids: idsOf(3, 5) };
const RESTORED = 'copy';
const ALL_IDS = [...LANES, OTHER].flatMap((lane) => lane.ids);

/** `lane`: with writes of other lanes; `alone`: no other write meanwhile; `beside`: with any write. */
interface Action {
  readonly weight: number;
  readonly scope: 'lane' | 'alone' | 'beside';
  act(run: Run, random: Random, lane: Lane, driver: Driver): Promise<void>;
}

const ACTIONS: readonly Action[] = [
  { weight: 14, scope: 'lane', act: batchUpsert },
  { weight: 8, scope: 'lane', act: upsertRecord },
  { weight: 6, scope: 'lane', act: ingestBatch },
  { weight: 3, scope: 'lane', act: deleteRecord },
  { weight: 4, scope: 'lane', act: batchDelete },
  { weight: 2, scope: 'alone', act: deleteMatching },
  { weight: 1, scope: 'alone', act: clearRecords },
  { weight: 4, scope: 'alone', act: (run, random) => mergeRecords(run, random, ALL_IDS) },
  { weight: 3, scope: 'alone', act: mergeSnapshot },
  { weight: 3, scope: 'alone', act: restore },
  { weight: 1, scope: 'alone', act: (run, random) => restoreToNew(run, random, RESTORED) },
  {
    weight: 2,
    scope: 'alone',
    act: (run, random, _, driver) => driver.createOrDelete(run, random),
  },
  {
    weight: 2,
    scope: 'alone',
    act: (run, random, _, { durabilities }) => updateSettings(run, random, durabilities),
  },
  { weight: 5, scope: 'beside', act: save },
  { weight: 3, scope: 'beside', act: buildIndex },
  { weight: 1, scope: 'alone', act: dropIndex },
  { weight: 4, scope: 'beside', act: createSnapshot },
  { weight: 1, scope: 'alone', act: deleteSnapshot },
  // Long enough for the marker that follows an idle moment.
  { weight: 1, scope: 'alone', act: () => delay(4) },
];
const TOTAL_WEIGHT = ACTIONS.reduce((sum, { weight }) => sum + weight, 0);

export class Driver {
  readonly durabilities: readonly Durability[];
  readonly #run: Run;
  readonly #random: Random;
  /** By lane the last write; the last one that was alone; the last thing beside. */
  readonly #lanes = new Map<Lane, Promise<void>>();
  #alone: Promise<void> = Promise.resolve();
  #beside: Promise<void> = Promise.resolve();

  /** `durabilities`: those that collections may have. */
  constructor(run: Run, random: Random, durabilities: readonly Durability[]) {
    this.#run = run;
    this.#random = random;
    this.durabilities = durabilities;
  }

  /** Makes the collection that every history has, when it is not there. */
  async begin(): Promise<void> {
    if (this.#run.world.collections.has(MAIN)) return;
    await this.#guarded(() => createCollection(this.#run, this.#random, MAIN, this.durabilities));
  }

  /** Begins so many actions, until the disk goes off or something broke. */
  async steps(count: number): Promise<void> {
    for (let step = 0; step < count; step += 1) {
      if (!this.#run.disk.on || this.#run.problems.length > 0) return;
      await this.#step(this.#random.fork());
    }
  }

  /** Waits for everything that was begun. */
  async settle(): Promise<void> {
    await this.#writes();
    await this.#beside;
  }

  async createOrDelete(run: Run, random: Random): Promise<void> {
    const { collections } = run.world;
    if (collections.has(RESTORED) && random.chance(0.6)) {
      await deleteCollection(run, RESTORED, this.#beside);
    } else if (collections.has(OTHER.collection)) {
      await deleteCollection(run, OTHER.collection, this.#beside);
    } else await createCollection(run, random, OTHER.collection, this.durabilities);
  }

  async #step(random: Random): Promise<void> {
    const { scope, act } = this.#choose(random);
    const lane = this.#chooseLane(random);
    const begin = () => this.#guarded(() => act(this.#run, random, lane, this));
    if (scope === 'beside') {
      await this.#beside;
      this.#beside = begin();
    } else if (scope === 'alone') {
      await this.#writes();
      this.#alone = begin();
    } else {
      await this.#lanes.get(lane);
      await this.#alone;
      // What was alone may have deleted the collection.
      if (!this.#run.world.collections.has(lane.collection)) return;
      this.#lanes.set(lane, begin());
    }
    if (random.chance(0.4)) await this.#writes();
  }

  async #writes(): Promise<void> {
    await Promise.all(this.#lanes.values());
    await this.#alone;
  }

  #choose(random: Random): Action {
    let left = random.below(TOTAL_WEIGHT);
    for (const action of ACTIONS) {
      left -= action.weight;
      if (left < 0) return action;
    }
    throw new Error('the weights do not add up');
  }

  #chooseLane(random: Random): Lane {
    const other = this.#run.world.collections.has(OTHER.collection);
    return other && random.chance(0.2) ? OTHER : random.pick(LANES);
  }

  /** Whatever an action throws with the disk on is a broken guarantee too. */
  async #guarded(act: () => Promise<void>): Promise<void> {
    // It may have gone off while the action waited for its turn.
    if (!this.#run.disk.on) return;
    try {
      await act();
    } catch (error) {
      if (this.#run.disk.on) this.#run.problems.push(describe(error));
    }
  }
}
