/**
 * Reads VectorRecord by hand into a StoredRecord: the embedding comes out as one Float32Array.
 * Accepts what any protobuf writer may send: packed, unpacked and several chunks of floats, fields
 * in any order, repeated singular fields (the last one wins) and unknown fields (skipped).
 */
import { type Metadata, type MetadataValue, setOwn } from '../metadata.js';
import type { StoredRecord } from '../record.js';
import { dateOf } from '../timestamp.js';
import type { ByteReader } from './byte-reader.js';

/**
 * Reads a record that ends at `end`. The metadata is what the server stored; that it is an M is
 * the caller's word. Throws RangeError on bytes that are no record.
 */
export function readRecord<M extends Metadata>(reader: ByteReader, end: number): StoredRecord<M> {
  const metadata: Metadata = {};
  const record: StoredRecord<Metadata> = { id: '', content: '', title: '', metadata };
  while (reader.position < end) {
    const tag = reader.varint();
    if (tag === 0x0a) record.id = reader.text();
    else if (tag === 0x12) record.content = reader.text();
    else if (tag === 0x1a) record.title = reader.text();
    else if (tag === 0x22) record.filePath = reader.text();
    else if (tag === 0x2a) record.extension = reader.text();
    else if (tag === 0x32) record.embedding = join(record.embedding, reader.floats());
    else if (tag === 0x35) record.embedding = join(record.embedding, [reader.float()]);
    else if (tag === 0x3a) readEntry(reader, metadata);
    else if (tag === 0x42) record.createTime = readTime(reader);
    else if (tag === 0x4a) record.updateTime = readTime(reader);
    else if (tag === 0x50) record.revision = reader.varint();
    else reader.skip(tag);
  }
  reader.leave(end);
  return record as StoredRecord<M>;
}

function join(before: Float32Array | undefined, more: Float32Array | number[]): Float32Array {
  if (before === undefined && more instanceof Float32Array) return more;
  const head = before ?? new Float32Array(0);
  const values = new Float32Array(head.length + more.length);
  values.set(head);
  values.set(more, head.length);
  return values;
}

function readEntry(reader: ByteReader, metadata: Metadata): void {
  const end = reader.enter();
  let key = '';
  let value: MetadataValue | undefined;
  while (reader.position < end) {
    const tag = reader.varint();
    if (tag === 0x0a) key = reader.text();
    else if (tag === 0x12) value = readValue(reader);
    else reader.skip(tag);
  }
  reader.leave(end);
  if (value !== undefined) setOwn(metadata, key, value);
}

function readValue(reader: ByteReader): MetadataValue | undefined {
  const end = reader.enter();
  let value: MetadataValue | undefined;
  while (reader.position < end) {
    const tag = reader.varint();
    if (tag === 0x0a) value = reader.text();
    else if (tag === 0x10) value = reader.int64();
    else if (tag === 0x19) value = reader.double();
    else if (tag === 0x20) value = reader.varint() !== 0;
    else if (tag === 0x2a) value = readList(reader);
    else reader.skip(tag);
  }
  reader.leave(end);
  return value;
}

function readList(reader: ByteReader): string[] {
  const end = reader.enter();
  const values: string[] = [];
  while (reader.position < end) {
    const tag = reader.varint();
    if (tag === 0x0a) values.push(reader.text());
    else reader.skip(tag);
  }
  reader.leave(end);
  return values;
}

function readTime(reader: ByteReader): Date {
  const end = reader.enter();
  let seconds = 0;
  let nanos = 0;
  while (reader.position < end) {
    const tag = reader.varint();
    if (tag === 0x08) seconds = Number(reader.int64());
    else if (tag === 0x10) nanos = reader.varint();
    else reader.skip(tag);
  }
  reader.leave(end);
  return dateOf(seconds, nanos);
}
