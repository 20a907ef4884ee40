/** Actions on the index of a collection, while records come and go. */
import { ProtovecError } from '../../../src/errors.js';
import { type IndexConfig, IndexKind, Quantization } from '../../../src/gen/protovec/v1/index.js';
import {
  BuildIndexRequest,
  BuildIndexResponse,
  DropIndexRequest,
  DropIndexResponse,
} from '../../../src/gen/protovec/v1/index_service.js';
import type { Random } from '../../support/random.js';
import { describe, type Run } from './run.js';

/** Builds a graph of other parameters, or of the same; one at a time. */
export async function buildIndex(run: Run, random: Random): Promise<void> {
  const name = run.anyName(random);
  const { indexes } = run.known(name);
  const config = {
    ...indexes.latest,
    kind: IndexKind.HNSW,
    connectivity: random.pick([4, 8, 24]),
    quantization: random.pick([Quantization.F32, Quantization.BF16]),
  };
  const wish = indexes.begin(config);
  try {
    await run.store.call('IndexService/BuildIndex', [BuildIndexRequest, BuildIndexResponse], {
      collection: name,
      config,
    });
    if (run.disk.on) indexes.settle(wish);
  } catch (error) {
    // The index was dropped meanwhile.
    const dropped = error instanceof ProtovecError && error.reason === 'CANCELLED';
    if (run.disk.on && !dropped) run.problems.push(`a build failed: ${describe(error)}`);
  }
}

export async function dropIndex(run: Run, random: Random): Promise<void> {
  const name = run.anyName(random);
  const { indexes } = run.known(name);
  const wish = indexes.begin({ ...indexes.latest, kind: IndexKind.FLAT });
  const answer = await run.call(`drop of the index of ${name}`, () =>
    run.store.call('IndexService/DropIndex', [DropIndexRequest, DropIndexResponse], {
      collection: name,
    }),
  );
  if (answer !== undefined) indexes.settle(wish);
}

/** The index configurations that a collection may have: of wishes in the order of the log. */
export class IndexWishes {
  #wishes: IndexConfig[];

  /** `config`: in force for certain. */
  constructor(config: IndexConfig) {
    this.#wishes = [config];
  }

  /** The last one that was asked for. */
  get latest(): IndexConfig {
    return this.#wishes[this.#wishes.length - 1];
  }

  begin(config: IndexConfig): IndexConfig {
    this.#wishes.push(config);
    return config;
  }

  /** It was acknowledged, and so was everything before it. */
  settle(wish: IndexConfig): void {
    const place = this.#wishes.indexOf(wish);
    if (place > 0) this.#wishes = this.#wishes.slice(place);
  }

  /** What does not hold when `found` is in force. */
  problem(found: IndexConfig | undefined): string | undefined {
    const allowed = this.#wishes.map(print);
    if (allowed.includes(print(found))) return undefined;
    return `the index configuration is ${print(found)}, not ${allowed.join(' or ')}`;
  }
}

function print(config: IndexConfig | undefined): string {
  if (config === undefined) return 'none';
  const { kind, connectivity, expansionAdd, efSearch, quantization } = config;
  return [IndexKind[kind], connectivity, expansionAdd, efSearch, quantization].join(' ');
}
