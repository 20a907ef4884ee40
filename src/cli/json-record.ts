/**
 * One record as one line of JSON: `{"id":…,"content":…,"title":…,"filePath":…,"extension":…,
 * "embedding":[…],"metadata":{…}}`. What `export` writes, `import` reads back exactly: floats keep
 * their bits, integers beyond 2^53 are written as `{"intValue":"9007199254740993"}`.
 */
import type { Metadata, MetadataValue, StoredRecord, VectorRecord } from '@protovec/client';
import { limits } from '../limits.js';

/** Why a line is no record. */
export class LineError extends Error {}

/** Names of the fields, in both spellings of protobuf's JSON, and what each must be. */
const textFields = new Map([
  ['id', 'id'],
  ['content', 'content'],
  ['title', 'title'],
  ['filePath', 'filePath'],
  ['file_path', 'filePath'],
  ['extension', 'extension'],
] as const);

/** Set by the server; accepted, and left out, so that what another tool exported can be imported. */
const serverFields = new Set([
  'createTime',
  'create_time',
  'updateTime',
  'update_time',
  'revision',
]);

/** Reads a record from a line. Throws a LineError that says what is wrong with it. */
export function parseRecord(line: string): VectorRecord {
  const value = parseJson(line);
  if (!isObject(value)) throw new LineError('the line must be a JSON object');
  const record: VectorRecord = {};
  for (const [name, field] of Object.entries(value)) {
    const text = textFields.get(name as 'id');
    if (text !== undefined) record[text] = parseText(name, field);
    else if (name === 'embedding') record.embedding = parseEmbedding(field);
    else if (name === 'metadata') record.metadata = parseMetadata(field);
    else if (!serverFields.has(name)) throw new LineError(`unknown field ${JSON.stringify(name)}`);
  }
  checkSize(record);
  return record;
}

/** Writes a record as a line, without the line end. Empty fields are left out. */
export function formatRecord(record: StoredRecord): string {
  const { id, content, title, filePath, extension, embedding, metadata } = record;
  const head = JSON.stringify({
    id,
    ...(content !== '' && { content }),
    ...(title !== '' && { title }),
    filePath,
    extension,
  });
  const vector = embedding ? `,"embedding":[${Array.from(embedding, formatFloat).join(',')}]` : '';
  const values = Object.keys(metadata).length > 0 ? `,"metadata":${formatMetadata(metadata)}` : '';
  return `${head.slice(0, -1)}${vector}${values}}`;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new LineError(`not JSON: ${(error as Error).message}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new LineError(`${name} must be a text`);
  // JSON can hold half of a surrogate pair; UTF-8 cannot.
  if (/\p{Surrogate}/u.test(value)) throw new LineError(`${name} is not valid Unicode`);
  return value;
}

/** A record that is certainly too large is refused here: it could fail the request it travels in. */
function checkSize({ content = '', title = '', filePath = '', embedding = [] }: VectorRecord) {
  const texts = Buffer.byteLength(content) + Buffer.byteLength(title) + Buffer.byteLength(filePath);
  const bytes = texts + embedding.length * 4;
  if (bytes > limits.recordBytesMax) {
    throw new LineError(`the record has ${bytes} bytes; the most is ${limits.recordBytesMax}`);
  }
}

function parseEmbedding(value: unknown): Float32Array {
  if (!Array.isArray(value)) throw new LineError('embedding must be an array of numbers');
  const embedding = new Float32Array(value.length);
  for (let i = 0; i < value.length; i += 1) {
    const component: unknown = value[i];
    if (typeof component !== 'number' || !Number.isFinite(Math.fround(component))) {
      throw new LineError(`embedding[${i}] must be a number that fits 32 bits`);
    }
    embedding[i] = component;
  }
  return embedding;
}

function parseMetadata(value: unknown): Metadata {
  if (!isObject(value)) throw new LineError('metadata must be an object');
  const entries = Object.entries(value).map(([key, item]) => [
    parseText('a metadata key', key),
    parseValue(`metadata[${JSON.stringify(key)}]`, item),
  ]);
  return Object.fromEntries(entries) as Metadata;
}

function parseValue(name: string, value: unknown): MetadataValue {
  if (typeof value === 'string') return parseText(name, value);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.map((item) => parseText(name, item));
  }
  if (isObject(value) && typeof value.intValue === 'string')
    return parseInteger(name, value.intValue);
  throw new LineError(`${name} must be a text, a number, true, false or an array of texts`);
}

function parseInteger(name: string, text: string): bigint {
  if (/^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)) {
    return BigInt(text);
  }
  throw new LineError(`${name}.intValue must be a whole number of 64 bits`);
}

function formatMetadata(metadata: Metadata): string {
  return JSON.stringify(metadata, (_key, value: unknown) =>
    typeof value === 'bigint' ? { intValue: value.toString() } : value,
  );
}

/** The shortest decimal that reads back to the same 32 bits, the sign of zero included. */
function formatFloat(value: number): string {
  if (Object.is(value, -0)) return '-0';
  // Most floats need 8 or 9 digits, so that fewer than 7 are tried only when 7 are enough.
  const seven = Number(value.toPrecision(7));
  if (Math.fround(seven) === value) {
    const six = Number(value.toPrecision(6));
    return String(Math.fround(six) === value ? six : seven);
  }
  const eight = Number(value.toPrecision(8));
  return String(Math.fround(eight) === value ? eight : Number(value.toPrecision(9)));
}
