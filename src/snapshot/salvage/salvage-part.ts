/**
 * One part of a snapshot that may be damaged: what is known of its header and of its seal.
 *
 * Invariant: the header is decoded from bytes that a checksum covers, or those of an unsealed part.
 */
import { createHash, type Hash } from 'node:crypto';
import { tags } from '../format.js';
import { decodeHeader, isText, type SnapshotHeader } from '../snapshot-header.js';

/** Bounds what a hostile file makes us keep. */
const headerBytesMax = 64 * 1024;

export class SalvagePart {
  /** 0 for the first; -1 until it is certain that a part starts here. */
  index = -1;
  /** Whether checksums cover it; undefined while neither is known. */
  sealed: boolean | undefined;
  /** Whether something of it was found damaged: its footer cannot agree then. */
  damaged = false;
  /** Whether its seals come after records that they do not cover. */
  moved = false;
  /** Whether the file ends within it. */
  cut = false;
  /** What is wrong with its version; empty when it is one that we read. */
  opening = '';
  /** Undefined: not known, or not intact. */
  header: SnapshotHeader | undefined;
  /** Text of the version; empty when it cannot be read. */
  version = '';
  /** Whether compressed records were found. */
  compressed = false;
  /** Records in blocks that were handed out. */
  records = 0;
  /**
   * Why its records do not count after all: it disagrees with the parts before it, or its checksums
   * came after records that they do not cover. Known for certain once the part has ended.
   */
  rejected = false;
  /** Of the part's bytes so far, as long as it is not damaged. */
  readonly hash: Hash = createHash('sha256');
  readonly #fields: Buffer[] = [];
  #fieldBytes = 0;
  #seen = 0;

  constructor(
    /** Offset of its first byte in the file. */
    readonly start: number,
  ) {}

  /** Takes a header field, with its tag. Throws an Error that says what is wrong with it. */
  addHeaderField(tag: number, field: Uint8Array, value: Uint8Array): void {
    const number = tag >>> 3;
    if ((this.#seen & (1 << number)) !== 0) {
      throw new Error(`header field ${number} occurs twice in the part`);
    }
    if ((tag === tags.collection || tag === tags.embeddingModel) && !isText(value)) {
      throw new Error(`header field ${number} is not valid UTF-8`);
    }
    this.#fieldBytes += field.length;
    if (this.#fieldBytes > headerBytesMax) {
      throw new Error(`the header takes more than ${headerBytesMax} bytes`);
    }
    this.#seen |= 1 << number;
    this.#fields.push(Buffer.from(field));
  }

  /** Decodes the header fields so far. Throws an Error that says what is wrong with them. */
  completeHeader(): void {
    const header = decodeHeader(Buffer.concat(this.#fields));
    if (this.header === undefined) this.header = header;
    else Object.assign(this.header, header);
  }
}
