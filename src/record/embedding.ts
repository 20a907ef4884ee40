/**
 * The embedding of a record as it comes over the wire: one packed chunk as a rule, else any number
 * of packed chunks and single values, which are gathered. Also the one check of what a vector may
 * be, for records and queries alike.
 *
 * Values are read as the machine reads them, little-endian like protobuf; big-endian machines are
 * not supported. The gathered copy is aligned, which a chunk within a message is not.
 */
import { ProtovecError } from '../errors.js';
import { Metric } from '../gen/protovec/v1/collection.js';
import type { ByteWriter } from '../storage/bytes.js';
import type { Drops } from './drops.js';

/** What the embeddings of a collection must be. */
export interface RecordRules {
  /** Number of values. */
  readonly dimension: number;
  /** Unspecified means cosine. */
  readonly metric: Metric;
}

/** Tag of a packed chunk. */
const PACKED_TAG = 0x32;
/** The largest 32-bit float: squared norms must stay below it, or distances overflow. */
const FLOAT_MAX = 3.4028234663852886e38;
/** About the smallest normal 32-bit float: below it a squared norm has no usable inverse. */
const SQUARED_NORM_MIN = 1.2e-38;

export class EmbeddingScan {
  /** Payload of the first packed chunk; -1 when there is none. */
  start = -1;
  end = -1;
  /** Whether the values have to be written anew: they are not one chunk with the tag 0x32. */
  scattered = false;
  /** The values, once `check` has passed; room for more may follow them. */
  floats = new Float32Array(0);
  #bytes = new Uint8Array(0);
  #fieldStart = -1;
  #byteLength = 0;

  /** Starts over for embeddings of `dimension` values. */
  reset(dimension: number): void {
    if (this.floats.length < dimension) {
      this.floats = new Float32Array(dimension);
      this.#bytes = new Uint8Array(this.floats.buffer);
    }
    this.start = -1;
    this.end = -1;
    this.scattered = false;
    this.#byteLength = 0;
  }

  /** Takes a packed chunk from `start` up to `end`, whose field starts at `fieldStart`. */
  packed(bytes: Uint8Array, fieldStart: number, start: number, end: number, drops: Drops): void {
    if ((end - start) % 4 !== 0) {
      throw invalidEmbedding(
        `embedding has a packed chunk of ${end - start} bytes, no multiple of 4`,
      );
    }
    const first = this.start < 0 && !this.scattered;
    if (first) {
      this.start = start;
      this.end = end;
      this.#fieldStart = fieldStart;
      // A tag in more bytes than one is legal, but not what the stored form has.
      this.scattered = bytes[fieldStart] !== PACKED_TAG;
    } else if (!this.scattered) this.#scatter(drops);
    if (this.scattered) drops.push(fieldStart, end);
    this.#take(bytes, start, end);
  }

  /** Takes the single value at `start`, whose field starts at `fieldStart`. */
  single(bytes: Uint8Array, fieldStart: number, start: number, drops: Drops): void {
    if (!this.scattered) this.#scatter(drops);
    drops.push(fieldStart, start + 4);
    this.#take(bytes, start, start + 4);
  }

  /** Refuses, with INVALID_EMBEDDING, what is not an embedding by the rules. */
  check(rules: RecordRules): void {
    const count = this.#byteLength / 4;
    if (count !== rules.dimension) throw wrongDimension(count, rules.dimension, 'embedding');
    checkVector(this.floats, rules, 'embedding');
  }

  /** Appends the embedding as a field if it has to be written anew. */
  appendScattered(out: ByteWriter): void {
    if (!this.scattered) return;
    out.byte(PACKED_TAG);
    out.varint(this.#byteLength);
    out.copy(this.#bytes, 0, this.#byteLength);
  }

  #scatter(drops: Drops): void {
    if (this.start >= 0) drops.push(this.#fieldStart, this.end);
    this.scattered = true;
  }

  /** Values past the last that fits are only counted, for the message that refuses them. */
  #take(bytes: Uint8Array, start: number, end: number): void {
    const to = this.#byteLength;
    this.#byteLength = to + end - start;
    if (this.#byteLength <= this.#bytes.length) this.#bytes.set(bytes.subarray(start, end), to);
  }
}

/**
 * Refuses, with INVALID_EMBEDDING on `field`, vectors whose first `rules.dimension` values are not
 * all finite, whose squared norm is not below the largest 32-bit float or, for cosine, whose norm
 * is zero or next to it. The caller has compared the length.
 */
export function checkVector(values: Float32Array, rules: RecordRules, field: string): void {
  const { dimension } = rules;
  // Four sums let the processor add in parallel. In 64 bits no sum of squares of finite 32-bit
  // floats overflows, so the total is finite if and only if every value is.
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < dimension; i += 4) {
    a += values[i] * values[i];
    b += values[i + 1] * values[i + 1];
    c += values[i + 2] * values[i + 2];
    d += values[i + 3] * values[i + 3];
  }
  for (; i < dimension; i++) a += values[i] * values[i];
  const squaredNorm = a + b + (c + d);
  if (squaredNorm >= SQUARED_NORM_MIN && squaredNorm < FLOAT_MAX) return;
  if (!Number.isFinite(squaredNorm)) {
    const index = values.findIndex((value) => !Number.isFinite(value));
    throw invalidEmbedding(
      `${field}[${index}] is ${values[index]}; every value must be finite`,
      field,
    );
  }
  if (squaredNorm >= FLOAT_MAX) {
    throw invalidEmbedding(
      `${field} has a squared norm of ${squaredNorm}, which must be below ${FLOAT_MAX}; scale it down`,
      field,
    );
  }
  if (rules.metric === Metric.DOT || rules.metric === Metric.EUCLIDEAN) return;
  throw invalidEmbedding(
    `${field} has a squared norm of ${squaredNorm}, which is no direction to compare by cosine; ` +
      `it must be at least ${SQUARED_NORM_MIN}`,
    field,
  );
}

/** The INVALID_EMBEDDING error for a vector of `got` values where `dimension` are wanted. */
export function wrongDimension(got: number, dimension: number, field: string): ProtovecError {
  return invalidEmbedding(
    `${field} has ${got} values but the collection's dimension is ${dimension}`,
    field,
  );
}

function invalidEmbedding(message: string, field = 'embedding'): ProtovecError {
  return new ProtovecError('INVALID_EMBEDDING', message, { field });
}
