/**
 * One part of a snapshot while it is read: its header as it comes together, and what its checksums
 * and its footer must say.
 * Invariant: nothing is decoded from a sealed part before a checksum covers it, the version aside,
 * which tells whether the part can be read at all. Throws Damage.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Checksum, Footer } from '../gen/protovec/v1/snapshot.js';
import { Damage, decoded, HEADER_BYTES_MAX, movedHint, tags } from './format.js';
import { decodeHeader, type SnapshotHeader } from './header.js';

export class Part {
  /** Records before the block being read. */
  records = 0;
  /** Unknown until the first checksum, or until there is none for too long. */
  sealed: boolean | undefined;
  /** Has every byte up to the block being read. */
  readonly digest = createHash('sha256');
  readonly #fields: Uint8Array[] = [];
  #fieldBytes = 0;
  #seen = 0;

  constructor(
    /** Offset of its first byte in the file. */
    readonly start: number,
  ) {}

  /** Keeps a header field: its bytes with tag, and its value alone. */
  addHeaderField(tag: number, field: Uint8Array, value: Uint8Array): void {
    const number = tag >>> 3;
    const bit = 1 << number;
    if ((this.#seen & bit) !== 0) {
      throw new Damage(`header field ${number} occurs twice in the part`);
    }
    if (this.sealed === true) {
      throw new Damage(`header field ${number} comes after the first checksum of the part`);
    }
    if ((tag === tags.collection || tag === tags.embeddingModel) && !isUtf8(value)) {
      throw new Damage(`header field ${number} is not valid UTF-8`);
    }
    this.#seen |= bit;
    this.#fieldBytes += field.length;
    if (this.#fieldBytes > HEADER_BYTES_MAX) {
      throw new Damage(`the header takes more than ${HEADER_BYTES_MAX} bytes`);
    }
    this.#fields.push(new Uint8Array(field));
  }

  /** Decodes the header fields so far. */
  header(): SnapshotHeader {
    return decodeHeader(Buffer.concat(this.#fields));
  }

  /**
   * Checks the checksum `encoded` against the bytes since the one before it, which start at `offset`
   * of the file. `countRecords` counts the records in them, and is called once they are known to be
   * whole.
   */
  verifyChecksum(
    encoded: Uint8Array,
    covered: Uint8Array,
    offset: number,
    countRecords: () => bigint,
  ): void {
    const checksum = decoded('a checksum cannot be decoded', () => Checksum.decode(encoded));
    const start = offset - this.start;
    if (checksum.start !== BigInt(start) || checksum.length !== BigInt(covered.length)) {
      throw new Damage(
        `this checksum covers ${checksum.length} bytes from ${checksum.start} of its part, but it ` +
          `follows ${covered.length} bytes from ${start}: ${movedHint}`,
      );
    }
    if (checksum.crc !== crc32(covered)) {
      throw new Damage(
        `the ${covered.length} bytes before this checksum do not match it: the file is damaged, ` +
          'copy it again or use another one',
      );
    }
    const records = countRecords();
    if (checksum.records !== records) {
      throw new Damage(`this checksum counts ${checksum.records} records, there are ${records}`);
    }
    this.records += Number(records);
    this.sealed = true;
  }

  /** Checks the footer, which starts at `offset` of the file. */
  verifyFooter(encoded: Uint8Array, offset: number): void {
    const footer = decoded('the footer cannot be decoded', () => Footer.decode(encoded));
    const length = offset - this.start;
    if (footer.recordCount !== BigInt(this.records)) {
      const what = `the footer counts ${footer.recordCount} records, the part has ${this.records}`;
      throw new Damage(what);
    }
    if (footer.partLength !== BigInt(length)) {
      const what = `the footer ends a part of ${footer.partLength} bytes, this one has ${length}`;
      throw new Damage(what);
    }
    if (!this.digest.digest().equals(footer.sha256)) {
      throw new Damage('the SHA-256 of the part is not the one in its footer: the file is damaged');
    }
  }
}
