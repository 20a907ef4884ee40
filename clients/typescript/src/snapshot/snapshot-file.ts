/**
 * A snapshot file, read as a stream without a server.
 * Invariants: records of a sealed part come after the checksum that covers them has been verified;
 * that the file is whole is known when the iteration has ended without an error. Never looks for ids
 * that occur twice.
 */
import { status } from '@grpc/grpc-js';
import { readRecord } from '../codec/decode-record.js';
import { ProtovecError } from '../errors.js';
import type { Metadata } from '../metadata.js';
import type { StoredRecord } from '../record.js';
import { type Block, BlockReader } from './block-reader.js';
import { ByteWindow } from './byte-window.js';
import { FieldScanner } from './field-scanner.js';
import { corrupted, Damage, decoded, tags } from './format.js';
import { inflatedFragment } from './fragment.js';
import type { SnapshotHeader } from './header.js';
import { StrictReader } from './strict-reader.js';

/** A record of a snapshot file: it always has its embedding. */
export interface SnapshotRecord<M extends Metadata = Metadata> extends StoredRecord<M> {
  embedding: Float32Array;
}

/** What a whole file has. */
export interface SnapshotSummary {
  /** Records in all parts; one whose id comes again in a later part is counted twice. */
  recordCount: number;
  parts: number;
  /** Whether every part has checksums and a footer, which were verified. */
  sealed: boolean;
}

/** How a file is read. */
export interface OpenOptions {
  /**
   * Also read parts that have neither checksums nor a footer. Damage of such parts, and that they are
   * cut, cannot be told. Default false.
   */
  allowUnsealed?: boolean | undefined;
  /** What errors call the file. Default: its path or, of other sources, `snapshot`. */
  name?: string | undefined;
}

