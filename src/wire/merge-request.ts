/** Reads MergeRecordsRequest without copying the bytes that it carries. */
import { BYTES, Cursor, VARINT } from '../record/cursor.js';
import { readString } from '../record/utf8.js';

const COLLECTION = 1;
const SNAPSHOT_CHUNK = 2;
const BATCH = 3;
const ALLOW_UNSEALED = 4;

export interface MergeRequest {
  /** Empty when the message names none. */
  readonly collection: string;
  /** Bytes of a snapshot file. */
  readonly snapshotChunk: Uint8Array | undefined;
  /** An encoded RecordBatch. */
  readonly batch: Uint8Array | undefined;
  readonly allowUnsealed: boolean;
}

/** Decodes; malformed bytes are INVALID_ARGUMENT. Of several sources the last one counts. */
export function decodeMergeRequest(bytes: Uint8Array): MergeRequest {
  const cursor = new Cursor();
  cursor.open(bytes, 0, bytes.length);
  let collection = '';
  let snapshotChunk: Uint8Array | undefined;
  let batch: Uint8Array | undefined;
  let allowUnsealed = false;
  while (cursor.position < cursor.end) {
    const tag = cursor.tag();
    const field = tag >>> 3;
    if (field > ALLOW_UNSEALED) {
      cursor.skip(tag);
      continue;
    }
    const type = field === ALLOW_UNSEALED ? VARINT : BYTES;
    if ((tag & 7) !== type) throw cursor.wrongType('', tag, type);
    if (field === ALLOW_UNSEALED) {
      cursor.varint64();
      allowUnsealed = cursor.unsigned() !== 0;
      continue;
    }
    if (field === COLLECTION) {
      const start = readString(cursor, 'collection');
      collection = Buffer.from(bytes.subarray(start, cursor.position)).toString('utf8');
      continue;
    }
    const end = cursor.valueEnd();
    const value = bytes.subarray(cursor.position, end);
    snapshotChunk = field === SNAPSHOT_CHUNK ? value : undefined;
    batch = field === BATCH ? value : undefined;
    cursor.position = end;
  }
  return { collection, snapshotChunk, batch, allowUnsealed };
}
