/**
 * Reads a JSON snapshot, whichever protobuf library printed it, as a stream of blocks of encoded
 * records. The text is passed over twice: the keys of an object come in any order, and most
 * libraries print some fields of the header behind the records.
 *
 * Invariants: the header is complete from the first block on; memory is some MiB and twice the
 * longest value; records, and fragments if there are any, come in the order of the text, and their
 * number is the one that the footers say. Never validates a record beyond its types.
 */
import { createHash, type Hash } from 'node:crypto';
import { fromJson, toBinary } from '@bufbuild/protobuf';
import { limits } from '../../limits.js';
import { ByteWriter } from '../../storage/bytes.js';
import { ByteWindow, type SnapshotSource } from '../binary/byte-window.js';
import { readFragment } from '../binary/fragment.js';
import { RecordBounds } from '../binary/record-bounds.js';
import type { PartInfo } from '../binary/snapshot-part.js';
import { damaged, otherFile } from '../format.js';
import type { ReadOptions, SnapshotBlock } from '../snapshot-block.js';
import { type SnapshotSchema, snapshotSchema } from '../snapshot-schema.js';
import { JsonCursor } from './json-cursor.js';
import { JsonHeader } from './json-header.js';
import { JsonItems } from './json-items.js';
import { JsonRecord } from './json-record.js';
import { jsonNames } from './json-text.js';
import { TextError } from './text-error.js';

type JsonOptions = ReadOptions & { name: string };

/** Top-level fields that are lists, and of which each element is looked at by itself. */
const lists: ReadonlySet<string> = new Set(['records', 'fragments', 'checksums', 'footers']);

/** Yields the blocks of the one part that a JSON snapshot is, at least one. */
export async function* readJson(
  source: SnapshotSource,
  options: JsonOptions,
): AsyncGenerator<SnapshotBlock, void, undefined> {
  const schema = snapshotSchema();
  const description = await describe(source, schema, options);
  const window = await ByteWindow.open(source);
  try {
    yield* readRecords(window, schema, description);
  } catch (error) {
    throw located(error, window, options.name);
  } finally {
    await window.settle();
  }
}

/** The first pass: everything but the records. */
async function describe(
  source: SnapshotSource,
  schema: SnapshotSchema,
  options: JsonOptions,
): Promise<{ part: PartInfo; recordCount: bigint | undefined }> {
  const hash = options.sha256 === undefined ? undefined : createHash('sha256');
  const window = await ByteWindow.open(hash === undefined ? source : hashing(source, hash));
  try {
    const described = new JsonHeader(schema);
    const cursor = new JsonCursor();
    const items = itemsOf(window, schema);
    while (await items.next()) describeItem(items, window, cursor, described);
    const sealed = described.footers > 0;
    if (!sealed && options.allowUnsealed !== true) throw new Error(unsealed);
    const header = described.complete();
    if (hash !== undefined && !hash.digest().equals(options.sha256 as Uint8Array)) {
      throw new Error(otherFile);
    }
    return {
      part: { index: 0, header, sealed },
      recordCount: sealed ? described.recordCount : undefined,
    };
  } catch (error) {
    throw located(error, window, options.name);
  } finally {
    await window.settle();
  }
}

function describeItem(
  { key, kind, start, end }: JsonItems,
  { bytes }: ByteWindow,
  cursor: JsonCursor,
  described: JsonHeader,
): void {
  if (kind === 'list') {
    described.expectList(key, start);
    return;
  }
  // The second pass reads these.
  if (kind === 'element' && (key === 'records' || key === 'fragments')) return;
  cursor.open(bytes, start, end);
  const value = cursor.only();
  if (kind === 'value' && lists.has(key) && value !== null) {
    throw new TextError(`${key} is not a list`, start);
  }
  if (key === 'footers' && value !== null) described.addFooter(value, start);
  else if (kind === 'value') described.add(key, value, start);
}

