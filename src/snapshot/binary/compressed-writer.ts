/**
 * Writes a sealed binary snapshot of one part whose records are in compressed fragments, as a
 * stream.
 *
 * Invariants: those of SealedSink; a fragment inflates to limits.fragmentBytes or one record,
 * whichever is more, and never to more than limits.fragmentBytesMax. A fragment is compressed by
 * another thread while the next one is filled, so memory is two of them and a block. Never looks
 * into a record, never syncs, never closes.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { Codec, Fragment } from '../../gen/protovec/v1/snapshot.js';
import { limits } from '../../limits.js';
import { ByteWriter, varintLength } from '../../storage/bytes.js';
import { crc32 } from '../../storage/checksum.js';
import type { File } from '../../storage/file-system.js';
import { tags } from '../format.js';
import type { SnapshotHeader } from '../snapshot-header.js';
import { SealedSink, type WrittenSnapshot } from './sealed-sink.js';

const compress = promisify(gzip);
/** Beyond this, text shrinks by another hundredth and takes half as long again; floats not at all. */
const level = 4;

export class CompressedSnapshotWriter {
  readonly #part: SealedSink;
  /** The fragment being filled, and the buffer of the one being compressed. */
  #fields = new ByteWriter(limits.fragmentBytes);
  #others = new ByteWriter(limits.fragmentBytes);
  #records = 0;
  /** The fragment before, which is not in the file yet. */
  #pending: Promise<Fragment> | undefined;
  #recordCount = 0;

  /** `file` is new and empty. The header's dimension and metric are the caller's to check. */
  constructor(file: File, header: SnapshotHeader) {
    this.#part = new SealedSink(file, header);
  }

  /** Records written. */
  get recordCount(): number {
    return this.#recordCount;
  }

  /**
   * Appends a record: the bytes of `source` from `start` up to `end` are its complete body, the
   * server's fields included. A promise, to be awaited, only when a fragment was full; the bytes
   * must stay as they are until then. Throws RangeError for a body that no reader would take; a
   * record within the limits is smaller.
   */
  record(source: Uint8Array, start: number, end: number): Promise<void> | void {
    const length = end - start;
    const fieldLength = 1 + varintLength(length) + length;
    if (fieldLength > limits.fragmentBytesMax) {
      throw new RangeError(`a record of ${length} bytes is more than any reader takes`);
    }
    const filled = this.#fields.length;
    if (filled > 0 && filled + fieldLength > limits.fragmentBytes) {
      return this.#turnThenAppend(source, start, end);
    }
    this.#append(source, start, end);
  }

  /** Seals the part and waits until every byte has been handed to the operating system. */
  async finish(): Promise<WrittenSnapshot> {
    if (this.#records > 0) await this.#turn();
    await this.#writePending();
    return this.#part.finish();
  }

  async #turnThenAppend(source: Uint8Array, start: number, end: number): Promise<void> {
    await this.#turn();
    this.#append(source, start, end);
  }

  #append(source: Uint8Array, start: number, end: number): void {
    const fields = this.#fields;
    fields.byte(tags.record);
    fields.varint(end - start);
    fields.copy(source, start, end);
    this.#records += 1;
    this.#recordCount += 1;
  }

  /** Writes the fragment before, has the filled one compressed and goes on with an empty one. */
  async #turn(): Promise<void> {
    await this.#writePending();
    this.#pending = fragmentOf(this.#fields.finish(), this.#records);
    // It may fail while nobody waits for it; the next call tells.
    this.#pending.catch(() => {});
    [this.#fields, this.#others] = [this.#others, this.#fields];
    this.#fields.reset();
    this.#records = 0;
  }

  async #writePending(): Promise<void> {
    if (this.#pending === undefined) return;
    const fragment = await this.#pending;
    this.#pending = undefined;
    const part = this.#part;
    const encoded = Fragment.encode(fragment).finish();
    const field = new BinaryWriter().uint32(tags.fragment).bytes(encoded).finish();
    if (part.isFull(field.length)) {
      part.seal();
      await part.sink.flush();
    }
    part.sink.append(field);
    part.recordCount += Number(fragment.recordCount);
  }
}

async function fragmentOf(fields: Uint8Array, records: number): Promise<Fragment> {
  const data = await compress(fields, { level });
  return {
    codec: Codec.GZIP,
    data,
    recordCount: BigInt(records),
    inflatedSize: BigInt(fields.length),
    crc: crc32(data),
  };
}
