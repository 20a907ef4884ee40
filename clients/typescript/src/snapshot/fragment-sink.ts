/**
 * Puts the records of a part into compressed fragments.
 * Invariant: a fragment inflates to BLOCK_BYTES or one record, whichever is more; memory is one
 * fragment and the block of the part.
 */
import { promisify } from 'node:util';
import { crc32, gzip } from 'node:zlib';
import { ByteWriter, varintLength } from '../codec/byte-writer.js';
import { Codec, Fragment } from '../gen/protovec/v1/snapshot.js';
import { BLOCK_BYTES, tags } from './format.js';
import type { PartSink, WrittenSnapshot } from './part-sink.js';

const compress = promisify(gzip);
/** Beyond this, text shrinks by another hundredth and takes half as long again; floats not at all. */
const level = 4;

export class FragmentSink {
  readonly #part: PartSink;
  readonly #fields = new ByteWriter(BLOCK_BYTES);
  #records = 0;

  constructor(part: PartSink) {
    this.#part = part;
  }

  /**
   * Appends an encoded record. A promise, to be awaited, only when a fragment was full; `body` must
   * stay as it is until then.
   */
  add(body: Uint8Array): Promise<void> | undefined {
    const filled = this.#fields.length;
    const length = 1 + varintLength(body.length) + body.length;
    if (filled > 0 && filled + length > BLOCK_BYTES) return this.#endThenAdd(body);
    this.#append(body);
    return undefined;
  }

  /** Seals the part and waits until every byte has been handed to the operating system. */
  async finish(): Promise<WrittenSnapshot> {
    await this.#endFragment();
    return this.#part.finish();
  }

  async #endThenAdd(body: Uint8Array): Promise<void> {
    await this.#endFragment();
    this.#append(body);
  }

  #append(body: Uint8Array): void {
    this.#fields.bytes(tags.record, body);
    this.#records += 1;
  }

  async #endFragment(): Promise<void> {
    if (this.#records === 0) return;
    const fields = this.#fields.finish();
    const data = await compress(fields, { level });
    const fragment: Fragment = {
      codec: Codec.GZIP,
      data,
      recordCount: BigInt(this.#records),
      inflatedSize: BigInt(fields.length),
      crc: crc32(data),
    };
    await this.#part.add(tags.fragment, Fragment.encode(fragment).finish(), this.#records);
    this.#fields.reset();
    this.#records = 0;
  }
}
