/**
 * The index of a collection through its life: the configuration in force, what serves, and the
 * graph that is being built to take its place.
 *
 * Invariants: what serves knows every live row; a build, once complete, takes its place between two
 * slices, so that no search sees neither. The configuration may run ahead of what serves, never the
 * other way round: it is in the log before it comes here.
 */
import { ProtovecError } from '../../errors.js';
import { type IndexConfig, IndexKind } from '../../gen/protovec/v1/index.js';
import { createIndex } from '../../index/create-index.js';
import { FlatIndex } from '../../index/flat-index.js';
import { releaseGraphs } from '../../index/graph-memory.js';
import { HnswIndex } from '../../index/hnsw-index.js';
import { sameGraph } from '../../index/index-config.js';
import { pendingFullness } from '../../index/pending-rows.js';
import type { VectorArena } from '../../index/vector-arena.js';
import type { VectorIndex } from '../../index/vector-index.js';
import { limits } from '../../limits.js';
import { IndexBuild } from './index-build.js';
import type { Rows } from './rows.js';

/** More rows than this, as fullness, do not wait in copies for a first graph: see `settle`. */
const WAITING_MAX = 0.5;
/** A graph of so many bytes is worth a pause that gives its memory back. */
const RELEASED_BYTES_MIN = 8 * 1024 * 1024;

export class IndexHolder {
  readonly #arena: VectorArena;
  readonly #rows: Rows;
  #config: IndexConfig;
  #serving: VectorIndex;
  #build: IndexBuild | undefined;

  /** `config` without zero values. */
  constructor(arena: VectorArena, rows: Rows, config: IndexConfig) {
    this.#arena = arena;
    this.#rows = rows;
    this.#config = config;
    this.#serving = createIndex(arena, config);
  }

  /** In force, without zero values. */
  get config(): IndexConfig {
    return this.#config;
  }

  /** Of what serves, without zero values. */
  get servingConfig(): IndexConfig {
    if (this.#serving instanceof HnswIndex) return this.#serving.config;
    return { ...this.#config, kind: IndexKind.FLAT };
  }

  /** What searches ask. */
  get serving(): VectorIndex {
    return this.#serving;
  }

  get build(): IndexBuild | undefined {
    return this.#build;
  }

  /** How near rows that wait, in one place or the other, are to their cap; see VectorIndex. */
  get fullness(): number {
    return Math.max(this.#serving.fullness, this.#build?.index.fullness ?? 0);
  }

  /** Bytes of graphs and waiting rows, estimated. */
  get memoryBytes(): number {
    return this.#serving.memoryBytes + (this.#build?.index.memoryBytes ?? 0);
  }

  /** Whether so much of the graph is removed nodes that another one should be built. */
  get isWorn(): boolean {
    if (this.#build !== undefined || this.#serving instanceof FlatIndex) return false;
    const { tombstoneCount, indexedCount, pendingCount } = this.#serving;
    if (pendingCount > 0 || tombstoneCount < limits.rebuildTombstonesMin) return false;
    const nodes = tombstoneCount + indexedCount;
    return tombstoneCount >= nodes * limits.rebuildTombstoneShare;
  }

  /** The slot's row is new or has changed. */
  insert(slot: number): void {
    this.#serving.insert(slot);
    this.#build?.insert(slot);
  }

  /** The slot is out of use. */
  remove(slot: number): void {
    this.#serving.remove(slot);
    this.#build?.remove(slot);
  }

  /** All rows are gone: the configuration in force is what serves, and there is nothing to build. */
  clear(): void {
    const build = this.#build;
    this.#build = undefined;
    this.#serve(createIndex(this.#arena, this.#config));
    if (build === undefined) return;
    if (sameGraph(build.index.config, this.#config)) build.finish();
    else build.fail(cancelled('a restore brought another index configuration'));
  }

  /** Puts a configuration in force, without zero values; what serves stays as it is. */
  configure(config: IndexConfig): void {
    this.#config = config;
  }

  /** Serves an index that was read from files; it knows every row. */
  adopt(index: VectorIndex): void {
    this.#serve(index);
  }

  /** Compares every row from now on; a build ends. */
  serveFlat(): void {
    this.cancel(cancelled('the index was dropped'));
    this.#serve(this.#filled(new FlatIndex()));
  }

  /** Begins to build a graph of the configuration in force; a build that goes on ends. */
  begin(attended: boolean): IndexBuild {
    this.cancel(cancelled('another build took its place'));
    this.#build = new IndexBuild(this.#arena, this.#rows, this.#config, attended);
    return this.#build;
  }

  /** Lets the graph serve that is being built, if it is complete. */
  swap(): void {
    const build = this.#build;
    if (build?.isReadyFor(this.#serving) !== true) return;
    this.#build = undefined;
    this.#serve(build.index);
    build.finish();
  }

  /** Lets go of everything: the collection is gone. Whoever waits for a build gets `error`. */
  close(error: ProtovecError): void {
    this.cancel(error);
    this.#serve(new FlatIndex());
  }

  /** Ends the build, if there is one; whoever waits for it gets `error`. */
  cancel(error: ProtovecError): void {
    const build = this.#build;
    this.#build = undefined;
    build?.fail(error);
  }

  /**
   * Makes what serves fit the configuration after all files were read. A graph of other parameters
   * serves on while the right one is built. Without any graph, few rows wait for one, which searches
   * find faster than all rows of the arena; many would hold up writes until half of them are linked,
   * so they are compared in the arena until the graph is built.
   */
  settle(): void {
    const { kind, efSearch } = this.#config;
    const { serving } = this;
    if (kind === IndexKind.FLAT) {
      if (serving instanceof HnswIndex) this.serveFlat();
    } else if (serving instanceof HnswIndex && serving.indexedCount > 0) {
      if (sameGraph(serving.config, this.#config)) serving.searchWith(efSearch);
      else this.begin(false);
    } else if (pendingFullness(this.#rows.live.count, this.#arena) < WAITING_MAX) {
      this.#serve(this.#filled(createIndex(this.#arena, this.#config)));
    } else {
      this.serveFlat();
      this.begin(false);
    }
  }

  #filled(index: VectorIndex): VectorIndex {
    this.#rows.live.forEach((slot) => {
      index.insert(slot);
    });
    return index;
  }

  #serve(index: VectorIndex): void {
    const large = this.#serving.memoryBytes >= RELEASED_BYTES_MIN;
    this.#serving = index;
    // Not at once: whoever called may still hold the graph.
    if (large) setImmediate(releaseGraphs);
  }
}

function cancelled(why: string): ProtovecError {
  return new ProtovecError('CANCELLED', `the index is not being built any more: ${why}`);
}