/** The records of a file, to be iterated once. Leaving the loop early closes the file. */
export class SnapshotFile<M extends Metadata = Metadata>
  implements AsyncIterable<SnapshotRecord<M>>, AsyncDisposable
{
  readonly #name: string;
  readonly #window: ByteWindow;
  readonly #blocks: BlockReader;
  #block: Block | undefined;
  #recordCount = 0;
  #begun = false;
  #closed = false;
  /** Undefined until the iteration has ended, as it should or not. */
  #outcome: SnapshotSummary | Error | undefined;

  private constructor(source: AsyncIterable<Uint8Array>, options: OpenOptions) {
    this.#name = options.name ?? 'snapshot';
    this.#window = new ByteWindow(source);
    this.#blocks = new BlockReader(this.#window, options.allowUnsealed ?? false);
  }

  /** Made by `openSnapshot`. */
  static async open<M extends Metadata>(
    source: AsyncIterable<Uint8Array>,
    options: OpenOptions,
  ): Promise<SnapshotFile<M>> {
    const file = new SnapshotFile<M>(source, options);
    try {
      file.#block = await file.#blocks.next();
      return file;
    } catch (error) {
      await file.close();
      throw file.#located(error);
    }
  }

  /**
   * What the part being read says of its records. In an unsealed part of more than 16 MiB, what its
   * writer put after the records is known only at its end.
   */
  get header(): SnapshotHeader {
    return this.#blocks.header as SnapshotHeader;
  }

  /** Parts that were begun so far. */
  get parts(): number {
    return this.#blocks.parts;
  }

  /** Whether every part so far has checksums. */
  get sealed(): boolean {
    return this.#blocks.sealed;
  }

  /** Records read so far. */
  get recordCount(): number {
    return this.#recordCount;
  }

  /**
   * The records in the order of the file. Across parts, of two records with one id the later one
   * counts; both come. Throws DATA_LOSS, reason STORAGE_CORRUPTED, at damage, with `file`, `offset`
   * and `records_read` in the error's metadata; whatever the source throws is thrown as it is.
   */
  [Symbol.asyncIterator](): AsyncGenerator<SnapshotRecord<M>, void, undefined> {
    return this.#read((_, record) => record);
  }

  /**
   * The same records as they stand in the file: encoded VectorRecord messages, which
   * `writeSnapshot` writes byte for byte.
   */
  encoded(): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#read((body) => new Uint8Array(body));
  }

  /**
   * What the whole file has, once every record has been read: by an iteration, after whose end this
   * is to be called, or by this call, which reads and checks all of it when no iteration has begun.
   * Throws what the iteration threw.
   */
  async summary(): Promise<SnapshotSummary> {
    if (!this.#begun) for await (const _ of this);
    if (this.#outcome === undefined) throw leftEarly();
    if (this.#outcome instanceof Error) throw this.#outcome;
    return this.#outcome;
  }

  /** Lets go of the file. What is read to its end, or fails, does so by itself. */
  async close(): Promise<void> {
    this.#begun = true;
    this.#closed = true;
    await this.#window.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async *#read<T>(
    give: (body: Uint8Array, record: SnapshotRecord<M>) => T,
  ): AsyncGenerator<T, void, undefined> {
    if (this.#begun) {
      throw new ProtovecError(
        status.FAILED_PRECONDITION,
        `${this.#name} has been read, is being read or was closed; open it again`,
      );
    }
    this.#begun = true;
    try {
      while (this.#block !== undefined) {
        for (const { tag, value, offset } of itemsIn(this.#block)) {
          const bodies = tag === tags.record ? [value] : recordsIn(await inflated(value, offset));
          for (const body of bodies) {
            const record = this.#decode(body, offset);
            this.#recordCount += 1;
            yield give(body, record);
          }
        }
        this.#block = await this.#blocks.next();
      }
      const { parts, sealed } = this;
      this.#outcome = { recordCount: this.#recordCount, parts, sealed };
    } catch (error) {
      this.#outcome = this.#closed ? leftEarly() : this.#located(error);
      throw this.#outcome;
    } finally {
      this.#outcome ??= leftEarly();
      await this.close();
    }
  }

  #decode(body: Uint8Array, offset: number): SnapshotRecord<M> {
    const { dimension } = this.header;
    try {
      const record = decoded('a record cannot be decoded', () =>
        readRecord<M>(new StrictReader(body), body.length),
      );
      const values = record.embedding?.length ?? 0;
      if (values === dimension) return record as SnapshotRecord<M>;
      throw new Damage(
        `record ${JSON.stringify(record.id)} has an embedding of ${values} values, the snapshot ` +
          `says ${dimension}`,
      );
    } catch (error) {
      throw new Located(offset, error);
    }
  }

  /** What callers get for an error: damage with file and offset, everything else as it is. */
  #located(error: unknown): Error {
    const offset = error instanceof Located ? error.offset : this.#blocks.offset;
    const cause = error instanceof Located ? error.cause : error;
    if (cause instanceof Damage) return corrupted(this.#name, offset, this.#recordCount, cause);
    return cause as Error;
  }
}

/** An error whose place in the file is known better than from where the reading is. */
class Located extends Error {
  constructor(
    readonly offset: number,
    override readonly cause: unknown,
  ) {
    super();
  }
}

/** A record, or some that are compressed. */
interface Item {
  readonly tag: number;
  readonly value: Uint8Array;
  /** Of the value, in the file. */
  readonly offset: number;
}

function* itemsIn({ bytes, offset }: Block): Generator<Item, void, undefined> {
  const scanner = new FieldScanner();
  for (let at = 0; at < bytes.length; at = scanner.valueEnd) {
    scanner.scan(bytes, at, bytes.length);
    const { tag, valueStart, valueEnd } = scanner;
    if (tag !== tags.record && tag !== tags.fragment) continue;
    yield { tag, value: bytes.subarray(valueStart, valueEnd), offset: offset + valueStart };
  }
}

function* recordsIn(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (const { tag, value } of itemsIn({ bytes, offset: 0 })) if (tag === tags.record) yield value;
}

async function inflated(encoded: Uint8Array, offset: number): Promise<Uint8Array> {
  try {
    return await inflatedFragment(encoded);
  } catch (error) {
    throw new Located(offset, error);
  }
}

function leftEarly(): ProtovecError {
  const message = 'The file was not read to its end, so there is no summary';
  return new ProtovecError(status.CANCELLED, message);
}
