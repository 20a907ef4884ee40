/** What all messages of many records have in common: how large one gets, and what is in it. */
import type { ByteWriter } from './codec/byte-writer.js';
import { writeRecord } from './codec/encode-record.js';
import { ProtovecError } from './errors.js';
import type { VectorRecord } from './record.js';
import { uuidv7 } from './uuid.js';

/** The most records that a server takes in one message. */
export const MESSAGE_RECORDS_MAX = 10_000;
const MESSAGE_BYTES = 1024 * 1024;

/** Whether a message of a stream is to be sent: its size follows from its records alone. */
export function isFull(bytes: number, records: number): boolean {
  return bytes >= MESSAGE_BYTES || records >= MESSAGE_RECORDS_MAX;
}

/**
 * Writes a record as a field of a message; one without an id gets a UUIDv7. `index`: its place among
 * all records that were given, which errors name.
 */
export function addRecord(
  writer: ByteWriter,
  tag: number,
  record: VectorRecord,
  index: number,
): void {
  try {
    writeRecord(writer, tag, record, record.id || uuidv7());
  } catch (error) {
    throw within(error, index);
  }
}

/** The error of one record with its place among all records before the field's path. */
function within(error: unknown, index: number): unknown {
  if (!(error instanceof ProtovecError)) return error;
  const field = `records[${index}].${error.fieldViolations[0]?.field ?? ''}`;
  return ProtovecError.invalid(field, `records[${index}]: ${error.message}`, error);
}
