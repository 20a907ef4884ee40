/**
 * Writes answers that carry records: stored bytes are spliced in, masked, and never decoded.
 * A writer is used for one answer after the other and keeps its buffers. What it returns is a copy
 * that owns its buffer, so that it may be moved to another thread.
 */
import { ProtovecError } from '../errors.js';
import type { SearchMethod } from '../gen/protovec/v1/search_service.js';
import { limits } from '../limits.js';
import { projectRecord, type RecordMask, type ServerFields } from '../record/project.js';
import { ByteWriter, varintLength } from '../storage/bytes.js';

/** SearchResponse.results, SimilarityResult.record and `records` of all other answers. */
const FIRST_TAG = 0x0a;
const SCORE_TAG = 0x15;
const DISTANCE_TAG = 0x1d;
const METHOD_TAG = 0x10;
const CANDIDATE_COUNT_TAG = 0x18;
/** Score and distance, each a tag and a float. */
const SCORES_BYTES = 10;
/** Method and candidate count, with room to spare. */
const SEARCH_TAIL_BYTES = 16;

/** Writes a SearchResponse: begin, add each hit best first, finish. */
export class SearchResponseWriter {
  readonly #out = new ByteWriter(64 * 1024);
  readonly #record = new ByteWriter(16 * 1024);
  #count = 0;

  /** Starts an answer, whatever became of the one before. */
  begin(): void {
    this.#out.reset();
    this.#count = 0;
  }

  /**
   * Adds the record whose stored body is `body[start, end)`. RESPONSE_TOO_LARGE when the answer
   * would exceed its limit.
   */
  add(
    body: Uint8Array,
    start: number,
    end: number,
    mask: RecordMask,
    fields: ServerFields,
    score: number,
    distance: number,
  ): void {
    const record = this.#record;
    record.reset();
    projectRecord(body, start, end, mask, fields, record);
    this.#addHit(score, distance);
  }

  /** Adds a record of whose body no more than the id is wanted. */
  addId(
    id: Uint8Array,
    mask: RecordMask,
    fields: ServerFields,
    score: number,
    distance: number,
  ): void {
    const record = this.#record;
    record.reset();
    record.byte(FIRST_TAG);
    record.varint(id.length);
    record.copy(id, 0, id.length);
    projectRecord(id, 0, 0, mask, fields, record);
    this.#addHit(score, distance);
  }

  #addHit(score: number, distance: number): void {
    const out = this.#out;
    const record = this.#record;
    const hitLength = fieldLength(record.length) + SCORES_BYTES;
    const length = out.length + fieldLength(hitLength);
    if (length + SEARCH_TAIL_BYTES > limits.responseBytesMax) {
      throw tooLarge(this.#count, 'name the fields you need in hit_mask or lower limit');
    }
    out.byte(FIRST_TAG);
    out.varint(hitLength);
    writeField(out, record);
    out.byte(SCORE_TAG);
    out.float(score);
    out.byte(DISTANCE_TAG);
    out.float(distance);
    this.#count += 1;
  }

  /** The encoded answer. */
  finish(method: SearchMethod, candidateCount: number): Uint8Array {
    const out = this.#out;
    out.byte(METHOD_TAG);
    out.varint(method);
    out.byte(CANDIDATE_COUNT_TAG);
    out.varint(candidateCount);
    return new Uint8Array(out.finish());
  }
}

/**
 * Writes any answer whose field 1 is a VectorRecord, repeated or not, and whose other fields, if it
 * has any, are texts: begin, add, finish.
 */
export class RecordsResponseWriter {
  readonly #out = new ByteWriter(64 * 1024);
  readonly #record = new ByteWriter(16 * 1024);
  #bytesMax: number = limits.responseBytesMax;
  #count = 0;

  /** Records in the answer so far. */
  get count(): number {
    return this.#count;
  }

  /** Starts an answer. `bytesMax` is how large records may make it before tryAdd says no. */
  begin(bytesMax: number = limits.responseBytesMax): void {
    this.#out.reset();
    this.#bytesMax = bytesMax;
    this.#count = 0;
  }

  /** Adds a stored record unless it does not fit any more; the first one always does. */
  tryAdd(
    body: Uint8Array,
    start: number,
    end: number,
    mask: RecordMask,
    fields: ServerFields,
  ): boolean {
    const record = this.#record;
    record.reset();
    projectRecord(body, start, end, mask, fields, record);
    const length = this.#out.length + fieldLength(record.length);
    if (length > this.#bytesMax && this.#count > 0) return false;
    writeField(this.#out, record);
    this.#count += 1;
    return true;
  }

  /** Adds a stored record; RESPONSE_TOO_LARGE when it does not fit any more. */
  add(body: Uint8Array, start: number, end: number, mask: RecordMask, fields: ServerFields): void {
    if (!this.tryAdd(body, start, end, mask, fields)) throw this.#tooLarge();
  }

  /** Adds one text, such as a page token or a missing id, in the field `fieldNumber` (1 to 15). */
  addText(fieldNumber: number, text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    if (this.#out.length + fieldLength(bytes.length) > limits.responseBytesMax) {
      throw this.#tooLarge();
    }
    this.#out.byte((fieldNumber << 3) | 2);
    this.#out.varint(bytes.length);
    this.#out.copy(bytes, 0, bytes.length);
  }

  /** The encoded answer. */
  finish(): Uint8Array {
    return new Uint8Array(this.#out.finish());
  }

  #tooLarge(): ProtovecError {
    const hint =
      'name the fields you need in record_mask, ask for fewer ids, read pages with ListRecords or ' +
      'stream with ExportRecords';
    return tooLarge(this.#count, hint);
  }
}

/** Bytes of a length-delimited field with a one-byte tag. */
function fieldLength(length: number): number {
  return 1 + varintLength(length) + length;
}

/** Appends the record as field 1. */
function writeField(out: ByteWriter, record: ByteWriter): void {
  out.byte(FIRST_TAG);
  out.varint(record.length);
  out.copy(record.buffer, 0, record.length);
}

function tooLarge(count: number, hint: string): ProtovecError {
  return new ProtovecError(
    'RESPONSE_TOO_LARGE',
    `the answer exceeds ${limits.responseBytesMax} bytes after ${count} records; ${hint}`,
  );
}
