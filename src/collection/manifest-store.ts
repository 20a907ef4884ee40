/**
 * The manifest of one collection in memory and on disk. Changes are published one after the other;
 * `current` is always what the disk holds.
 */
import type { Manifest } from '../gen/protovec/storage/v1/manifest.js';
import { publishManifest } from '../snapshot/manifest.js';
import type { FileSystem } from '../storage/file-system.js';

export class ManifestStore {
  readonly #fileSystem: FileSystem;
  readonly #directory: string;
  #current: Manifest;
  #last: Promise<void> = Promise.resolve();

  constructor(fileSystem: FileSystem, directory: string, manifest: Manifest) {
    this.#fileSystem = fileSystem;
    this.#directory = directory;
    this.#current = manifest;
  }

  get current(): Manifest {
    return this.#current;
  }

  /** Waits for every change that was asked for before, published or not. */
  settled(): Promise<void> {
    return this.#last;
  }

  /** Publishes the manifest with these fields replaced; reads `change` when its turn has come. */
  update(change: (current: Manifest) => Partial<Manifest>): Promise<void> {
    const turn = this.#last.then(async () => {
      const next: Manifest = { ...this.#current, ...change(this.#current) };
      await publishManifest(this.#fileSystem, this.#directory, next);
      this.#current = next;
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}
