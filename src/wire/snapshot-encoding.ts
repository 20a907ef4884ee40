/** How a requested snapshot is to be written, by the request or else by the collection. */
import { invalidArgument } from '../errors.js';
import { type PersistenceConfig, SnapshotFormat } from '../gen/protovec/v1/persistence.js';
import type { SnapshotEncoding } from '../snapshot/create-writer.js';

/** Without unset values; INVALID_ARGUMENT for what cannot be written. `config`: the collection's. */
export function resolveSnapshotEncoding(
  request: { format: SnapshotFormat; compressionEnabled?: boolean | undefined },
  config: PersistenceConfig | undefined,
): SnapshotEncoding {
  const asked = request.format || config?.format || SnapshotFormat.BINARY;
  if (asked !== SnapshotFormat.BINARY && asked !== SnapshotFormat.JSON) {
    throw invalidArgument(
      'format',
      `${asked} is not a format; use SNAPSHOT_FORMAT_BINARY or SNAPSHOT_FORMAT_JSON`,
    );
  }
  const json = asked === SnapshotFormat.JSON;
  if (json && request.compressionEnabled === true) {
    throw invalidArgument(
      'compression_enabled',
      'JSON snapshots are not compressed: leave it out or use SNAPSHOT_FORMAT_BINARY',
    );
  }
  const compressed = request.compressionEnabled ?? config?.compressionEnabled ?? false;
  return { format: asked, compressed: compressed && !json };
}
