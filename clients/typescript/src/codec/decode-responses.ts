/**
 * Reads the responses that carry records. GetRecord, BatchGetRecords, ListRecords and
 * ExportRecords share one shape: records in field 1, texts in field 2.
 */
import type { Metadata } from '../metadata.js';
import type { StoredRecord } from '../record.js';
import type { SearchHit, SearchResult } from '../search.js';
import { ByteReader } from './byte-reader.js';
import { readRecord } from './decode-record.js';

/** Records, and what the response says besides: missing ids, or the token of the next page. */
export interface RecordsResponse<M extends Metadata> {
  records: StoredRecord<M>[];
  texts: string[];
}

/** Reads a response with records. Throws RangeError on bytes that are none. */
export function decodeRecords<M extends Metadata>(bytes: Uint8Array): RecordsResponse<M> {
  const reader = new ByteReader(bytes);
  const records: StoredRecord<M>[] = [];
  const texts: string[] = [];
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag === 0x0a) records.push(readRecord<M>(reader, reader.enter()));
    else if (tag === 0x12) texts.push(reader.text());
    else reader.skip(tag);
  }
  return { records, texts };
}

/** Reads a SearchResponse. Throws RangeError on bytes that are none. */
export function decodeSearch<M extends Metadata>(bytes: Uint8Array): SearchResult<M> {
  const reader = new ByteReader(bytes);
  const result: SearchResult<M> = { hits: [], method: 'exact', candidateCount: 0 };
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag === 0x0a) result.hits.push(readHit<M>(reader));
    else if (tag === 0x10) result.method = reader.varint() === METHOD_INDEX ? 'index' : 'exact';
    else if (tag === 0x18) result.candidateCount = reader.varint();
    else reader.skip(tag);
  }
  return result;
}

/** SEARCH_METHOD_INDEX. */
const METHOD_INDEX = 2;

function readHit<M extends Metadata>(reader: ByteReader): SearchHit<M> {
  const end = reader.enter();
  let record: StoredRecord<M> | undefined;
  let score = 0;
  let distance = 0;
  while (reader.position < end) {
    const tag = reader.varint();
    if (tag === 0x0a) record = readRecord<M>(reader, reader.enter());
    else if (tag === 0x15) score = reader.float();
    else if (tag === 0x1d) distance = reader.float();
    else reader.skip(tag);
  }
  reader.leave(end);
  if (record === undefined) throw new RangeError('a search result has no record');
  return { id: record.id, score, distance, record };
}
