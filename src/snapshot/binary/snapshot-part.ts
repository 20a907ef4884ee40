/**
 * One part of a snapshot while it is read: its header as it comes together, and what its checksums
 * and its footer must say.
 *
 * Invariant: nothing is decoded from a sealed part before a checksum covers it, the version aside,
 * which tells whether the part can be read at all. Errors thrown here are plain; the reader adds
 * file and offset.
 */
import { Checksum, Footer } from '../../gen/protovec/v1/snapshot.js';
import { crc32 } from '../../storage/checksum.js';
import { tags } from '../format.js';
import { decodeHeader, isText, type SnapshotHeader } from '../snapshot-header.js';

/** What a reader tells about the part that a block belongs to. */
export interface PartInfo {
  /** 0 for the first part of the file. */
  readonly index: number;
  /**
   * Complete from the first block on in a sealed part. In an unsealed one of more than 16 MiB,
   * fields that its writer put after the records (a protobuf library writes fields in the order of
   * their numbers) appear here once the part has been read.
   */
  readonly header: SnapshotHeader;
  /** Whether it has a footer and checksums cover it; of JSON, whether it has a footer. */
  readonly sealed: boolean;
}

/** Bounds what a hostile file makes us keep; headers take some hundred bytes. */
const headerBytesMax = 64 * 1024;

export class SnapshotPart {
  /** Records before the block being read. */
  records = 0;
  /** Unknown until the first checksum, or until there is none for too long. */
  sealed: boolean | undefined;
  #info: PartInfo | undefined;
  #fields: Uint8Array[] = [];
  #fieldBytes = 0;
  #seen = 0;

  constructor(
    readonly index: number,
    /** Offset of its first byte in the file. */
    readonly start: number,
  ) {}

  /** Known once the header has been completed. */
  get info(): PartInfo | undefined {
    return this.#info;
  }

  /** Keeps a header field: its bytes with tag, and its value alone. */
  addHeaderField(tag: number, field: Uint8Array, value: Uint8Array): void {
    const number = tag >>> 3;
    const bit = 1 << number;
    if ((this.#seen & bit) !== 0)
      throw new Error(`header field ${number} occurs twice in the part`);
    if (this.sealed === true) {
      throw new Error(`header field ${number} comes after the first checksum of the part`);
    }
    if ((tag === tags.collection || tag === tags.embeddingModel) && !isText(value)) {
      throw new Error(`header field ${number} is not valid UTF-8`);
    }
    this.#seen |= bit;
    this.#fieldBytes += field.length;
    if (this.#fieldBytes > headerBytesMax) {
      throw new Error(`the header takes more than ${headerBytesMax} bytes`);
    }
    this.#fields.push(Buffer.from(field));
  }

  /** Decodes the header fields so far; an earlier result is brought up to date in place. */
  completeHeader(): PartInfo {
    const header = decodeHeader(Buffer.concat(this.#fields));
    if (this.#info === undefined) {
      this.#info = { index: this.index, header, sealed: this.sealed === true };
    } else {
      Object.assign(this.#info.header, header);
    }
    return this.#info;
  }

  /**
   * Checks the checksum `encoded` against the bytes since the one before it, which start at `offset`
   * of the file. `countRecords` counts the records in them, and is called once they are known to be
   * whole. Returns their number.
   */
  verifyChecksum(
    encoded: Uint8Array,
    covered: Uint8Array,
    offset: number,
    countRecords: () => number,
  ): number {
    const checksum = Checksum.decode(encoded);
    const start = offset - this.start;
    if (checksum.start !== BigInt(start) || checksum.length !== BigInt(covered.length)) {
      throw new Error(
        `this checksum covers ${checksum.length} bytes from ${checksum.start} of its part, but it ` +
          `follows ${covered.length} bytes from ${start}: ${movedHint}`,
      );
    }
    if (checksum.crc !== crc32(covered)) {
      throw new Error(
        `the ${covered.length} bytes before this checksum do not match it: the file is damaged, ` +
          'copy it again or use another one',
      );
    }
    const records = countRecords();
    if (checksum.records !== BigInt(records)) {
      throw new Error(`this checksum counts ${checksum.records} records, there are ${records}`);
    }
    return records;
  }

  /** Checks the footer, which starts at `offset` of the file; `digest` is undefined to leave it out. */
  verifyFooter(encoded: Uint8Array, offset: number, digest: Uint8Array | undefined): void {
    const footer = Footer.decode(encoded);
    const length = offset - this.start;
    if (footer.recordCount !== BigInt(this.records)) {
      throw new Error(
        `the footer counts ${footer.recordCount} records, the part has ${this.records}`,
      );
    }
    if (footer.partLength !== BigInt(length)) {
      throw new Error(
        `the footer ends a part of ${footer.partLength} bytes, this one has ${length}`,
      );
    }
    if (footer.sha256.length !== 32 || (digest !== undefined && !footer.sha256.equals(digest))) {
      throw new Error('the SHA-256 of the part is not the one in its footer: the file is damaged');
    }
  }
}

/** Said whenever checksums are not where they belong. */
export const movedHint =
  'the file is damaged, or a program decoded it and encoded it again, which moves the checksums to ' +
  'the end; such a program must clear `checksums` and `footers`, and the file be read with ' +
  'allow_unsealed';
