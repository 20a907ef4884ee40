/**
 * Records in stored form, one after another as fields of a message, with a table of where things
 * are: the payload of a log entry, ready to be written and then applied.
 */
import { ByteWriter } from '../storage/bytes.js';
import type { RecordRules } from './embedding.js';
import { forEachField } from './peek.js';
import { asCorrupted, RecordScan, scanRecord, scanStored } from './scan.js';
import { appendStored } from './stored-form.js';

/** UpsertEffect.records. */
const RECORDS_FIELD = 1;
const RECORDS_TAG = 0x0a;

/** Columns of the table: offsets into `bytes`. */
export const BODY_START = 0;
export const BODY_END = 1;
export const ID_START = 2;
export const ID_END = 3;
export const EMBEDDING_START = 4;
/** Numbers in the table for each record. */
export const TABLE_STRIDE = 5;

/** Records that are ready to be applied. */
export interface RecordTable {
  /** Number of records. */
  readonly count: number;
  /** Encoded fields: tag 0x0A, length, body, and so on. */
  readonly bytes: Uint8Array;
  /** TABLE_STRIDE numbers for each record; room for more may follow the last. */
  readonly table: Int32Array;
}

/** One for the thread: a scan ends before the next begins. */
const scan = new RecordScan();

/** Collects a client's records. Each is whole and valid, or is refused and leaves no trace. */
export class RecordBatch implements RecordTable {
  count = 0;
  #table: Int32Array;
  readonly #out: ByteWriter;
  #view: Uint8Array | undefined;

  /** Room for so much at first; it grows when needed. */
  constructor(capacityBytes: number, capacityRecords: number) {
    this.#out = new ByteWriter(capacityBytes);
    this.#table = new Int32Array(Math.max(1, capacityRecords) * TABLE_STRIDE);
  }

  /** A view of all records so far; it stays valid until `reset`. */
  get bytes(): Uint8Array {
    this.#view ??= this.#out.finish();
    return this.#view;
  }

  get table(): Int32Array {
    return this.#table;
  }

  /**
   * Checks the record encoded in `source` from `start` up to `end` and adds it in stored form.
   * `assignId`: bytes to use as the id when the record's own is empty. Throws ProtovecError
   * INVALID_ARGUMENT or INVALID_EMBEDDING with the field relative to the record; nothing is added.
   */
  add(
    source: Uint8Array,
    start: number,
    end: number,
    rules: RecordRules,
    options?: { readonly assignId?: Uint8Array },
  ): void {
    const assignId = options?.assignId;
    scanRecord(source, start, end, rules, scan, assignId !== undefined);
    const out = this.#out;
    this.#view = undefined;
    out.byte(RECORDS_TAG);
    if (scan.stored && scan.idEnd > scan.idStart) {
      out.varint(end - start);
      out.copy(source, start, end);
      this.#note(out.length - (end - start) - start, out.length);
      return;
    }
    const from = out.length;
    appendStored(source, scan, out, assignId);
    const bodyLength = out.length - from;
    out.prefixLength(from);
    scanStored(out.buffer, out.length - bodyLength, out.length, scan);
    this.#note(0, out.length);
  }

  /** Forgets all records and keeps the memory. Only when nobody holds `bytes` any more. */
  reset(): void {
    this.count = 0;
    this.#view = undefined;
    this.#out.reset();
  }

  /** Adds a row for the scanned record, `shift` bytes after where it was scanned. */
  #note(shift: number, bodyEnd: number): void {
    const at = this.count * TABLE_STRIDE;
    this.#table = withRoom(this.#table, at);
    putRow(this.#table, at, shift, bodyEnd);
    this.count++;
  }
}

/**
 * The table of the records in an UpsertEffect that a log entry holds in `bytes` from `start` up to
 * `end`; offsets are into `bytes`, which is not copied. Other fields are passed over. Throws
 * ProtovecError STORAGE_CORRUPTED when the bytes are not what a RecordBatch wrote.
 */
export function batchOfStored(bytes: Uint8Array, start: number, end: number): RecordTable {
  let table: Int32Array = new Int32Array(16 * TABLE_STRIDE);
  let count = 0;
  try {
    forEachField(bytes, start, end, RECORDS_FIELD, (bodyStart, bodyEnd) => {
      scanStored(bytes, bodyStart, bodyEnd, scan);
      table = withRoom(table, count * TABLE_STRIDE);
      putRow(table, count * TABLE_STRIDE, 0, bodyEnd);
      count++;
    });
  } catch (error) {
    throw asCorrupted(error);
  }
  return { count, bytes, table };
}

/** The table, or a larger copy of it, with room for one row at `at`. */
function withRoom(table: Int32Array, at: number): Int32Array {
  if (at + TABLE_STRIDE <= table.length) return table;
  const grown = new Int32Array(table.length * 2);
  grown.set(table);
  return grown;
}

function putRow(table: Int32Array, at: number, shift: number, bodyEnd: number): void {
  table[at + BODY_START] = scan.start + shift;
  table[at + BODY_END] = bodyEnd;
  table[at + ID_START] = scan.idStart + shift;
  table[at + ID_END] = scan.idEnd + shift;
  table[at + EMBEDDING_START] = scan.embeddingStart + shift;
}
