/**
 * Puts together what a JSON snapshot says beside its records: the header, and what its footers
 * count. Every spelling that proto3's JSON allows is read.
 *
 * Invariants: an enum value that this version does not know is refused, not taken for unset; the
 * header obeys the rules of a binary one. Errors are plain or TextErrors.
 */
import {
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  toBinary,
} from '@bufbuild/protobuf';
import { Footer, StorageSnapshot } from '../../gen/protovec/v1/snapshot.js';
import { decodeHeader, type SnapshotHeader, versionProblem } from '../snapshot-header.js';
import type { SnapshotSchema } from '../snapshot-schema.js';
import { jsonNames } from './json-text.js';
import { TextError } from './text-error.js';

const headerNames: ReadonlySet<string> = new Set([
  'version',
  'dimension',
  'indexConfig',
  'createdAt',
  'collection',
  'metric',
  'embeddingModel',
  'logSequence',
]);

export class JsonHeader {
  /** Footers so far; a text without any is not sealed. */
  footers = 0;
  /** Records that the footers count. */
  recordCount = 0n;
  readonly #schema: SnapshotSchema;
  readonly #indexNames: ReadonlyMap<string, string>;
  readonly #fields: JsonObject = {};

  constructor(schema: SnapshotSchema) {
    this.#schema = schema;
    this.#indexNames = jsonNames(schema.indexConfig);
  }

  /** The version so far; empty without one. */
  get version(): string {
    return typeof this.#fields.version === 'string' ? this.#fields.version : '';
  }

  /** Throws when the field `name`, for which there is a list at `at`, is no list. */
  expectList(name: string, at: number): void {
    if (headerNames.has(name)) throw new TextError(`${name} is a list`, at);
  }

  /** Takes the value of the top-level field `name`, if it is one of the header's. */
  add(name: string, value: JsonValue, at: number): void {
    if (!headerNames.has(name) || value === null) return;
    this.#fields[name] = name === 'indexConfig' ? this.#knownIndexFields(value, at) : value;
    // At once, so that an error is about the right place.
    this.#encoded(this.#schema.snapshot, { [name]: this.#fields[name] }, at);
  }

  /** Takes one of the footers. What they say of bytes is about another form of the snapshot. */
  addFooter(value: JsonValue, at: number): void {
    const known = isObject(value)
      ? { recordCount: value.recordCount ?? value.record_count ?? 0 }
      : value;
    const { recordCount } = Footer.decode(this.#encoded(this.#schema.footer, known, at));
    this.footers += 1;
    this.recordCount += recordCount;
  }

  /** The complete header; throws an Error that says what is wrong with it. */
  complete(): SnapshotHeader {
    const fields = this.#encoded(this.#schema.snapshot, this.#fields, 0);
    const { version } = StorageSnapshot.decode(fields);
    const problem = versionProblem(Buffer.from(version));
    if (problem !== undefined) throw new Error(problem);
    return decodeHeader(fields);
  }

  #encoded(message: DescMessage, value: JsonValue, at: number): Uint8Array {
    try {
      return toBinary(message, fromJson(message, value));
    } catch (error) {
      throw new TextError(error instanceof Error ? error.message : String(error), at);
    }
  }

  /** A newer minor version may have more fields. */
  #knownIndexFields(value: JsonValue, at: number): JsonValue {
    if (!isObject(value)) return value;
    const known: JsonObject = {};
    for (const [key, field] of Object.entries(value)) {
      const name = this.#indexNames.get(key);
      if (name === undefined) continue;
      if (name in known) throw new TextError(`the field ${name} occurs twice`, at);
      known[name] = field;
    }
    return known;
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
