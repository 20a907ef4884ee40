/**
 * Reads a JSON snapshot that may be damaged: hands out the records before the damage. Like the
 * reader of whole ones it passes over the text twice, because the header may come behind the records.
 *
 * Invariants: memory is some MiB and twice the longest value; what is wrong is told once, with its
 * offset in the text. JSON has no checksums, so damage that leaves JSON of the right form is not
 * seen. Never throws for what the text holds.
 */
import { fromJson, toBinary } from '@bufbuild/protobuf';
import { SnapshotFindingKind as Kind } from '../../gen/protovec/v1/snapshot_report.js';
import { limits } from '../../limits.js';
import { ByteWriter } from '../../storage/bytes.js';
import { ByteWindow, type SnapshotSource } from '../binary/byte-window.js';
import { readFragment } from '../binary/fragment.js';
import { RecordBounds } from '../binary/record-bounds.js';
import { JsonCursor } from '../json/json-cursor.js';
import { JsonHeader } from '../json/json-header.js';
import { JsonItems } from '../json/json-items.js';
import { JsonRecord } from '../json/json-record.js';
import { jsonNames } from '../json/json-text.js';
import { TextError } from '../json/text-error.js';
import { versionProblem } from '../snapshot-header.js';
import { type SnapshotSchema, snapshotSchema } from '../snapshot-schema.js';
import type { SalvageOptions } from './salvage.js';
import type { SalvagedBlock } from './salvage-block.js';
import { SalvagePart } from './salvage-part.js';
import type { PartSeals } from './salvage-seal.js';
import { isVersion } from './seal-fields.js';

export class JsonSalvage {
  readonly #source: SnapshotSource;
  readonly #options: SalvageOptions;
  readonly #seals: PartSeals;
  readonly #schema: SnapshotSchema = snapshotSchema();
  readonly #part = new SalvagePart(0);
  /** Records that the footers count; undefined without footers, or when damage hides them. */
  #claimed: bigint | undefined;
  #damaged = false;
  /** Whether it is of a newer format, of which nothing more can be said. */
  #newer = false;

  constructor(source: SnapshotSource, seals: PartSeals, options: SalvageOptions) {
    this.#source = source;
    this.#seals = seals;
    this.#options = options;
  }

