/**
 * The state of reading a snapshot: puts fields together to blocks and holds every part to its
 * checksums, its footer and what the parts before it say.
 *
 * Invariants: the bytes of a sealed part leave only after the checksum that covers them has been
 * verified; memory is that of the bytes between two checksums, 16 MiB and one field at most, whatever
 * a file says. Never decodes a record.
 */
import type { ByteWindow } from './byte-window.js';
import { FieldScanner } from './field-scanner.js';
import {
  BLOCK_BYTES,
  COVERED_BYTES_MAX,
  Damage,
  isHeaderField,
  KNOWN_FIELD_MAX,
  movedHint,
  tags,
} from './format.js';
import { decodeFragment } from './fragment.js';
import { checkAgreement, checkVersion, type SnapshotHeader } from './header.js';
import { Part } from './part.js';

/** Whole fields of one part, records or fragments among them; valid until the next block. */
export interface Block {
  readonly bytes: Uint8Array;
  /** Offset in the file of the first of them. */
  readonly offset: number;
}

export class BlockReader {
  /** Parts that were begun. */
  parts = 0;
  /** Whether all parts are sealed, as far as is known. */
  sealed = true;
  /** Header of the last part whose header is complete. */
  header: SnapshotHeader | undefined;
  readonly #window: ByteWindow;
  readonly #allowUnsealed: boolean;
  readonly #scanner = new FieldScanner();
  /** What the parts say together. */
  #agreed: SnapshotHeader | undefined;
  #part: Part | undefined;
  /** Where the next field starts, from the window's start. */
  #cursor = 0;
  /** Bytes, from the window's start, that are over once the next block is asked for. */
  #done = 0;
  /** Records and fragments of the block being read. */
  #items = 0;

  constructor(window: ByteWindow, allowUnsealed: boolean) {
    this.#window = window;
    this.#allowUnsealed = allowUnsealed;
  }

  /** Offset in the file of the field at hand. */
  get offset(): number {
    return this.#window.offset(this.#window.start + this.#cursor);
  }

  /**
   * The next block that has records; undefined at the end of a whole file. Throws Damage, or what the
   * source throws.
   */
  async next(): Promise<Block | undefined> {
    this.#release();
    for (;;) {
      while (this.#scan()) {
        const block = this.#take();
        if (block !== undefined) return block;
      }
      if (this.#window.atEnd) return this.#end();
      await this.#window.more();
    }
  }

  #scan(): boolean {
    const { bytes, start, end } = this.#window;
    const at = start + this.#cursor;
    if (this.parts === 0) checkOpening(bytes, start, end);
    if (this.#scanner.scan(bytes, at, end)) return true;
    const length = this.#scanner.valueEnd - at;
    if (length <= COVERED_BYTES_MAX) return false;
    throw new Damage(
      `a field of ${length} bytes, the most is ${COVERED_BYTES_MAX}: the file is damaged`,
    );
  }

  /** Handles the field that was scanned; a block when one with records is complete. */
  #take(): Block | undefined {
    const { tag, number, valueStart, valueEnd } = this.#scanner;
    const { bytes, start } = this.#window;
    const value = bytes.subarray(valueStart, valueEnd);
    if (tag === tags.version) {
      // An unsealed part ends where the next begins; the version is then scanned once more.
      if (this.#part !== undefined) return this.#endUnsealed(this.#part);
      checkVersion(value);
      this.#part = new Part(this.offset);
      this.parts += 1;
    }
    const part = this.#part;
    if (part === undefined) {
      throw new Damage(`field ${number} where a part must start: the file is damaged`);
    }
    if (tag === tags.checksum) return this.#takeChecksum(part, value, valueEnd - start);
    if (tag === tags.footer) return this.#takeFooter(part, value, valueEnd - start);
    if (tag === tags.record || tag === tags.fragment) this.#items += 1;
    else if (isHeaderField(tag)) {
      part.addHeaderField(tag, bytes.subarray(start + this.#cursor, valueEnd), value);
    } else if (number <= KNOWN_FIELD_MAX) {
      throw new Damage(`field ${number} has wire type ${tag & 7}, which is not its type`);
    }
    this.#cursor = valueEnd - start;
    const most = part.sealed === false ? BLOCK_BYTES : COVERED_BYTES_MAX;
    return this.#cursor < most ? undefined : this.#unsealedBlock(part);
  }

  #takeChecksum(part: Part, encoded: Uint8Array, next: number): Block | undefined {
    if (part.sealed === false) {
      throw new Damage(`the first checksum of the part comes only here: ${movedHint}`);
    }
    const { bytes, start } = this.#window;
    const covered = bytes.subarray(start, start + this.#cursor);
    const first = part.sealed === undefined;
    part.verifyChecksum(encoded, covered, this.#window.offset(start), () => claimedIn(covered));
    part.digest.update(bytes.subarray(start, start + next));
    if (first) this.#completeHeader(part);
    return this.#endBlock(next);
  }

  #takeFooter(part: Part, encoded: Uint8Array, next: number): Block | undefined {
    if (part.sealed !== true || this.#cursor > 0) {
      const what = `no checksum covers the ${this.#cursor} bytes before the footer: ${movedHint}`;
      throw new Damage(what);
    }
    part.verifyFooter(encoded, this.offset);
    this.#part = undefined;
    return this.#endBlock(next);
  }

  /** Ends a block without a checksum, if there may be one. */
  #unsealedBlock(part: Part): Block | undefined {
    if (part.sealed === true || !this.#allowUnsealed) {
      throw new Damage(
        `no checksum within ${COVERED_BYTES_MAX} bytes: the file is damaged or was never sealed; ` +
          'one made by another program is read with allowUnsealed',
      );
    }
    if (part.sealed === undefined) {
      part.sealed = false;
      this.sealed = false;
      this.header = part.header();
    }
    return this.#endBlock(this.#cursor);
  }

  /** Ends a part that has no footer, if it may have none; its last block, if it has records. */
  #endUnsealed(part: Part): Block | undefined {
    if (part.sealed === true) {
      throw new Damage(
        `the part that starts at offset ${part.start} ends here without a footer: the file is ` +
          'truncated, copy it again or use another one',
      );
    }
    if (!this.#allowUnsealed) {
      throw new Damage(
        `the part that starts at offset ${part.start} has neither checksums nor a footer: it is ` +
          'truncated, or another program made it and it is read with allowUnsealed',
      );
    }
    this.sealed = false;
    this.#completeHeader(part);
    this.#part = undefined;
    return this.#endBlock(this.#cursor);
  }

  #end(): Block | undefined {
    const { start, end } = this.#window;
    if (start + this.#cursor < end) {
      throw new Damage('the file ends within a field: it is truncated, copy it again');
    }
    if (this.parts === 0) throw new Damage('the file is empty: it is truncated, copy it again');
    return this.#part === undefined ? undefined : this.#endUnsealed(this.#part);
  }

