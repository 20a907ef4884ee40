/**
 * The collections of one engine worker by name, and the directories that they live in. A collection
 * whose files are damaged is quarantined: it is listed with the reason and refuses calls, the
 * others serve.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ProtovecError } from '../errors.js';
import { Manifest } from '../gen/protovec/storage/v1/manifest.js';
import type { CollectionConfig } from '../gen/protovec/v1/collection.js';
import { CollectionState, type Collection as Description } from '../gen/protovec/v1/collection.js';
import { now } from '../record/timestamp.js';
import { publishManifest, readManifest } from '../snapshot/manifest.js';
import type { FileSystem } from '../storage/file-system.js';
import { Collection } from './collection.js';
import { IndexBuilder } from './index-builder.js';
import { type FoundSnapshot, findSnapshot } from './snapshot-lookup.js';

/** What the directories are called while they come and go. A crash leaves these to be removed. */
const NEW = '.new';
const DELETED = '.deleted';

interface Quarantined {
  readonly manifest: Manifest;
  readonly error: ProtovecError;
}

export interface RegistryOptions {
  readonly fileSystem: FileSystem;
  readonly dataDirectory: string;
  /** Whether this worker serves the collection of that name. */
  owns(name: string): boolean;
  /** Takes what a person should know about the recovery. */
  notes(note: string): void;
}

export class Registry {
  readonly builder = new IndexBuilder();
  readonly #options: RegistryOptions;
  readonly #root: string;
  readonly #open = new Map<string, Collection>();
  readonly #quarantined = new Map<string, Quarantined>();
  /** Names that are being created or deleted. */
  readonly #changing = new Set<string>();

  private constructor(options: RegistryOptions) {
    this.#options = options;
    this.#root = join(options.dataDirectory, 'collections');
  }

