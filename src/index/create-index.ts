/** Makes the index that a configuration asks for. */
import { type IndexConfig, IndexKind } from '../gen/protovec/v1/index.js';
import { FlatIndex } from './flat-index.js';
import { HnswIndex } from './hnsw-index.js';
import type { VectorArena } from './vector-arena.js';
import type { VectorIndex } from './vector-index.js';

/** An empty index over the rows of `arena`. `config` without zero values: see resolveIndexConfig. */
export function createIndex(arena: VectorArena, config: IndexConfig): VectorIndex {
  return config.kind === IndexKind.FLAT ? new FlatIndex() : new HnswIndex(arena, config);
}
