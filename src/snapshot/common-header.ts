/**
 * The header of one part that takes the place of several: what all of them say is kept, and what
 * they say differently is left unknown, save that the newest date and the first index configuration
 * and model stand for all.
 */
import type { SnapshotHeader } from './snapshot-header.js';

/** One header for records under these, of which there is at least one and which may be merged. */
export function commonHeader(headers: readonly SnapshotHeader[]): SnapshotHeader {
  const [first, ...others] = headers;
  const common = { ...first };
  for (const header of others) {
    common.indexConfig ??= header.indexConfig;
    common.embeddingModel ||= header.embeddingModel;
    if (isLater(header.createdAt, common.createdAt)) common.createdAt = header.createdAt;
    if (header.collection !== first.collection) common.collection = '';
    if (header.logSequence !== first.logSequence) common.logSequence = 0;
  }
  if (common.collection === '') common.logSequence = 0;
  return common;
}

type Time = SnapshotHeader['createdAt'];

function isLater(a: Time, b: Time): boolean {
  return a.seconds !== b.seconds ? a.seconds > b.seconds : a.nanos > b.nanos;
}