  /** Opens every collection of the data directory that this worker owns. */
  static async open(options: RegistryOptions): Promise<Registry> {
    const registry = new Registry(options);
    const { fileSystem } = options;
    await fileSystem.makeDirectory(registry.#root);
    for (const name of (await fileSystem.list(registry.#root)).sort()) {
      if (name.endsWith(NEW) || name.endsWith(DELETED)) {
        if (options.owns(name.split('.')[0])) await fileSystem.remove(join(registry.#root, name));
      } else await registry.#openDirectory(name);
    }
    return registry;
  }

  /** The open collection of that name. Throws COLLECTION_NOT_FOUND or STORAGE_CORRUPTED. */
  get(name: string): Collection {
    const collection = this.#open.get(name);
    if (collection !== undefined) return collection;
    const quarantined = this.#quarantined.get(name);
    if (quarantined !== undefined) throw quarantined.error;
    throw notFound(name);
  }

  /** Whether there is a collection of that name, quarantined or not. */
  has(name: string): boolean {
    return this.#open.has(name) || this.#quarantined.has(name);
  }

  /** Describes a collection. Throws COLLECTION_NOT_FOUND. */
  describe(name: string): Description {
    const collection = this.#open.get(name);
    if (collection !== undefined) return describeOpen(collection);
    const quarantined = this.#quarantined.get(name);
    if (quarantined === undefined) throw notFound(name);
    return describeQuarantined(name, quarantined);
  }

  describeAll(): Description[] {
    return [...this.#open.keys(), ...this.#quarantined.keys()].map((name) => this.describe(name));
  }

  /** Creates an empty collection. `config` without zero values. Throws ALREADY_EXISTS. */
  async create(name: string, config: CollectionConfig): Promise<Collection> {
    return this.#exclusively(name, async () => {
      if (this.has(name)) throw alreadyExists(name);
      const { fileSystem } = this.#options;
      const collectionId = randomUUID();
      const directory = join(this.#root, collectionId);
      const { seconds, nanos } = now();
      await fileSystem.makeDirectory(directory + NEW);
      await publishManifest(fileSystem, directory + NEW, {
        ...Manifest.create(),
        version: '1.0.0',
        collectionId,
        name,
        config,
        createTime: { seconds: BigInt(seconds), nanos },
      });
      await fileSystem.rename(directory + NEW, directory);
      await fileSystem.syncDirectory(this.#root);
      const place = { fileSystem, directory };
      const collection = await Collection.open(place, this.builder, this.#options.notes);
      this.#open.set(name, collection);
      return collection;
    });
  }

  /** Deletes a collection and its files. Throws COLLECTION_NOT_FOUND. */
  async delete(name: string): Promise<void> {
    await this.#exclusively(name, async () => {
      const collection = this.#open.get(name);
      const id = collection?.id ?? this.#quarantined.get(name)?.manifest.collectionId;
      if (id === undefined) throw notFound(name);
      const { fileSystem } = this.#options;
      const directory = join(this.#root, id);
      this.#open.delete(name);
      this.#quarantined.delete(name);
      await collection?.abandon();
      await fileSystem.rename(directory, directory + DELETED);
      await fileSystem.syncDirectory(this.#root);
      await fileSystem.remove(directory + DELETED);
    });
  }

  /** Finds a stored snapshot of any collection of the data directory. */
  findSnapshot(collection: string, snapshotId: string): Promise<FoundSnapshot> {
    return findSnapshot(this.#options.fileSystem, this.#root, collection, snapshotId);
  }

  /** Saves and closes every collection; tells of each that could not be saved. */
  async close(): Promise<void> {
    for (const collection of this.#open.values()) {
      try {
        await collection.close();
      } catch (error) {
        this.#options.notes(`collection ${collection.name} was not saved: ${String(error)}`);
      }
    }
    this.builder.stop();
    this.#open.clear();
  }

  async #openDirectory(id: string): Promise<void> {
    const { fileSystem, owns, notes } = this.#options;
    const directory = join(this.#root, id);
    let manifest: Manifest;
    try {
      manifest = await readManifest(fileSystem, directory);
    } catch (error) {
      // Without a manifest the directory's name has to stand for the user's.
      manifest = { ...Manifest.create(), name: id, collectionId: id };
      if (owns(id)) this.#quarantine(manifest, error);
      return;
    }
    if (!owns(manifest.name)) return;
    try {
      const collection = await Collection.open({ fileSystem, directory }, this.builder, notes);
      this.#open.set(manifest.name, collection);
    } catch (error) {
      this.#quarantine(manifest, error);
    }
  }

  #quarantine(manifest: Manifest, error: unknown): void {
    // A full disk or a missing permission is no damage: the start fails and can be repeated.
    if (!(error instanceof ProtovecError) || error.reason !== 'STORAGE_CORRUPTED') throw error;
    this.#quarantined.set(manifest.name, { manifest, error });
    this.#options.notes(`collection ${manifest.name} is quarantined: ${error.message}`);
  }

  async #exclusively<T>(name: string, change: () => Promise<T>): Promise<T> {
    if (this.#changing.has(name)) {
      const message = `collection ${name} is being created or deleted; try again`;
      throw new ProtovecError('OVERLOADED', message, { retryAfterMs: 100 });
    }
    this.#changing.add(name);
    try {
      return await change();
    } finally {
      this.#changing.delete(name);
    }
  }
}

function describeOpen(collection: Collection): Description {
  const { name, collectionId, config, createTime } = collection.manifest.current;
  const { state } = collection;
  return {
    name,
    collectionId,
    config,
    state: CollectionState.SERVING,
    stateMessage: '',
    recordCount: BigInt(state.count),
    sequence: BigInt(state.sequence),
    createTime,
  };
}

function describeQuarantined(name: string, { manifest, error }: Quarantined): Description {
  const { collectionId, config, createTime } = manifest;
  return {
    name,
    collectionId,
    config,
    state: CollectionState.QUARANTINED,
    stateMessage: error.message,
    recordCount: 0n,
    sequence: 0n,
    createTime,
  };
}

function notFound(name: string): ProtovecError {
  const message = `collection ${JSON.stringify(name)} does not exist; create it first`;
  return new ProtovecError('COLLECTION_NOT_FOUND', message, { field: 'collection' });
}

function alreadyExists(name: string): ProtovecError {
  const message = `collection ${JSON.stringify(name)} exists`;
  return new ProtovecError('ALREADY_EXISTS', message, { field: 'collection' });
}