  /** The records before the damage, in the order of the text. To be called once. */
  async *blocks(): AsyncGenerator<SalvagedBlock, void, undefined> {
    this.#seals.confirm(this.#part);
    await this.#describe();
    if (this.#newer) return;
    const window = await ByteWindow.open(this.#source);
    try {
      yield* this.#records(window);
    } finally {
      await window.settle();
    }
    if (this.#claimed === undefined || this.#damaged) return;
    const { records } = this.#part;
    if (this.#claimed === BigInt(records)) return;
    const message = `the footer counts ${this.#claimed} records, there are ${records}`;
    this.#options.found(Kind.CHECKSUM, window.size, message);
  }

  /** The first pass: the header and the footers. */
  async #describe(): Promise<void> {
    const part = this.#part;
    const described = new JsonHeader(this.#schema);
    const window = await ByteWindow.open(this.#source);
    try {
      const items = this.#items(window);
      const cursor = new JsonCursor();
      while (await items.next()) {
        const { key, kind, start, end } = items;
        if (kind === 'list') described.expectList(key, start);
        if (kind === 'list' || key === 'records' || key === 'fragments') continue;
        cursor.open(window.bytes, start, end);
        const value = cursor.only();
        if (key === 'footers' && value !== null) described.addFooter(value, start);
        else if (kind === 'value') described.add(key, value, start);
        this.#tell(window, 0);
      }
    } catch (error) {
      this.#damage(error, window);
    } finally {
      await window.settle();
    }
    this.#complete(described);
    if (described.footers > 0) this.#claimed = described.recordCount;
    else if (!this.#damaged) this.#seals.unsealed(part);
    part.sealed = false;
  }

  #complete(described: JsonHeader): void {
    const part = this.#part;
    part.version = described.version;
    try {
      part.header = described.complete();
      this.#seals.header = part.header;
    } catch (error) {
      if (this.#damaged) return;
      const newer = isVersion(part.version) && versionProblem(Buffer.from(part.version));
      const kind = newer === undefined || newer === false ? Kind.MALFORMED : Kind.NEWER_VERSION;
      this.#options.found(kind, 0, (error as Error).message);
      this.#newer = kind === Kind.NEWER_VERSION;
    }
  }

  /** The second pass: the records. */
  async *#records(window: ByteWindow): AsyncGenerator<SalvagedBlock, void, undefined> {
    const block = new TextRecords(this.#part, this.#schema);
    const items = this.#items(window);
    const cursor = new JsonCursor();
    try {
      while (await items.next()) {
        const { key, kind, start, end } = items;
        if (kind !== 'element' || (key !== 'records' && key !== 'fragments')) continue;
        this.#tell(window, window.size);
        cursor.open(window.bytes, start, end);
        if (key === 'records') {
          block.add(cursor, window.offset(start));
          if (block.isFull) yield block.take();
        } else {
          if (block.count > 0) yield block.take();
          const offset = window.offset(start);
          const fragment = await this.#fragment(cursor);
          this.#part.records += fragment.count;
          this.#part.compressed = true;
          yield { part: this.#part, ...fragment, offset, inPlace: false };
        }
      }
    } catch (error) {
      this.#damage(error, window);
    }
    if (block.count > 0) yield block.take();
  }

  async #fragment(cursor: JsonCursor): ReturnType<typeof readFragment> {
    const start = cursor.position;
    const { fragment } = this.#schema;
    try {
      const message = fromJson(fragment, cursor.only(), { ignoreUnknownFields: true });
      return await readFragment(toBinary(fragment, message));
    } catch (error) {
      throw error instanceof TextError ? error : new TextError((error as Error).message, start);
    }
  }

  /** Notes what is wrong, the first time: the second pass meets the same. */
  #damage(error: unknown, window: ByteWindow): void {
    this.#options.signal?.throwIfAborted();
    if (!(error instanceof TextError)) throw error;
    if (this.#damaged) return;
    this.#damaged = true;
    this.#part.damaged = true;
    const offset = window.offset(error.at);
    const kind = offset >= window.size ? Kind.TRUNCATED : Kind.MALFORMED;
    this.#options.found(kind, offset, error.message);
  }

  /** Each pass is half of the way. */
  #tell(window: ByteWindow, before: number): void {
    this.#options.signal?.throwIfAborted();
    this.#options.onProgress?.(Math.floor((before + window.offset(window.start)) / 2));
  }

  #items(window: ByteWindow): JsonItems {
    const names = jsonNames(this.#schema.snapshot);
    return new JsonItems(window, (key) => names.get(key) ?? key);
  }
}

/** Records of a text, encoded one after the other. */
class TextRecords {
  readonly #part: SalvagePart;
  readonly #record: JsonRecord;
  readonly #bytes = new ByteWriter(limits.checksumIntervalBytes);
  readonly #bounds = new RecordBounds();
  #offsets: number[] = [];
  #taken = false;

  constructor(part: SalvagePart, schema: SnapshotSchema) {
    this.#part = part;
    this.#record = new JsonRecord(schema.record);
  }

  /** Records since the last `take`. */
  get count(): number {
    return this.#taken ? 0 : this.#bounds.count;
  }

  get isFull(): boolean {
    return this.#bytes.length >= limits.checksumIntervalBytes;
  }

  /** Adds the record at `cursor`, which stands at `offset` of the text. */
  add(cursor: JsonCursor, offset: number): void {
    if (this.#taken) {
      this.#bytes.reset();
      this.#bounds.clear();
      this.#offsets = [];
      this.#taken = false;
    }
    const start = this.#bytes.length;
    this.#record.append(cursor, this.#bytes);
    this.#bounds.push(start, this.#bytes.length);
    this.#offsets.push(offset);
  }

  /** The records so far; valid until the next `add`. */
  take(): SalvagedBlock {
    const { table: records, count } = this.#bounds;
    this.#taken = true;
    this.#part.records += count;
    const bytes = this.#bytes.finish();
    const offsets = this.#offsets;
    const offset = offsets[0] ?? 0;
    return { part: this.#part, bytes, offset, inPlace: false, records, count, offsets };
  }
}
