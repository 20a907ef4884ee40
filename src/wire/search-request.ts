/**
 * Decodes a SearchRequest by hand: the hot path. The vector is copied once, as bytes, and the
 * filter stays encoded for filter-decode.ts. The bytes are a caller's: every offset is checked,
 * nothing grows beyond a few times their length, and whatever is wrong is a ProtovecError.
 */
import { invalidArgument, ProtovecError } from '../errors.js';
import type { CollectionConfig, Metric } from '../gen/protovec/v1/collection.js';
import { limits } from '../limits.js';
import { BYTES, Cursor, FIXED32, tooManyFields, VARINT } from '../record/cursor.js';
import { checkVector, wrongDimension } from '../record/embedding.js';
import { readString } from '../record/utf8.js';
import { ByteWriter } from '../storage/bytes.js';
import { QueryVector } from './query-vector.js';

/** Most paths in a field mask; VectorRecord has ten fields. */
const MASK_PATHS_MAX = 256;

/** What to search for. The values are a copy of their own. */
export type Query =
  | { readonly kind: 'vector'; readonly values: Float32Array }
  | { readonly kind: 'recordId'; readonly id: string }
  | { readonly kind: 'content'; readonly text: string };

/** A SearchRequest whose values are in range; names, mask paths and the filter are unchecked. */
export interface SearchRequest {
  readonly collection: string;
  readonly query: Query;
  /** 1 to 10,000. */
  readonly limit: number;
  /** Never NaN. */
  readonly threshold?: number;
  /** The encoded Filter: a view of the request when it came in one piece. */
  readonly filter?: Uint8Array;
  readonly hitMask?: string[];
  readonly exact: boolean;
  /** 1 to 10,000. */
  readonly efSearch?: number;
  /** Absent: not said. */
  readonly embeddingModel?: string;
}

const names = [
  '',
  'collection',
  'vector',
  'record_id',
  'content',
  'limit',
  'threshold',
  'filter',
  'hit_mask',
  'exact',
  'ef_search',
  'embedding_model',
];
const wireTypes = [
  -1,
  BYTES,
  BYTES,
  BYTES,
  BYTES,
  VARINT,
  FIXED32,
  BYTES,
  BYTES,
  VARINT,
  VARINT,
  BYTES,
];

/** Decodes and validates; INVALID_ARGUMENT or INVALID_EMBEDDING with the field at fault. */
export function decodeSearchRequest(bytes: Uint8Array): SearchRequest {
  const decoder = new Decoder(bytes);
  decoder.decode();
  return decoder.result();
}

/** Refuses, with INVALID_EMBEDDING on `vector`, what could not be a record's embedding either. */
export function checkQueryVector(values: Float32Array, dimension: number, metric: Metric): void {
  if (values.length !== dimension) throw wrongDimension(values.length, dimension, 'vector');
  checkVector(values, { dimension, metric }, 'vector');
}

/** Refuses, with EMBEDDING_MODEL_MISMATCH, a query of another model than the collection's. */
export function checkEmbeddingModel(
  asked: string | undefined,
  { embeddingModel }: CollectionConfig,
) {
  if (asked === undefined || embeddingModel === '' || asked === embeddingModel) return;
  const message =
    `the query was made by the model ${JSON.stringify(asked)} but the collection holds embeddings ` +
    `of ${JSON.stringify(embeddingModel)}; embed the query with that model`;
  throw new ProtovecError('EMBEDDING_MODEL_MISMATCH', message, { field: 'embedding_model' });
}

