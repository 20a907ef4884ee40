/**
 * The bytes of records as they go to a file. Times and revisions are kept: a file tells what was, and
 * a server decides what it takes of that.
 */
import { ByteWriter } from '../codec/byte-writer.js';
import { writeRecord } from '../codec/encode-record.js';
import { ProtovecError } from '../errors.js';
import type { VectorRecord } from '../record.js';
import { uuidv7 } from '../uuid.js';
import { checkRecord, type RecordRules } from './check-record.js';
import { tags } from './format.js';

/** A record to be written, or an encoded VectorRecord message, which is written byte for byte. */
export type WritableRecord = VectorRecord | Uint8Array;

const REVISION = 0x50;
const firstBytes = 16 * 1024;

export class RecordEncoder {
  readonly #rules: RecordRules;
  readonly #writer = new ByteWriter(firstBytes);
  #count = 0;

  constructor(rules: RecordRules) {
    this.#rules = rules;
  }

  /**
   * The encoded record, valid until the next call; one without an id gets a UUIDv7. Throws
   * INVALID_ARGUMENT with the path of the field, `records[3].embedding`, by the place of the record
   * among those given.
   */
  encode(record: WritableRecord): Uint8Array {
    const index = this.#count;
    this.#count += 1;
    try {
      const body = record instanceof Uint8Array ? record : this.#bodyOf(record);
      checkRecord(body, this.#rules);
      return body;
    } catch (error) {
      throw within(error, index);
    }
  }

  #bodyOf(record: VectorRecord): Uint8Array {
    const { revision } = record;
    const writer = this.#writer;
    writer.reset();
    writeRecord(writer, tags.record, record, record.id || uuidv7());
    if (revision) {
      if (!Number.isSafeInteger(revision) || revision < 0) {
        const what = `revision is ${revision}; it is a whole number from 0 to 2^53 - 1`;
        throw ProtovecError.invalid('revision', what);
      }
      writer.byte(REVISION);
      writer.varint(revision);
    }
    // The codec writes tag and length before the record; the length lacks the revision.
    const field = writer.finish();
    let start = 1;
    while (field[start] > 127) start += 1;
    return field.subarray(start + 1);
  }
}

/** The error of one record with its place among all records before the field's path. */
function within(error: unknown, index: number): unknown {
  if (!(error instanceof ProtovecError)) return error;
  const place = `records[${index}]`;
  const field = error.fieldViolations[0]?.field;
  const message = `${place}: ${error.message}`;
  return new ProtovecError(error.code, message, {
    reason: error.reason,
    fieldViolations: [{ field: field ? `${place}.${field}` : place, description: message }],
    cause: error,
  });
}
