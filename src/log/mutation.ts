/** The part of an entry's payload that every `protovec.storage.v1.Mutation` has. */
import { writeTimestamp } from '../record/timestamp.js';
import { ByteWriter } from '../storage/bytes.js';

const COMMIT_TIME_TAG = 0x0a;

/** Field 1, the commit time; the effect's field follows it, or nothing in an idle marker. */
export function commitTimeField(seconds: number, nanos: number): Uint8Array {
  const out = new ByteWriter(32);
  writeTimestamp(out, COMMIT_TIME_TAG, seconds, nanos);
  return out.finish();
}
