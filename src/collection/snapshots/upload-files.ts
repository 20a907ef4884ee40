/**
 * The files of uploads that are not whole: `uploads/<snapshot_id>.part`. What such a file holds is
 * the upload's beginning; nothing else about it is kept. The id is a UUIDv7, whose time says how old
 * the upload is.
 */
import { join } from 'node:path';
import { limits } from '../../limits.js';
import { timeOfUuid } from '../../record/uuid.js';
import type { Place } from '../place.js';

const ENDING = '.part';

export function uploadDirectory(place: Place): string {
  return join(place.directory, 'uploads');
}

export function uploadPath(place: Place, snapshotId: string): string {
  return join(uploadDirectory(place), snapshotId + ENDING);
}

/** Whether an upload of that id may go on: it is not older than a day, nor from the future. */
export function isRecent(snapshotId: string): boolean {
  return Math.abs(Date.now() - timeOfUuid(snapshotId)) <= limits.uploadAgeMs;
}

/** Ids of the uploads that are not whole. */
export async function listUploads(place: Place): Promise<string[]> {
  const names = await place.fileSystem.list(uploadDirectory(place));
  return names.filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length));
}

/** Removes what nobody may go on with. */
export async function removeOldUploads(place: Place): Promise<void> {
  for (const id of await listUploads(place)) {
    if (!isRecent(id)) await place.fileSystem.remove(uploadPath(place, id));
  }
}
