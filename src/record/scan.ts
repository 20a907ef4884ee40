/**
 * One pass over the fields of an encoded VectorRecord that decodes nothing: it checks everything
 * that the schema promises and notes where things are.
 *
 * `scanRecord` is for bytes of a client and trusts nothing in them; `scanStored` is for bytes that
 * this codec wrote and that a checksum covers. Neither changes bytes nor allocates for a record.
 */
import { invalidArgument, ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import { BYTES, Cursor, FIXED32, VARINT } from './cursor.js';
import { Drops } from './drops.js';
import { EmbeddingScan, type RecordRules } from './embedding.js';
import { MetadataScan } from './metadata.js';
import { type Instant, readTimestamp } from './timestamp.js';
import { readString } from './utf8.js';

export type { RecordRules } from './embedding.js';

/** Most fields on the wire that a record may have beside one for each value of its embedding. */
const FIELDS_MAX = 4096;
/** Room beside the limit of a record for the fields that the server owns, as it writes them. */
const SERVER_FIELDS_BYTES_MAX = 64;
const TEXT_NAMES = ['', 'id', 'content', 'title', 'file_path', 'extension'];
const SERVER_NAMES = ['create_time', 'update_time', 'revision'];

/** What a scan found. Offsets are into the bytes that were scanned; one scan is used for many. */
export class RecordScan {
  /** The record. */
  start = 0;
  end = 0;
  /** Whether the bytes are in stored form already. */
  stored = false;
  /** By field number, 1 to 5: ranges of the texts' last occurrences; -1 when there is none. */
  readonly textStarts = new Int32Array(6);
  readonly textEnds = new Int32Array(6);
  /** Where the fields of those texts start. */
  readonly textFields = new Int32Array(6);
  /** Payload of the embedding if it is one packed chunk, else -1. */
  embeddingStart = -1;
  embeddingEnd = -1;
  /** Times as the record has them; NaN seconds when it has none. */
  readonly createTime: Instant = { seconds: Number.NaN, nanos: 0 };
  readonly updateTime: Instant = { seconds: Number.NaN, nanos: 0 };
  /** As the record has it; rounded from 2^53 on. 0 when it has none. */
  revision = 0;
  /** What the stored form leaves out, and what it writes anew; empty after `scanStored`. */
  readonly drops = new Drops();
  readonly embedding = new EmbeddingScan();
  readonly metadata = new MetadataScan();

  get idStart(): number {
    return this.textStarts[1];
  }

  get idEnd(): number {
    return this.textEnds[1];
  }

  get contentStart(): number {
    return this.textStarts[2];
  }

  get contentEnd(): number {
    return this.textEnds[2];
  }

  get createSeconds(): number {
    return this.createTime.seconds;
  }

  get createNanos(): number {
    return this.createTime.nanos;
  }

  get updateSeconds(): number {
    return this.updateTime.seconds;
  }

  get updateNanos(): number {
    return this.updateTime.nanos;
  }

  /** Starts over for the record from `start` up to `end`. */
  reset(start: number, end: number): void {
    this.start = start;
    this.end = end;
    this.stored = false;
    this.textStarts.fill(-1);
    this.textEnds.fill(-1);
    this.textFields.fill(-1);
    this.embeddingStart = -1;
    this.embeddingEnd = -1;
    this.createTime.seconds = Number.NaN;
    this.createTime.nanos = 0;
    this.updateTime.seconds = Number.NaN;
    this.updateTime.nanos = 0;
    this.revision = 0;
    this.drops.clear(start);
  }
}

const cursor = new Cursor();

/**
 * Checks the record that a client encoded from `start` up to `end` and fills `scan`. Throws
 * ProtovecError INVALID_ARGUMENT or INVALID_EMBEDDING with the field relative to the record; what
 * `scan` holds then is undefined. `idOptional`: an absent or empty id passes.
 */
export function scanRecord(
  bytes: Uint8Array,
  start: number,
  end: number,
  rules: RecordRules,
  scan: RecordScan,
  idOptional = false,
): void {
  if (end - start > limits.recordBytesMax + SERVER_FIELDS_BYTES_MAX) throw tooLong(end - start);
  scan.reset(start, end);
  scan.embedding.reset(rules.dimension);
  scan.metadata.reset();
  cursor.open(bytes, start, end);
  const most = FIELDS_MAX + rules.dimension;
  let fields = 0;
  let serverBytes = 0;
  while (cursor.position < end) {
    if (++fields > most) throw tooManyFields(most);
    const fieldStart = cursor.position;
    const tag = cursor.tag();
    if (tag === 0x3a) scan.metadata.entry(cursor, fieldStart, scan.drops);
    else if (tag === 0x32 || tag === 0x35) scanEmbedding(tag, fieldStart, scan);
    else if (tag >>> 3 <= 5) scanText(tag, fieldStart, scan);
    else if (tag >>> 3 > 10) cursor.skip(tag);
    else {
      scanServerField(tag, scan);
      scan.drops.push(fieldStart, cursor.position);
      serverBytes += cursor.position - fieldStart;
    }
  }
  if (end - start - serverBytes > limits.recordBytesMax) throw tooLong(end - start - serverBytes);
  checkId(scan.idEnd - scan.idStart, idOptional);
  scan.embedding.check(rules);
  if (!scan.embedding.scattered) {
    scan.embeddingStart = scan.embedding.start;
    scan.embeddingEnd = scan.embedding.end;
  }
  scan.metadata.dropOdd(scan.drops);
  scan.stored = scan.drops.count === 0;
}

/**
 * Notes where things are in a record that this codec wrote, with the server's fields or without.
 * Texts, values and limits are not checked again. Throws ProtovecError STORAGE_CORRUPTED when the
 * bytes are no record.
 */
export function scanStored(bytes: Uint8Array, start: number, end: number, scan: RecordScan): void {
  scan.reset(start, end);
  scan.metadata.reset();
  cursor.open(bytes, start, end);
  try {
    while (cursor.position < end) {
      const fieldStart = cursor.position;
      const tag = cursor.tag();
      if (tag >>> 3 <= 5 || tag === 0x32) noteRange(tag, fieldStart, scan);
      else if (tag >>> 3 > 10 || tag === 0x3a) cursor.skip(tag);
      else {
        scanServerField(tag, scan);
        scan.drops.push(fieldStart, cursor.position);
      }
    }
  } catch (error) {
    throw asCorrupted(error);
  }
  if (scan.idEnd <= scan.idStart) throw corrupted('it has no id');
  if (scan.embeddingStart < 0) throw corrupted('it has no embedding');
  scan.stored = scan.drops.count === 0;
}

function scanText(tag: number, fieldStart: number, scan: RecordScan): void {
  const field = tag >>> 3;
  if ((tag & 7) !== BYTES) throw cursor.wrongType(TEXT_NAMES[field], tag, BYTES);
  const earlier = scan.textFields[field];
  if (earlier >= 0) scan.drops.push(earlier, scan.textEnds[field]);
  scan.textFields[field] = fieldStart;
  scan.textStarts[field] = readString(cursor, TEXT_NAMES[field]);
  scan.textEnds[field] = cursor.position;
}

function scanEmbedding(tag: number, fieldStart: number, scan: RecordScan): void {
  if ((tag & 7) === FIXED32) {
    scan.embedding.single(cursor.bytes, fieldStart, cursor.fixed(4), scan.drops);
    return;
  }
  const end = cursor.valueEnd();
  scan.embedding.packed(cursor.bytes, fieldStart, cursor.position, end, scan.drops);
  cursor.position = end;
}

/** Reads a field that the server owns; refuses known fields of another wire type on the way. */
function scanServerField(tag: number, scan: RecordScan): void {
  if (tag === 0x42) readTimestamp(cursor, cursor.valueEnd(), 'create_time', scan.createTime);
  else if (tag === 0x4a) readTimestamp(cursor, cursor.valueEnd(), 'update_time', scan.updateTime);
  else if (tag === 0x50) {
    cursor.varint64();
    scan.revision = cursor.unsigned();
  } else {
    const field = tag >>> 3;
    const name = ['embedding', 'metadata', ...SERVER_NAMES][field - 6];
    throw cursor.wrongType(name, tag, field === 10 ? VARINT : BYTES);
  }
}

/** Notes where a text or the embedding is, and passes it. */
function noteRange(tag: number, fieldStart: number, scan: RecordScan): void {
  if ((tag & 7) !== BYTES) throw cursor.malformed('a field of the wrong type');
  const end = cursor.valueEnd();
  if (tag === 0x32) {
    scan.embeddingStart = cursor.position;
    scan.embeddingEnd = end;
  } else {
    scan.textFields[tag >>> 3] = fieldStart;
    scan.textStarts[tag >>> 3] = cursor.position;
    scan.textEnds[tag >>> 3] = end;
  }
  cursor.position = end;
}

function checkId(length: number, optional: boolean): void {
  if (length > limits.idBytesMax) {
    throw invalidArgument('id', `id has ${length} bytes; it may have ${limits.idBytesMax}`);
  }
  if (length > 0 || optional) return;
  throw invalidArgument(
    'id',
    `id is empty; give every record an id of 1 to ${limits.idBytesMax} bytes, such as a UUID`,
  );
}

function tooLong(length: number): ProtovecError {
  return invalidArgument(
    '',
    `the record has ${length} bytes; the limit is ${limits.recordBytesMax}: split its content`,
  );
}

function tooManyFields(most: number): ProtovecError {
  return invalidArgument('', `the record has more than ${most} fields on the wire`);
}

/** What an error means when the bytes are our own: a ProtovecError becomes STORAGE_CORRUPTED. */
export function asCorrupted(error: unknown): unknown {
  if (!(error instanceof ProtovecError) || error.reason === 'STORAGE_CORRUPTED') return error;
  return corrupted(error.message, error);
}

function corrupted(what: string, cause?: ProtovecError): ProtovecError {
  return new ProtovecError('STORAGE_CORRUPTED', `a stored record cannot be read: ${what}`, {
    cause,
  });
}
