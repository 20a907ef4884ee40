/**
 * The collections of one engine worker by name, and the directories that they live in. A collection
 * whose files are damaged is quarantined: it is listed with the reason and refuses calls, the
 * others serve.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Embedders } from '../embedding/embedders.js';
import { ProtovecError } from '../errors.js';
import { Manifest } from '../gen/protovec/storage/v1/manifest.js';
import type { CollectionConfig, Collection as Description } from '../gen/protovec/v1/collection.js';
import { now } from '../record/timestamp.js';
import { publishManifest, readManifest } from '../snapshot/manifest.js';
import type { FileSystem } from '../storage/file-system.js';
import { errorCode } from '../storage/io-error.js';
import { Collection } from './collection.js';
import { describeOpen, describeQuarantined } from './describe.js';
import { type CollectionFigures, figuresOf } from './figures.js';
import type { Place } from './place.js';
import { SaveTurns } from './save/save-turns.js';
import { type FoundSnapshot, findSnapshot } from './snapshots/snapshot-lookup.js';
import { IndexBuilder } from './state/index-builder.js';
import { type StageFirst, writeFirstMerge } from './writes/first-merge.js';

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
  /** Unset: the builtin embedder alone. */
  readonly embedders?: Embedders;
}

export class Registry {
  readonly builder = new IndexBuilder();
  readonly embedders: Embedders;
  readonly #turns = new SaveTurns();
  readonly #options: RegistryOptions;
  readonly #root: string;
  readonly #open = new Map<string, Collection>();
  readonly #quarantined = new Map<string, Quarantined>();
  /** Names that are being created or deleted. */
  readonly #changing = new Set<string>();

  private constructor(options: RegistryOptions) {
    this.#options = options;
    this.#root = join(options.dataDirectory, 'collections');
    this.embedders = options.embedders ?? new Embedders(undefined);
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
    return describeQuarantined(name, quarantined.manifest, quarantined.error);
  }

