/**
 * Writes records in stored form: the client's bytes, less the fields that the server owns, with
 * each singular field and each metadata key once and the embedding in one packed chunk. What need
 * not change is copied in the longest possible runs; what is written anew goes to the end.
 */
import type { ByteWriter } from '../storage/bytes.js';
import type { RecordScan } from './scan.js';
import { writeTimestamp } from './timestamp.js';

const ID_TAG = 0x0a;
/** Tags of the fields that the server owns. */
export const CREATE_TIME_TAG = 0x42;
export const UPDATE_TIME_TAG = 0x4a;
export const REVISION_TAG = 0x50;

/**
 * Appends the record that `scanRecord` has just checked, in stored form, without tag and length.
 * `assignId`: bytes to use as the id when the record's own is empty.
 */
export function appendStored(
  bytes: Uint8Array,
  scan: RecordScan,
  out: ByteWriter,
  assignId?: Uint8Array,
): void {
  if (assignId !== undefined && scan.idStart === scan.idEnd) {
    out.byte(ID_TAG);
    out.varint(assignId.length);
    out.copy(assignId, 0, assignId.length);
    if (scan.textFields[1] >= 0) scan.drops.push(scan.textFields[1], scan.idEnd);
  }
  const { drops } = scan;
  drops.sort();
  let from = scan.start;
  for (let i = 0; i < drops.count; i++) {
    out.copy(bytes, from, drops.startAt(i));
    from = drops.endAt(i);
  }
  out.copy(bytes, from, scan.end);
  scan.metadata.appendOdd(bytes, out);
  scan.embedding.appendScattered(out);
}

/**
 * Appends the record that `scanRecord` has just checked, in stored form plus the times that it came
 * with: the form in which merged records wait for their turn. Its revision is left out.
 */
export function appendStoredWithTimes(bytes: Uint8Array, scan: RecordScan, out: ByteWriter): void {
  appendStored(bytes, scan, out);
  writeTimestamp(out, CREATE_TIME_TAG, scan.createSeconds, scan.createNanos);
  writeTimestamp(out, UPDATE_TIME_TAG, scan.updateSeconds, scan.updateNanos);
}
