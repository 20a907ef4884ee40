/**
 * One pass over the records of a snapshot, or of anything that comes in blocks as one does: each is
 * checked by the rules of any write, and told with its position and its part.
 *
 * Invariant: what is visited is a valid record, zero vectors aside where it is not known yet that
 * the metric is cosine. Never keeps a record.
 */
import { ProtovecError } from '../../errors.js';
import { Metric } from '../../gen/protovec/v1/collection.js';
import { readableId } from '../../record/peek.js';
import { RecordScan, scanRecord } from '../../record/scan.js';

/** Some records of one part: what is used here of a SnapshotBlock. */
export interface RecordBlock {
  readonly part: {
    /** 0 for the first part. */
    readonly index: number;
    readonly header: { readonly dimension: number; readonly metric: Metric };
    /** Whether the header is complete from the first block on. */
    readonly sealed: boolean;
  };
  readonly bytes: Uint8Array;
  /** Start and end, in `bytes`, of each record's body. */
  readonly records: Int32Array;
  readonly count: number;
}

/** Records to go through, and what errors call them. */
export interface RecordSource {
  readonly name: string;
  readonly blocks: AsyncIterable<RecordBlock>;
}

/** Where a record is among those of its source. */
export interface RecordPlace {
  /** Its number over all parts, from 0. */
  position: number;
  /** Position of the first record of its part. */
  partStart: number;
}

/**
 * Calls `visit` with each record: its bytes, what the scan found in them, and its place; `scan` and
 * `place` are the same objects every time. A promise that it returns is awaited. Throws what reading
 * a block throws, and SERIALIZATION_ERROR for a record that is not valid.
 */
export async function forEachRecord(
  { name, blocks }: RecordSource,
  visit: (bytes: Uint8Array, scan: RecordScan, place: RecordPlace) => Promise<void> | void,
): Promise<void> {
  const scan = new RecordScan();
  const place = { position: 0, partStart: 0 };
  let part = -1;
  for await (const block of blocks) {
    const { bytes, records, count } = block;
    if (block.part.index !== part) {
      part = block.part.index;
      place.partStart = place.position;
    }
    const { dimension, metric } = block.part.header;
    const rules = { dimension, metric: block.part.sealed ? metric : Metric.EUCLIDEAN };
    for (let i = 0; i < count; i++) {
      const [start, end] = [records[i * 2], records[i * 2 + 1]];
      try {
        scanRecord(bytes, start, end, rules, scan);
      } catch (error) {
        throw invalidRecord(name, place.position, bytes.subarray(start, end), error);
      }
      const waiting = visit(bytes, scan, place);
      if (waiting !== undefined) await waiting;
      place.position += 1;
    }
  }
}

/**
 * The same blocks in pieces of at most `count` records. `between` is awaited after each of them, so
 * that other work gets its turn, progress is told, or an error ends the pass.
 */
export async function* inSlices<B extends RecordBlock>(
  blocks: AsyncIterable<B>,
  count: number,
  between: (block: B) => Promise<void> | void,
): AsyncGenerator<RecordBlock, void, undefined> {
  for await (const block of blocks) {
    const { part, bytes, records } = block;
    for (let from = 0; from < Math.max(block.count, 1); from += count) {
      const to = Math.min(block.count, from + count);
      yield { part, bytes, records: records.subarray(from * 2, to * 2), count: to - from };
      await between(block);
    }
  }
}

/** The error for a record whose id occurs before it in its part. */
export function duplicateRecord(
  name: string,
  position: number,
  bytes: Uint8Array,
  { idStart, idEnd }: RecordScan,
): ProtovecError {
  const id = Buffer.from(bytes.subarray(idStart, idEnd)).toString('utf8');
  const what = 'its id occurs before it in the same part, which may have it once: keep one of them';
  return atRecord(name, position, id, what);
}

function invalidRecord(name: string, position: number, body: Uint8Array, cause: unknown): unknown {
  if (!(cause instanceof ProtovecError)) return cause;
  return atRecord(name, position, readableId(body), cause.message, cause);
}

function atRecord(
  name: string,
  position: number,
  id: string,
  what: string,
  cause?: unknown,
): ProtovecError {
  const which = `record ${position}${id === '' ? '' : ` (id ${JSON.stringify(id)})`}`;
  return new ProtovecError('SERIALIZATION_ERROR', `${name}, ${which}: ${what}`, {
    metadata: { file: name, record: String(position), id },
    cause,
  });
}