/** The second pass: the records. */
async function* readRecords(
  window: ByteWindow,
  schema: SnapshotSchema,
  { part, recordCount }: { part: PartInfo; recordCount: bigint | undefined },
): AsyncGenerator<SnapshotBlock, void, undefined> {
  const block = new JsonBlock(part, schema);
  const items = itemsOf(window, schema);
  const cursor = new JsonCursor();
  let count = 0;
  while (await items.next()) {
    const { key, kind, start, end } = items;
    if (kind !== 'element') continue;
    if (key === 'records') {
      cursor.open(window.bytes, start, end);
      block.add(cursor, window.offset(start));
      count += 1;
      if (!block.isFull) continue;
      yield block.take();
      block.clear();
    } else if (key === 'fragments') {
      if (block.count > 0) yield block.take();
      block.clear();
      cursor.open(window.bytes, start, end);
      const offset = window.offset(start);
      const fragment = await readFragmentText(cursor, schema);
      count += fragment.count;
      yield { part, ...fragment, offset, inPlace: false };
    }
  }
  if (block.count > 0 || count === 0) yield block.take();
  if (recordCount === undefined || recordCount === BigInt(count)) return;
  throw new Error(`the footer counts ${recordCount} records, there are ${count}`);
}

/** Records of a text, encoded one after the other. */
class JsonBlock {
  readonly #part: PartInfo;
  readonly #record: JsonRecord;
  readonly #bytes = new ByteWriter();
  readonly #bounds = new RecordBounds();
  #offset = 0;

  constructor(part: PartInfo, schema: SnapshotSchema) {
    this.#part = part;
    this.#record = new JsonRecord(schema.record);
  }

  get count(): number {
    return this.#bounds.count;
  }

  get isFull(): boolean {
    return this.#bytes.length >= limits.checksumIntervalBytes;
  }

  /** Adds the record at `cursor`, which stands at `offset` of the text. */
  add(cursor: JsonCursor, offset: number): void {
    if (this.#bounds.count === 0) this.#offset = offset;
    const start = this.#bytes.length;
    this.#record.append(cursor, this.#bytes);
    this.#bounds.push(start, this.#bytes.length);
  }

  /** The records so far; valid until `clear`. */
  take(): SnapshotBlock {
    const { table: records, count } = this.#bounds;
    const bytes = this.#bytes.finish();
    return { part: this.#part, bytes, offset: this.#offset, inPlace: false, records, count };
  }

  clear(): void {
    this.#bytes.reset();
    this.#bounds.clear();
  }
}

async function readFragmentText(
  cursor: JsonCursor,
  { fragment }: SnapshotSchema,
): ReturnType<typeof readFragment> {
  const start = cursor.position;
  try {
    const message = fromJson(fragment, cursor.only(), { ignoreUnknownFields: true });
    return await readFragment(toBinary(fragment, message));
  } catch (error) {
    if (error instanceof TextError) throw error;
    throw new TextError(error instanceof Error ? error.message : String(error), start);
  }
}

function itemsOf(window: ByteWindow, schema: SnapshotSchema): JsonItems {
  const names = jsonNames(schema.snapshot);
  return new JsonItems(window, (key) => names.get(key) ?? key);
}

/** `source`, hashed as it is read from its start to its end. */
function hashing(source: SnapshotSource, hash: Hash): SnapshotSource {
  return {
    size: () => source.size(),
    async read(target, position) {
      const count = await source.read(target, position);
      hash.update(target.subarray(0, count));
      return count;
    },
  };
}

/** The same error with file and offset. */
function located(error: unknown, window: ByteWindow, name: string): Error {
  const at = error instanceof TextError ? error.at : window.start;
  const message = error instanceof Error ? error.message : String(error);
  return damaged(name, window.offset(at), `${message}`, error);
}

const unsealed =
  'the text has no footers, which count the records: another program made it or took them out, and ' +
  'it is read with allow_unsealed';
