/** Opens what an engine worker hosts: its collections and the operations on them. */
import { Registry } from '../collection/registry.js';
import { Embedders } from '../embedding/embedders.js';
import { useNativeThreads } from '../index/native-threads.js';
import { createLogger } from '../observe.js';
import { nodeFileSystem } from '../storage/file-system.js';
import { Drain, drainOperations } from './drain.js';
import { figuresOperations } from './figures.js';
import { healthOperations } from './health.js';
import type { Engine, EngineOptions, Operations } from './operation.js';
import { aggregateOperations } from './operations/aggregate.js';
import { batchInsertOperations } from './operations/batch-insert.js';
import { batchSearchOperations } from './operations/batch-search.js';
import { collectionOperations } from './operations/collections.js';
import { deleteOperations } from './operations/delete.js';
import { diffOperations } from './operations/diff.js';
import { indexOperations } from './operations/indexes.js';
import { ingestOperations } from './operations/ingest.js';
import { listOperations } from './operations/list.js';
import { mergeOperations } from './operations/merge.js';
import { readOperations } from './operations/read.js';
import { restoreOperations } from './operations/restore.js';
import { saveOperations } from './operations/save.js';
import { searchOperations } from './operations/search.js';
import { searchStreamOperations } from './operations/search-stream.js';
import { snapshotOperations } from './operations/snapshots.js';
import { transferOperations } from './operations/transfer.js';
import { upsertOperations } from './operations/upsert.js';
import { validateOperations } from './operations/validate.js';
import { workerOf } from './pool-routing.js';

/** Recovers the collections of this worker. Throws when the data directory cannot be used. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { dataDirectory, worker, workers, logLevel, nativeThreads } = options;
  if (nativeThreads !== undefined) useNativeThreads(nativeThreads);
  const logger = createLogger(logLevel);
  const registry = await Registry.open({
    fileSystem: nodeFileSystem,
    dataDirectory,
    owns: (name) => workerOf(name, workers) === worker,
    notes: (note) => logger.warn(note),
    embedders: new Embedders(options.embeddingService),
  });
  return { operations: operationsOf(registry), close: () => registry.close() };
}

/** Every RPC on the collections of a registry, and what only the main thread asks. */
export function operationsOf(registry: Registry): Operations {
  const drain = new Drain();
  return {
    ...drainOperations(drain),
    ...healthOperations(registry),
    ...figuresOperations(registry),
    ...collectionOperations(registry),
    ...aggregateOperations(registry),
    ...indexOperations(registry),
    ...upsertOperations(registry),
    ...deleteOperations(registry),
    ...readOperations(registry),
    ...listOperations(registry),
    ...batchInsertOperations(registry),
    ...ingestOperations(registry, drain),
    ...searchOperations(registry),
    ...batchSearchOperations(registry),
    ...searchStreamOperations(registry),
    ...saveOperations(registry),
    ...snapshotOperations(registry),
    ...mergeOperations(registry),
    ...diffOperations(registry),
    ...validateOperations(registry),
    ...restoreOperations(registry),
    ...transferOperations(registry),
  };
}
