/**
 * A write that puts an index configuration in force: logged and durable before anything is built or
 * dropped. What follows from it begins as it is applied, so that the next such write sees it.
 */
import { ProtovecError } from '../../errors.js';
import { IndexConfig, IndexKind } from '../../gen/protovec/v1/index.js';
import { sameGraph } from '../../index/index-config.js';
import type { Write } from '../../log/group-commit.js';
import type { AppliedAt } from '../../log/write.js';
import type { IndexBuild } from '../state/index-build.js';
import type { CollectionState } from '../state/state.js';
import { indexEffect } from './effects.js';

/** What a build is asked for with: given what is in force, the same without zero values. */
export type ChooseConfig = (current: IndexConfig) => IndexConfig;

/** Builds a graph, or drops it when that is what the configuration says. */
export class BuildIndexWrite implements Write<IndexBuild | undefined> {
  readonly exclusive = true;
  readonly synced = true;
  readonly bytes = 0;
  readonly #state: CollectionState;
  readonly #choose: ChooseConfig;
  #config: IndexConfig;

  constructor(state: CollectionState, choose: ChooseConfig) {
    this.#state = state;
    this.#choose = choose;
    this.#config = state.indexes.config;
  }

  resolve(): readonly Uint8Array[] | null {
    const { config, build } = this.#state.indexes;
    if (build?.attended === true) throw building(build, this.#state.count);
    this.#config = this.#choose(config);
    return sameConfig(this.#config, config) ? null : indexEffect(this.#config);
  }

  apply(at: AppliedAt): IndexBuild | undefined {
    this.#state.configureIndex(this.#config);
    this.#state.sequence = at.sequence;
    return this.#begin();
  }

  /** The configuration is in force already: there is nothing to log, but a graph to build. */
  nothing(): IndexBuild | undefined {
    return this.#begin();
  }

  #begin(): IndexBuild | undefined {
    const { indexes } = this.#state;
    if (this.#config.kind === IndexKind.FLAT) {
      indexes.serveFlat();
      return undefined;
    }
    // A build that the server began by itself goes on when it is what is asked for.
    const { build } = indexes;
    if (build !== undefined && sameGraph(build.index.config, this.#config)) {
      build.index.searchWith(this.#config.efSearch);
      build.attended = true;
      return build;
    }
    return indexes.begin(true);
  }
}

/** Compares every record from now on; whoever builds a graph is told so. */
export class DropIndexWrite implements Write<void> {
  readonly exclusive = true;
  readonly synced = true;
  readonly frees = true;
  readonly bytes = 0;
  readonly #state: CollectionState;

  constructor(state: CollectionState) {
    this.#state = state;
  }

  resolve(): readonly Uint8Array[] | null {
    const { config } = this.#state.indexes;
    return config.kind === IndexKind.FLAT ? null : indexEffect(this.#flat());
  }

  apply(at: AppliedAt): void {
    this.#state.configureIndex(this.#flat());
    this.#state.sequence = at.sequence;
    this.#state.indexes.serveFlat();
  }

  nothing(): void {}

  /** The other parameters stay for the next graph. */
  #flat(): IndexConfig {
    return { ...this.#state.indexes.config, kind: IndexKind.FLAT };
  }
}

export function sameConfig(a: IndexConfig, b: IndexConfig): boolean {
  return Buffer.from(IndexConfig.encode(a).finish()).equals(IndexConfig.encode(b).finish());
}

function building(build: IndexBuild, count: number): ProtovecError {
  const done = build.index.indexedCount;
  return new ProtovecError(
    'INDEX_BUILDING',
    `an index is being built and has ${done} of ${count} records: wait until GetIndex tells of no ` +
      'build any more, or end it with DropIndex',
    { metadata: { indexedRecords: String(done), totalRecords: String(count) } },
  );
}
