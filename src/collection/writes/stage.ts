/** Begins the staging of records that are merged into a collection. */
import type { CollectionConfig } from '../../gen/protovec/v1/collection.js';
import { StagedMerge } from '../../snapshot/merge/staging.js';
import { type Place, stageDirectory } from '../place.js';
import { headerOf } from '../snapshots/snapshot-header.js';

/** `config` and `name` are those of the collection whose directory `place` is. */
export function stageAt(
  place: Place,
  config: CollectionConfig,
  name: string,
  allowUnsealed: boolean,
): Promise<StagedMerge> {
  const header = headerOf(config, name, 0);
  return StagedMerge.begin(place.fileSystem, stageDirectory(place), header, { allowUnsealed });
}
