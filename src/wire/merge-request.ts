/** Reads MergeRecordsRequest without copying the bytes that it carries. */
import { invalidArgument } from '../errors.js';
import type { MergePolicy } from '../gen/protovec/v1/merge.js';
import { limits } from '../limits.js';
import { BYTES, Cursor, VARINT } from '../record/cursor.js';
import { readString } from '../record/utf8.js';
import { type ResolvedPolicy, resolvePolicy } from '../snapshot/merge/merge-policy.js';

const COLLECTION = 1;
const SNAPSHOT_CHUNK = 2;
const BATCH = 3;
const ALLOW_UNSEALED = 4;
const POLICY = 5;
const DRY_RUN = 6;

export interface MergeRequest {
  /** Empty when the message names none. */
  readonly collection: string;
  /** Bytes of a snapshot file. */
  readonly snapshotChunk: Uint8Array | undefined;
  /** An encoded RecordBatch. */
  readonly batch: Uint8Array | undefined;
  readonly allowUnsealed: boolean;
  readonly policy: ResolvedPolicy;
  readonly dryRun: boolean;
}

/** The policy that a request asks for. Throws INVALID_ARGUMENT for one that is unknown. */
export function checkPolicy(policy: MergePolicy): ResolvedPolicy {
  const resolved = resolvePolicy(policy);
  if (resolved !== undefined) return resolved;
  throw invalidArgument(
    'policy',
    `policy ${policy} is unknown; use MERGE_POLICY_SKIP_EXISTING, _OVERWRITE, _NEWEST_WINS or _FAIL`,
  );
}

/** Decodes; malformed bytes are INVALID_ARGUMENT. Of several sources the last one counts. */
export function decodeMergeRequest(bytes: Uint8Array): MergeRequest {
  const cursor = new Cursor();
  cursor.open(bytes, 0, bytes.length, limits.requestFieldsMax);
  let collection = '';
  let snapshotChunk: Uint8Array | undefined;
  let batch: Uint8Array | undefined;
  const options = [0, 0, 0];
  while (cursor.position < cursor.end) {
    const tag = cursor.tag();
    const field = tag >>> 3;
    if (field > DRY_RUN) {
      cursor.skip(tag);
      continue;
    }
    const type = field >= ALLOW_UNSEALED ? VARINT : BYTES;
    if ((tag & 7) !== type) throw cursor.wrongType('', tag, type);
    if (field >= ALLOW_UNSEALED) {
      cursor.varint64();
      options[field - ALLOW_UNSEALED] = cursor.unsigned();
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
  return {
    collection,
    snapshotChunk,
    batch,
    allowUnsealed: options[0] !== 0,
    policy: checkPolicy(options[POLICY - ALLOW_UNSEALED]),
    dryRun: options[DRY_RUN - ALLOW_UNSEALED] !== 0,
  };
}
