/**
 * Records that come without an embedding, for an embedder to make one: whether a record is one, and
 * the text that stands for it. The bytes are a client's.
 */
import { Metric } from '../gen/protovec/v1/collection.js';
import { BYTES, Cursor } from './cursor.js';
import type { RecordRules } from './embedding.js';
import { RecordScan, scanRecord } from './scan.js';

const EMBEDDING = 6;
const TITLE = 3;

/** What a record without an embedding passes, and no other does. */
const noEmbedding: RecordRules = { dimension: 0, metric: Metric.EUCLIDEAN };

/** One for the thread: a scan ends before the next begins. */
const scan = new RecordScan();
const cursor = new Cursor();

/** Whether the record has no value of an embedding. Bytes that are no record: false. */
export function lacksEmbedding(bytes: Uint8Array, start: number, end: number): boolean {
  cursor.open(bytes, start, end);
  try {
    while (cursor.position < end) {
      const tag = cursor.tag();
      if (tag >>> 3 !== EMBEDDING) cursor.skip(tag);
      else if ((tag & 7) !== BYTES) return false;
      else {
        const valueEnd = cursor.valueEnd();
        if (valueEnd > cursor.position) return false;
        cursor.position = valueEnd;
      }
    }
    return true;
  } catch {
    return false;
  }
}

/**
 * Title and content of a record that lacks its embedding, with a line end between them; only one of
 * them when there is no other; '' when there is neither. Throws what `scanRecord` throws for a record
 * that would be refused with an embedding, too. `idOptional`: an absent or empty id passes.
 */
export function embeddableText(
  bytes: Uint8Array,
  start: number,
  end: number,
  idOptional: boolean,
): string {
  scanRecord(bytes, start, end, noEmbedding, scan, idOptional);
  const title = textAt(bytes, scan.textStarts[TITLE], scan.textEnds[TITLE]);
  const content = textAt(bytes, scan.contentStart, scan.contentEnd);
  return title !== '' && content !== '' ? `${title}\n${content}` : title + content;
}

function textAt(bytes: Uint8Array, start: number, end: number): string {
  if (start < 0) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}
