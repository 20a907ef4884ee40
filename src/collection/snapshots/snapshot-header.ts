/** What a collection's snapshots and bases say of it. */
import type { CollectionConfig } from '../../gen/protovec/v1/collection.js';
import { now } from '../../record/timestamp.js';
import type { SnapshotHeader } from '../../snapshot/snapshot-header.js';

/** `sequence`: the log sequence that the records include. */
export function headerOf(
  config: CollectionConfig,
  collection: string,
  sequence: number,
): SnapshotHeader {
  const { seconds, nanos } = now();
  return {
    dimension: config.dimension,
    indexConfig: config.index,
    createdAt: { seconds: BigInt(seconds), nanos },
    collection,
    metric: config.metric,
    embeddingModel: config.embeddingModel,
    logSequence: sequence,
  };
}
