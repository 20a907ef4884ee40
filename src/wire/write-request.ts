/**
 * Reads UpsertRecordRequest, BatchUpsertRecordsRequest and BatchInsertRequest, which number their
 * fields alike, without touching the records: those are handed on as ranges of the request.
 */
import { invalidArgument } from '../errors.js';
import { WriteMode } from '../gen/protovec/v1/record.js';
import { limits } from '../limits.js';
import { BYTES, Cursor, VARINT } from '../record/cursor.js';
import { readString } from '../record/utf8.js';

const COLLECTION = 1;
const RECORDS = 2;
const WRITE_MODE = 3;
const OPTION = 4;

export interface WriteRequest {
  /** Empty when the request names none. */
  readonly collection: string;
  /** Start and end of each record in the request. */
  readonly records: readonly number[];
  readonly mode: WriteMode;
  /** Field 4: expected_revision or all_or_nothing, as the request has it. */
  readonly option: number | undefined;
}

/** Decodes; malformed bytes and unknown modes are INVALID_ARGUMENT. */
export function decodeWriteRequest(bytes: Uint8Array): WriteRequest {
  const cursor = new Cursor();
  cursor.open(bytes, 0, bytes.length, limits.requestFieldsMax);
  const records: number[] = [];
  let collection = '';
  let mode: WriteMode = WriteMode.UPSERT;
  let option: number | undefined;
  while (cursor.position < cursor.end) {
    const tag = cursor.tag();
    const field = tag >>> 3;
    if (field > OPTION) {
      cursor.skip(tag);
      continue;
    }
    const type = field === COLLECTION || field === RECORDS ? BYTES : VARINT;
    if ((tag & 7) !== type) throw cursor.wrongType('', tag, type);
    if (field === COLLECTION) collection = stringAt(cursor);
    else if (field === RECORDS) {
      const end = cursor.valueEnd();
      records.push(cursor.position, end);
      cursor.position = end;
    } else {
      cursor.varint64();
      if (field === WRITE_MODE) mode = checkWriteMode(cursor.unsigned(), 'write_mode');
      else option = cursor.unsigned();
    }
  }
  return { collection, records, mode, option };
}

function stringAt(cursor: Cursor): string {
  const start = readString(cursor, 'collection');
  const { bytes, position } = cursor;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, position - start).toString('utf8');
}

/** The mode that a number stands for, 0 for upsert; INVALID_ARGUMENT on `field` when it is unknown. */
export function checkWriteMode(mode: number, field: string): WriteMode {
  if (mode === 0) return WriteMode.UPSERT;
  if (mode > 0 && mode <= WriteMode.UPDATE) return mode;
  throw invalidArgument(
    field,
    `write_mode ${mode} is unknown; upsert, insert and update are known`,
  );
}