  describeAll(): Description[] {
    return [...this.#open.keys(), ...this.#quarantined.keys()].map((name) => this.describe(name));
  }

  /** What each open collection holds. */
  figures(): [name: string, figures: CollectionFigures][] {
    return [...this.#open].map(([name, collection]) => [name, figuresOf(collection)]);
  }

  /** Names of the collections whose log failed and takes no more writes. */
  latched(): string[] {
    return [...this.#open.values()].filter(({ isLatched }) => isLatched).map(({ name }) => name);
  }

  /**
   * Creates a collection, with the records that `stage` stages or empty; a crash or an error leaves
   * nothing. `config` without zero values. Throws ALREADY_EXISTS.
   */
  async create(name: string, config: CollectionConfig, stage?: StageFirst): Promise<Collection> {
    return this.#exclusively(name, async () => {
      if (this.has(name)) throw alreadyExists(name);
      const { fileSystem } = this.#options;
      const collectionId = this.#newId();
      const directory = join(this.#root, collectionId);
      try {
        await this.#make(directory + NEW, { collectionId, name, config }, stage);
      } catch (error) {
        await fileSystem.remove(directory + NEW);
        throw error;
      }
      await fileSystem.rename(directory + NEW, directory);
      await fileSystem.syncDirectory(this.#root);
      const place = { fileSystem, directory };
      try {
        const collection = await this.#openAt(place);
        this.#open.set(name, collection);
        return collection;
      } catch (error) {
        await this.#discard(directory);
        throw error;
      }
    });
  }

  /** Deletes a collection and its files. Throws COLLECTION_NOT_FOUND. */
  async delete(name: string): Promise<void> {
    await this.#exclusively(name, async () => {
      const collection = this.#open.get(name);
      const id = collection?.id ?? this.#quarantined.get(name)?.manifest.collectionId;
      if (id === undefined) throw notFound(name);
      this.#open.delete(name);
      this.#quarantined.delete(name);
      await collection?.abandon();
      await this.#discard(join(this.#root, id));
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

  /** An id that this worker owns: should it restart alone, it clears away its own leftovers only. */
  #newId(): string {
    for (;;) {
      const id = randomUUID();
      if (this.#options.owns(id)) return id;
    }
  }

  /** Takes a collection's directory out of use at once, then removes it. */
  async #discard(directory: string): Promise<void> {
    const { fileSystem } = this.#options;
    await fileSystem.rename(directory, directory + DELETED);
    await fileSystem.syncDirectory(this.#root);
    await fileSystem.remove(directory + DELETED);
  }

  /** Makes the files of a new collection, the manifest last. */
  async #make(
    directory: string,
    about: Pick<Manifest, 'collectionId' | 'name' | 'config'>,
    stage: StageFirst | undefined,
  ): Promise<void> {
    const place = { fileSystem: this.#options.fileSystem, directory };
    await place.fileSystem.makeDirectory(directory);
    const { seconds, nanos } = now();
    const manifest: Manifest = {
      ...Manifest.create(),
      version: '1.0.0',
      ...about,
      createTime: { seconds: BigInt(seconds), nanos },
    };
    if (stage !== undefined) {
      manifest.logs = [await writeFirstMerge(place, about.collectionId, await stage(place))];
    }
    await publishManifest(place.fileSystem, directory, manifest);
  }

  async #openDirectory(id: string): Promise<void> {
    const { fileSystem, owns } = this.#options;
    const directory = join(this.#root, id);
    let manifest: Manifest;
    try {
      manifest = await readManifest(fileSystem, directory);
    } catch (error) {
      // Without a manifest the directory's name has to stand for the user's.
      manifest = { ...Manifest.create(), name: id, collectionId: id };
      if (owns(id)) this.#quarantine(directory, manifest, missingIsDamage(directory, error));
      return;
    }
    if (!owns(manifest.name)) return;
    try {
      const collection = await this.#openAt({ fileSystem, directory });
      this.#open.set(manifest.name, collection);
    } catch (error) {
      this.#quarantine(directory, manifest, error);
    }
  }

  async #openAt(place: Place): Promise<Collection> {
    const collection = await Collection.open(place, this.builder, this.#turns, this.#options.notes);
    collection.embedder = this.embedders.of(collection.state.config);
    return collection;
  }

  #quarantine(directory: string, manifest: Manifest, error: unknown): void {
    // A full disk or a missing permission is no damage: the start fails and can be repeated.
    if (!(error instanceof ProtovecError) || error.reason !== 'STORAGE_CORRUPTED') {
      throw unopened(directory, manifest.name, error);
    }
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

/** A directory without a manifest lost it: none is made before its manifest is. */
function missingIsDamage(directory: string, error: unknown): unknown {
  if (errorCode(error) !== 'ENOENT') return error;
  const file = join(directory, 'manifest.pb');
  return new ProtovecError(
    'STORAGE_CORRUPTED',
    `${file} is missing; bring the directory back from a backup, or delete the collection`,
    { metadata: { file, offset: '0' }, cause: error },
  );
}

/** What ends the start, with the directory at fault. */
function unopened(directory: string, name: string, cause: unknown): Error {
  const what = cause instanceof Error ? cause.message : String(cause);
  const message = `collection ${name} in ${directory} could not be opened: ${what}`;
  if (!(cause instanceof ProtovecError)) return new Error(message, { cause });
  return new ProtovecError(cause.reason, message, { metadata: cause.metadata, cause });
}

function notFound(name: string): ProtovecError {
  const message = `collection ${JSON.stringify(name)} does not exist; create it first`;
  return new ProtovecError('COLLECTION_NOT_FOUND', message, { field: 'collection' });
}

function alreadyExists(name: string): ProtovecError {
  const message = `collection ${JSON.stringify(name)} exists`;
  return new ProtovecError('ALREADY_EXISTS', message, { field: 'collection' });
}
