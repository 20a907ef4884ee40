/**
 * Cuts what a caller asked for out of a stored record, without decoding it: the fields in the mask
 * are copied in the longest possible runs and the fields that the server owns follow at the end.
 */
import { invalidArgument } from '../errors.js';
import type { ByteWriter } from '../storage/bytes.js';
import { Cursor } from './cursor.js';
import { CREATE_TIME_TAG, REVISION_TAG, UPDATE_TIME_TAG } from './stored-form.js';
import { writeTimestamp } from './timestamp.js';

/** What the server knows about a record beside its bytes. */
export interface ServerFields {
  /** NaN: none. */
  createSeconds: number;
  createNanos: number;
  /** NaN: none. */
  updateSeconds: number;
  updateNanos: number;
  /** Log sequence of the last change; 0 is not written. */
  revision: number;
}

/** Paths by field number. */
const PATHS = [
  '',
  'id',
  'content',
  'title',
  'file_path',
  'extension',
  'embedding',
  'metadata',
  'create_time',
  'update_time',
  'revision',
];
const ID = 1;
const EMBEDDING = 6;
const SERVER_FIRST = 8;
const SERVER_LAST = 10;
/** The bit of all fields that this schema does not know. */
const UNKNOWN_BIT = 1;
const ALL_BITS = 0x7ff;
/** Content to metadata, and what the schema does not know. */
const BODY_BITS = 0xfd;

/** Which fields of a VectorRecord a caller wants. The id is in every mask. */
export class RecordMask {
  /** Everything, fields of a newer schema included. */
  static readonly all = new RecordMask(ALL_BITS);
  static readonly allButEmbedding = new RecordMask(ALL_BITS & ~(1 << EMBEDDING));

  readonly #bits: number;

  private constructor(bits: number) {
    this.#bits = bits;
  }

  /**
   * The mask of these paths: proto names of VectorRecord's fields, or `*` for all. Absent or empty:
   * `whenAbsent`. Refuses other paths with INVALID_ARGUMENT on `field`.
   */
  static parse(
    paths: readonly string[] | undefined,
    whenAbsent: RecordMask,
    field: string,
  ): RecordMask {
    if (paths === undefined || paths.length === 0) return whenAbsent;
    let bits = 1 << ID;
    for (const path of paths) {
      const number = PATHS.indexOf(path, 1);
      if (path === '*') bits = ALL_BITS;
      else if (number > 0) bits |= 1 << number;
      else {
        const known = PATHS.slice(1).join(', ');
        throw invalidArgument(
          field,
          `${field} has the unknown path ${JSON.stringify(path)}; paths are *, ${known}`,
        );
      }
    }
    return new RecordMask(bits);
  }

  /** Whether a field of the stored body is wanted beside the id. */
  get needsBody(): boolean {
    return (this.#bits & BODY_BITS) !== 0;
  }

  /** Whether the field is wanted; fields that the schema does not know come with `all` ones. */
  has(fieldNumber: number): boolean {
    const bit = fieldNumber <= SERVER_LAST ? 1 << fieldNumber : UNKNOWN_BIT;
    return (this.#bits & bit) !== 0;
  }
}

const cursor = new Cursor();

/**
 * Appends the body from `start` up to `end`, masked, without tag and length. Server-owned fields in
 * the body are dropped; those of `fields` that the mask has are written. The body is one that this
 * codec wrote; one that is no protobuf throws ProtovecError and leaves part of it in `out`.
 */
export function projectRecord(
  body: Uint8Array,
  start: number,
  end: number,
  mask: RecordMask,
  fields: ServerFields,
  out: ByteWriter,
): void {
  cursor.open(body, start, end);
  // Bytes from `run` on are wanted and not copied yet.
  let run = start;
  while (cursor.position < end) {
    const fieldStart = cursor.position;
    const tag = cursor.tag();
    const field = tag >>> 3;
    cursor.skip(tag);
    if (mask.has(field) && (field < SERVER_FIRST || field > SERVER_LAST)) continue;
    if (fieldStart > run) out.copy(body, run, fieldStart);
    run = cursor.position;
  }
  if (end > run) out.copy(body, run, end);
  if (mask.has(8)) {
    writeTimestamp(out, CREATE_TIME_TAG, fields.createSeconds, fields.createNanos);
  }
  if (mask.has(9)) {
    writeTimestamp(out, UPDATE_TIME_TAG, fields.updateSeconds, fields.updateNanos);
  }
  if (mask.has(10) && fields.revision !== 0) {
    out.byte(REVISION_TAG);
    out.varint(fields.revision);
  }
}