  /** Holds the part's header to those before it. */
  #completeHeader(part: Part): void {
    const header = part.header();
    this.#agreed ??= { ...header };
    checkAgreement(header, this.#agreed);
    // The first part that has a model speaks for all.
    this.#agreed.embeddingModel ||= header.embeddingModel;
    this.header = header;
  }

  /**
   * Ends the block before the field at hand; the next one starts at `next`, from the window's start.
   * One without records is over at once.
   */
  #endBlock(next: number): Block | undefined {
    const { bytes, start } = this.#window;
    const covered = bytes.subarray(start, start + this.#cursor);
    const offset = this.#window.offset(start);
    const records = this.#items > 0;
    this.#cursor = next;
    this.#done = next;
    if (records) return { bytes: covered, offset };
    this.#release();
    return undefined;
  }

  /** Lets go of the bytes that are done with. */
  #release(): void {
    if (this.#done === 0) return;
    this.#window.start += this.#done;
    this.#cursor -= this.#done;
    this.#done = 0;
    this.#items = 0;
  }
}

/** Refuses at once, and in clear words, what does not begin as a binary snapshot does. */
function checkOpening(bytes: Uint8Array, start: number, end: number): void {
  if (end === start || bytes[start] === tags.version) return;
  if (/^[ \t\r\n]*\{/.test(Buffer.from(bytes.subarray(start, start + 64)).toString('latin1'))) {
    throw new Damage(
      'the file is JSON, which is not read here; `protovec snapshot convert IN OUT.pb` makes it binary',
    );
  }
  throw new Damage('the file does not begin as a snapshot does: it is none, or it is damaged');
}

/** Records in whole fields, with what fragments say that they have. */
function claimedIn(bytes: Uint8Array): bigint {
  const scanner = new FieldScanner();
  let records = 0n;
  for (let at = 0; at < bytes.length; at = scanner.valueEnd) {
    scanner.scan(bytes, at, bytes.length);
    if (scanner.tag === tags.record) records += 1n;
    else if (scanner.tag === tags.fragment) {
      const encoded = bytes.subarray(scanner.valueStart, scanner.valueEnd);
      records += decodeFragment(encoded).recordCount;
    }
  }
  return records;
}
