/** The rules of names that callers choose or hand back. Nothing on disk is named after them. */
import { invalidArgument } from '../errors.js';
import { limits } from '../limits.js';

const NAME_MAX = limits.collectionNameBytesMax;
const COLLECTION_NAME = new RegExp(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,${NAME_MAX - 1}}$`);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Refuses what cannot be the name of a collection, with INVALID_ARGUMENT on `field`. */
export function checkCollectionName(name: string, field = 'collection'): void {
  if (COLLECTION_NAME.test(name)) return;
  throw invalidArgument(
    field,
    name === ''
      ? 'the name of the collection is missing'
      : `${quote(name)} is not a collection name: 1 to ${NAME_MAX} letters, digits, '_', '.' and '-', ` +
          'the first a letter or digit',
  );
}

/** Refuses what cannot be the id of a snapshot, with INVALID_ARGUMENT on `field`. */
export function checkSnapshotId(id: string, field = 'snapshot_id'): void {
  if (UUID.test(id)) return;
  throw invalidArgument(
    field,
    `${quote(id)} is not a snapshot id: a lower-case UUID as ListSnapshots returns it`,
  );
}

/** The text as a JSON string, its end cut off when it is long. */
function quote(text: string): string {
  return text.length <= 80 ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, 80))}…`;
}
