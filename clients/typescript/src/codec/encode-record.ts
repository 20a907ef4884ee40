/**
 * Writes VectorRecord by hand, in the order and form of the generated code; a property test holds
 * the two together. `revision` is left out: the server drops it from every write.
 */
import { ProtovecError } from '../errors.js';
import { isInteger, type Metadata, type MetadataValue } from '../metadata.js';
import { badValue } from '../metadata-value.js';
import type { VectorRecord } from '../record.js';
import { nanosOf, secondsOf } from '../timestamp.js';
import { type ByteWriter, varintLength } from './byte-writer.js';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const TWO_32 = 2 ** 32;
/** Expected bytes of a metadata entry; used to guess the length of a record's length alone. */
const ENTRY_BYTES = 24;

/**
 * Writes one record as a field of an outer message: tag, length, fields. `id` is the record's own
 * or the one made for it. Throws ProtovecError INVALID_ARGUMENT for values of a wrong type, with
 * the field's path relative to the record.
 */
export function writeRecord(
  writer: ByteWriter,
  tag: number,
  record: VectorRecord,
  id: string,
): void {
  const guess = varintLength(expectedBytes(record, id));
  const start = writer.beginMessage(tag, guess);
  if (id !== '') writeText(writer, 0x0a, id, 'id');
  if (record.content) writeText(writer, 0x12, record.content, 'content');
  if (record.title) writeText(writer, 0x1a, record.title, 'title');
  if (record.filePath !== undefined) writeText(writer, 0x22, record.filePath, 'file_path');
  if (record.extension !== undefined) writeText(writer, 0x2a, record.extension, 'extension');
  if (record.embedding !== undefined && record.embedding.length !== 0) {
    writer.floats(0x32, record.embedding, 'embedding');
  }
  if (record.metadata !== undefined) writeMetadata(writer, record.metadata);
  if (record.createTime !== undefined) writeTime(writer, 0x42, record.createTime, 'create_time');
  if (record.updateTime !== undefined) writeTime(writer, 0x4a, record.updateTime, 'update_time');
  writer.endMessage(start, guess);
}

function expectedBytes(record: VectorRecord, id: string): number {
  let bytes = id.length + 16 + (record.embedding?.length ?? 0) * 4;
  bytes += (record.content?.length ?? 0) + (record.title?.length ?? 0);
  for (const _ in record.metadata) bytes += ENTRY_BYTES;
  return bytes;
}

function writeText(writer: ByteWriter, tag: number, value: string, field: string): void {
  if (typeof value !== 'string') {
    const got = value === null ? 'null' : typeof value;
    throw ProtovecError.invalid(field, `${field} is ${got}; it must be a string`);
  }
  writer.text(tag, value);
}

/** One map entry per own key. Keys without a value (undefined) are left out. */
function writeMetadata(writer: ByteWriter, metadata: Metadata): void {
  for (const key of Object.keys(metadata)) {
    const value = metadata[key];
    if (value === undefined) continue;
    const entry = writer.beginMessage(0x3a, 1);
    if (key !== '') writer.text(0x0a, key);
    const start = writer.beginMessage(0x12, 1);
    writeValue(writer, value, key);
    writer.endMessage(start, 1);
    writer.endMessage(entry, 1);
  }
}

function writeValue(writer: ByteWriter, value: MetadataValue, key: string): void {
  switch (typeof value) {
    case 'string':
      writer.text(0x0a, value);
      return;
    case 'number':
      if (isInteger(value)) {
        writer.byte(0x10);
        writer.int64(value, Math.floor(value / TWO_32));
      } else {
        writer.byte(0x19);
        writer.double(value);
      }
      return;
    case 'bigint':
      writeBigint(writer, value, key);
      return;
    case 'boolean':
      writer.byte(0x20);
      writer.byte(value ? 1 : 0);
      return;
    default:
      writeList(writer, value, key);
  }
}

function writeBigint(writer: ByteWriter, value: bigint, key: string): void {
  if (value < INT64_MIN || value > INT64_MAX) {
    const field = path(key);
    throw ProtovecError.invalid(field, `${field} is ${value}; integers have 64 bits`);
  }
  writer.byte(0x10);
  writer.int64(Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(32, value >> 32n)));
}

function writeList(writer: ByteWriter, values: string[], key: string): void {
  if (!Array.isArray(values)) throw badValue(values, path(key));
  const start = writer.beginMessage(0x2a, 1);
  values.forEach((value, index) => {
    writeText(writer, 0x0a, value, `${path(key)}[${index}]`);
  });
  writer.endMessage(start, 1);
}

/** google.protobuf.Timestamp; zero fields are left out, as proto3 has it. */
function writeTime(writer: ByteWriter, tag: number, date: Date, field: string): void {
  const seconds = secondsOf(date, field);
  const nanos = nanosOf(date);
  const start = writer.beginMessage(tag, 1);
  if (seconds !== 0) {
    writer.byte(0x08);
    writer.int64(seconds, Math.floor(seconds / TWO_32));
  }
  if (nanos !== 0) {
    writer.byte(0x10);
    writer.varint(nanos);
  }
  writer.endMessage(start, 1);
}

function path(key: string): string {
  return `metadata[${JSON.stringify(key)}]`;
}