class Decoder {
  readonly #buffer: Buffer;
  readonly #cursor = new Cursor();
  readonly #tick = (): void => this.#count();
  #fields = 0;
  #collection = '';
  /** The member of the oneof that came last. */
  #asked: QueryVector | Exclude<Query, { kind: 'vector' }> | undefined;
  #limit: number = limits.searchLimitDefault;
  #threshold: number | undefined;
  #filter: Uint8Array | undefined;
  /** Gathers the filter when it comes in several pieces, which protobuf says to merge. */
  #filterPieces: ByteWriter | undefined;
  #hitMask: string[] | undefined;
  #exact = false;
  #efSearch: number | undefined;
  #embeddingModel = '';

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#cursor.open(this.#buffer, 0, bytes.length);
  }

  decode(): void {
    const cursor = this.#cursor;
    while (cursor.position < cursor.end) {
      this.#count();
      const tag = cursor.tag();
      const number = tag >>> 3;
      const expected = wireTypes[number] ?? -1;
      if (expected < 0) cursor.skip(tag);
      else if ((tag & 7) !== expected) throw cursor.wrongType(names[number], tag, expected);
      else this.#field(number);
    }
  }

  /** One more field that carries no value of the vector. */
  #count(): void {
    this.#fields += 1;
    if (this.#fields > limits.searchFieldsMax) throw tooManyFields(limits.searchFieldsMax);
  }

  result(): SearchRequest {
    const query = this.#query();
    const limit = inRange(this.#limit, limits.searchLimitMax, 'limit');
    const request: { -readonly [K in keyof SearchRequest]: SearchRequest[K] } = {
      collection: this.#collection,
      query,
      limit,
      exact: this.#exact,
    };
    if (this.#threshold !== undefined) request.threshold = this.#threshold;
    const filter = this.#filterPieces?.finish() ?? this.#filter;
    if (filter !== undefined) request.filter = filter;
    if (this.#hitMask !== undefined) request.hitMask = this.#hitMask;
    if (this.#efSearch !== undefined) {
      request.efSearch = inRange(this.#efSearch, limits.efSearchMax, 'ef_search');
    }
    if (this.#embeddingModel !== '') request.embeddingModel = this.#embeddingModel;
    return request;
  }

  #query(): Query {
    const asked = this.#asked;
    if (asked instanceof QueryVector) return { kind: 'vector', values: asked.finish() };
    if (asked !== undefined) return asked;
    throw invalidArgument('query', 'the search has no query; set vector, record_id or content');
  }

  #field(number: number): void {
    const cursor = this.#cursor;
    switch (number) {
      case 1:
        this.#collection = this.#text('collection');
        break;
      case 2:
        if (!(this.#asked instanceof QueryVector)) this.#asked = new QueryVector();
        this.#asked.read(cursor, this.#tick);
        break;
      case 3:
        this.#asked = { kind: 'recordId', id: this.#text('record_id') };
        break;
      case 4:
        this.#asked = { kind: 'content', text: this.#content() };
        break;
      case 6:
        this.#threshold = this.#buffer.readFloatLE(cursor.fixed(4));
        if (Number.isNaN(this.#threshold)) {
          throw invalidArgument('threshold', 'threshold is NaN; leave it out for no bound');
        }
        break;
      case 7:
        this.#takeFilter();
        break;
      case 8:
        this.#takeMask();
        break;
      case 11:
        this.#embeddingModel = this.#text('embedding_model');
        break;
      default:
        this.#number(number);
    }
  }

  #number(number: number): void {
    const cursor = this.#cursor;
    cursor.varint64();
    if (number === 5) this.#limit = cursor.low;
    else if (number === 9) this.#exact = cursor.low !== 0 || cursor.high !== 0;
    else this.#efSearch = cursor.low;
  }

  #text(field: string): string {
    const start = readString(this.#cursor, field);
    return this.#buffer.toString('utf8', start, this.#cursor.position);
  }

  #content(): string {
    const start = readString(this.#cursor, 'content');
    const { position: end } = this.#cursor;
    if (end - start <= limits.searchContentBytesMax)
      return this.#buffer.toString('utf8', start, end);
    throw invalidArgument(
      'content',
      `content has ${end - start} bytes; a search takes ${limits.searchContentBytesMax}`,
    );
  }

  #takeFilter(): void {
    const cursor = this.#cursor;
    const end = cursor.valueEnd();
    const piece = this.#buffer.subarray(cursor.position, end);
    cursor.position = end;
    if (this.#filter === undefined) {
      this.#filter = piece;
      return;
    }
    if (this.#filterPieces === undefined) {
      this.#filterPieces = new ByteWriter(this.#filter.length + piece.length);
      this.#filterPieces.copy(this.#filter, 0, this.#filter.length);
    }
    this.#filterPieces.copy(piece, 0, piece.length);
  }

  #takeMask(): void {
    const cursor = this.#cursor;
    const { end: requestEnd } = cursor;
    this.#hitMask ??= [];
    cursor.end = cursor.valueEnd();
    while (cursor.position < cursor.end) {
      this.#count();
      const tag = cursor.tag();
      if (tag >>> 3 !== 1) {
        cursor.skip(tag);
        continue;
      }
      if ((tag & 7) !== BYTES) throw cursor.wrongType('hit_mask.paths', tag, BYTES);
      if (this.#hitMask.length === MASK_PATHS_MAX) {
        throw invalidArgument('hit_mask', `a mask has at most ${MASK_PATHS_MAX} paths`);
      }
      this.#hitMask.push(this.#text('hit_mask.paths'));
    }
    cursor.end = requestEnd;
  }
}

function inRange(value: number, max: number, field: string): number {
  if (value >= 1 && value <= max) return value;
  throw new ProtovecError('INVALID_ARGUMENT', `${field} is ${value}; it must be from 1 to ${max}`, {
    field,
  });
}
