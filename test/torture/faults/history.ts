/**
 * One history of a collection, step by step on a disk that may fail. Every step that is
 * acknowledged counts; one that fails must fail with the right reason, and leaves what is served as
 * it was.
 */
import { ProtovecError, type Reason } from '../../../src/errors.js';
import {
  CreateCollectionRequest,
  CreateCollectionResponse,
} from '../../../src/gen/protovec/v1/collection_service.js';
import { MergePolicy } from '../../../src/gen/protovec/v1/merge.js';
import { Durability } from '../../../src/gen/protovec/v1/persistence.js';
import type { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { VectorRecord as RecordType } from '../../../src/gen/protovec/v1/record.js';
import {
  CreateSnapshotRequest,
  CreateSnapshotResponse,
  ForceSaveRequest,
  ForceSaveResponse,
  MergeRecordsRequest,
  MergeRecordsResponse,
  RestoreSnapshotRequest,
  RestoreSnapshotResponse,
} from '../../../src/gen/protovec/v1/snapshot_service.js';
import { configOf, never, readAll, write } from '../../support/collection.js';
import { type Change, CollectionModel } from '../histories/collection-model.js';
import type { LocalStore } from '../histories/local-store.js';
import { wantedOf } from '../histories/records.js';

const collection = 'docs';
/** How a call may fail when the disk does. */
const allowed: readonly Reason[] = ['STORAGE_FULL', 'STORAGE_FAILED', 'LOG_LATCHED'];

export class FaultHistory {
  readonly problems: string[] = [];
  /** What the collection must hold; undefined as long as its creation was not acknowledged. */
  model: CollectionModel | undefined;
  acknowledged = 0;
  refused = 0;
  #snapshotId = '';
  #snapshotRecords: Change = new Map();

  /** Runs the steps that a first opening sees. */
  async begin(store: LocalStore): Promise<void> {
    await this.#step('creation', async () => {
      await store.call(
        'CollectionService/CreateCollection',
        [CreateCollectionRequest, CreateCollectionResponse],
        { collection, config: configOf({ dimension: 3 }) },
      );
      this.model = new CollectionModel(Durability.ALWAYS);
    });
    if (this.model === undefined) return;
    await this.#upsert(store, ['a', 'b', 'c', 'd']);
    await this.#index(store);
    await this.#step('save', () => this.#save(store));
    await this.#upsert(store, ['e', 'a']);
    await this.#delete(store, 'b');
    await this.#merge(store, ['c', 'f']);
    await this.#step('snapshot', () => this.#snapshot(store));
    await this.#upsert(store, ['g']);
  }

  /** Runs the steps that follow a reopening. */
  async goOn(store: LocalStore): Promise<void> {
    if (this.model === undefined) return;
    await this.#upsert(store, ['h', 'c']);
    await this.#restore(store);
    await this.#upsert(store, ['i']);
    await this.#index(store);
    await this.#step('save', () => this.#save(store));
    await this.#delete(store, 'i');
  }

  /** A write that must succeed: whatever was wrong is over. */
  async mustWrite(store: LocalStore, why: string): Promise<void> {
    const before = this.acknowledged;
    await this.#upsert(store, ['z']);
    if (this.acknowledged === before) this.problems.push(`${why}, writes are still refused`);
  }

  /** Compares what is served with what was acknowledged. */
  compareServed(store: LocalStore, after: string): void {
    if (this.model === undefined) return;
    const actual = readAll(store.collection(collection));
    const wanted = this.model.records;
    const same = actual.size === wanted.size && [...actual.keys()].every((id) => wanted.has(id));
    if (!same) {
      const [got, not] = [[...actual.keys()].sort(), [...wanted.keys()].sort()];
      this.problems.push(`after ${after} it serves ${got}, not ${not}`);
    }
  }

  /** Compares with a store that was opened again, and goes on from there. */
  verifyReopened(store: LocalStore): void {
    if (this.model === undefined) return;
    const { problems, model } = this.model.verify(store.collection(collection));
    this.problems.push(...problems.map((problem) => `reopened: ${problem}`));
    this.model = model;
  }

  async #step(what: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.refused += 1;
      if (!(error instanceof ProtovecError) || !allowed.includes(error.reason)) {
        this.problems.push(`${what} failed with ${error instanceof Error ? error.stack : error}`);
      }
      return false;
    }
  }

  async #write(
    store: LocalStore,
    what: string,
    change: Change,
    work: () => Promise<bigint | number>,
  ): Promise<void> {
    const { model } = this;
    if (model === undefined) return;
    const begun = model.begin(what, change);
    await this.#step(what, async () => {
      const told = { sequence: Number(await work()), durable: true };
      this.problems.push(...model.acknowledge(begun, told, store.collection(collection)));
      this.acknowledged += 1;
    });
    this.compareServed(store, what);
  }

  async #upsert(store: LocalStore, ids: readonly string[]): Promise<void> {
    const records = ids.map((id) => this.#record(id));
    const change = new Map(
      records.map((record) => [
        record.id,
        wantedOf(record, this.model?.records.get(record.id)?.createTime),
      ]),
    );
    await this.#write(store, `upsert of ${ids}`, change, async () => {
      const { sequence } = await write(store.collection(collection), records);
      return sequence;
    });
  }

  async #delete(store: LocalStore, id: string): Promise<void> {
    const change = new Map([[id, undefined]]);
    if (this.model?.records.has(id) !== true) return;
    await this.#write(store, `delete of ${id}`, change, async () => {
      const { sequence } = await store.collection(collection).deleteIds([id], true, never);
      return sequence;
    });
  }

  async #merge(store: LocalStore, ids: readonly string[]): Promise<void> {
    const records = ids.map((id) => this.#record(id));
    const change = new Map(
      records.map((record) => [
        record.id,
        wantedOf(record, this.model?.records.get(record.id)?.createTime),
      ]),
    );
    await this.#write(store, `merge of ${ids}`, change, async () => {
      const { result } = await store.call(
        'SnapshotService/MergeRecords',
        [MergeRecordsRequest, MergeRecordsResponse],
        {
          collection,
          policy: MergePolicy.OVERWRITE,
          source: { $case: 'batch', value: { records } },
        },
      );
      return result?.sequence ?? 0n;
    });
  }

  async #restore(store: LocalStore): Promise<void> {
    const { model } = this;
    if (model === undefined || this.#snapshotId === '') return;
    const gone = [...model.records.keys()].map((id) => [id, undefined] as const);
    const change: Change = new Map([...gone, ...this.#snapshotRecords]);
    await this.#write(store, 'restore', change, async () => {
      const request = { collection, snapshotId: this.#snapshotId };
      const { sequence } = await store.call(
        'SnapshotService/RestoreSnapshot',
        [RestoreSnapshotRequest, RestoreSnapshotResponse],
        request,
      );
      return sequence;
    });
  }

  async #snapshot(store: LocalStore): Promise<void> {
    const { snapshot } = await store.call(
      'SnapshotService/CreateSnapshot',
      [CreateSnapshotRequest, CreateSnapshotResponse],
      { collection },
    );
    this.#snapshotId = snapshot?.snapshotId ?? '';
    const records = [...(this.model?.records ?? [])];
    this.#snapshotRecords = new Map(
      records.map(([id, wanted]) => [id, { ...wanted, revision: undefined }]),
    );
  }

  async #save(store: LocalStore): Promise<void> {
    await store.call('SnapshotService/ForceSave', [ForceSaveRequest, ForceSaveResponse], {
      collection,
    });
  }

  async #index(store: LocalStore): Promise<void> {
    const { index } = store.collection(collection).state;
    while (index.pendingCount > 0) index.buildSlice(5);
  }

  #written = 0;

  #record(id: string): VectorRecord {
    this.#written += 1;
    const embedding = [1, this.#written % 7, this.#written * 0.5];
    return RecordType.fromPartial({ id, content: `${id} ${this.#written}`, embedding });
  }
}
