/**
 * Reads IngestRecordsRequest without touching the records: those are handed on as ranges of the
 * message. Pieces of one message are merged, as protobuf wants it; of open and batch the last counts.
 */
import { invalidArgument } from '../errors.js';
import type { WriteMode } from '../gen/protovec/v1/record.js';
import { IngestAckLevel } from '../gen/protovec/v1/record_service.js';
import { limits } from '../limits.js';
import { BYTES, Cursor, VARINT } from '../record/cursor.js';
import { readString } from '../record/utf8.js';
import { checkWriteMode } from './write-request.js';

const COLLECTION = 1;
const OPEN = 2;
const BATCH = 3;
const NAMES = ['', 'collection', 'open', 'batch'];

const OPEN_NAMES = [
  '',
  'open.idempotency_key',
  'open.acknowledged_number',
  'open.write_mode',
  'open.ack_level',
  'open.stop_on_refusal',
];
const KEY = 1;
const ACKNOWLEDGED_NUMBER = 2;
const WRITE_MODE = 3;
const ACK_LEVEL = 4;
const STOP_ON_REFUSAL = 5;

const BATCH_NAMES = ['', 'batch.number', 'batch.records'];
const NUMBER = 1;
const RECORDS = 2;

/** How a load is opened. */
export interface IngestOpening {
  /** Empty: the load cannot be opened again. */
  key: string;
  acknowledgedNumber: number;
  /** As the message has it; 0 is upsert. */
  mode: WriteMode;
  /** As the message has it; 0 is durable. */
  ackLevel: IngestAckLevel;
  stopOnRefusal: boolean;
}

/** A batch as it was sent. */
export interface IngestRanges {
  /** From 2^53 on it is rounded. */
  number: number;
  /** Start and end of each record in the message. */
  records: number[];
}

export interface IngestRequest {
  /** Empty when the message names none. */
  collection: string;
  open: IngestOpening | undefined;
  batch: IngestRanges | undefined;
}

/** Decodes; malformed bytes, unknown modes and levels and a key that is too long are INVALID_ARGUMENT. */
export function decodeIngestRequest(bytes: Uint8Array): IngestRequest {
  const cursor = new Cursor();
  cursor.open(bytes, 0, bytes.length, limits.requestFieldsMax);
  const request: IngestRequest = { collection: '', open: undefined, batch: undefined };
  while (cursor.position < cursor.end) {
    const tag = cursor.tag();
    const field = tag >>> 3;
    if (field > BATCH) {
      cursor.skip(tag);
      continue;
    }
    if ((tag & 7) !== BYTES) throw cursor.wrongType(NAMES[field], tag, BYTES);
    if (field === COLLECTION) {
      request.collection = textAt(cursor, 'collection');
    } else if (field === OPEN) {
      request.batch = undefined;
      request.open ??= {
        key: '',
        acknowledgedNumber: 0,
        mode: 0,
        ackLevel: 0,
        stopOnRefusal: false,
      };
      readWithin(cursor, request.open, readOpening);
    } else {
      request.open = undefined;
      request.batch ??= { number: 0, records: [] };
      readWithin(cursor, request.batch, readBatch);
    }
  }
  if (request.open !== undefined) checkOpening(request.open);
  return request;
}

/** Reads a message that is a field of another, up to where it ends. */
function readWithin<T>(cursor: Cursor, into: T, read: (cursor: Cursor, into: T) => void): void {
  const outer = cursor.end;
  cursor.end = cursor.valueEnd();
  while (cursor.position < cursor.end) read(cursor, into);
  cursor.end = outer;
}

function readOpening(cursor: Cursor, open: IngestOpening): void {
  const tag = cursor.tag();
  const field = tag >>> 3;
  if (field > STOP_ON_REFUSAL) {
    cursor.skip(tag);
    return;
  }
  const type = field === KEY ? BYTES : VARINT;
  if ((tag & 7) !== type) throw cursor.wrongType(OPEN_NAMES[field], tag, type);
  if (field === KEY) {
    open.key = textAt(cursor, OPEN_NAMES[KEY]);
    return;
  }
  cursor.varint64();
  if (field === ACKNOWLEDGED_NUMBER) open.acknowledgedNumber = cursor.unsigned();
  // An enum has 32 bits, whatever is sent.
  else if (field === WRITE_MODE) open.mode = cursor.low | 0;
  else if (field === ACK_LEVEL) open.ackLevel = cursor.low | 0;
  else open.stopOnRefusal = cursor.unsigned() !== 0;
}

function readBatch(cursor: Cursor, batch: IngestRanges): void {
  const tag = cursor.tag();
  const field = tag >>> 3;
  if (field > RECORDS) {
    cursor.skip(tag);
    return;
  }
  const type = field === RECORDS ? BYTES : VARINT;
  if ((tag & 7) !== type) throw cursor.wrongType(BATCH_NAMES[field], tag, type);
  if (field === NUMBER) {
    cursor.varint64();
    batch.number = cursor.unsigned();
    return;
  }
  const end = cursor.valueEnd();
  batch.records.push(cursor.position, end);
  cursor.position = end;
}

function checkOpening({ key, mode, ackLevel }: IngestOpening): void {
  const bytes = Buffer.byteLength(key);
  if (bytes > limits.ingestKeyBytesMax) {
    const message = `the key has ${bytes} bytes and may have ${limits.ingestKeyBytesMax}; choose a shorter one`;
    throw invalidArgument(OPEN_NAMES[KEY], message);
  }
  checkWriteMode(mode, OPEN_NAMES[WRITE_MODE]);
  if (ackLevel < 0 || ackLevel > IngestAckLevel.WRITTEN) {
    const message = `ack_level ${ackLevel} is unknown; durable and written are known`;
    throw invalidArgument(OPEN_NAMES[ACK_LEVEL], message);
  }
}

function textAt(cursor: Cursor, field: string): string {
  const start = readString(cursor, field);
  const { bytes, position } = cursor;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, position - start).toString('utf8');
}
