/**
 * The state of reading a binary snapshot: puts fields together to blocks and holds every part to
 * its checksums, its footer and what the parts before it say.
 *
 * Invariants: the bytes of a sealed part leave only after the checksum that covers them has been
 * verified; memory is 8 MiB, and whatever a file says at most that and twice
 * limits.checksumIntervalBytesMax. Never decodes a record.
 */
import { createHash, type Hash } from 'node:crypto';
import { limits } from '../../limits.js';
import { damaged, isHeaderField, knownFieldMax, otherFile, tags } from '../format.js';
import type { FileBlock, ReadOptions } from '../snapshot-block.js';
import { versionProblem } from '../snapshot-header.js';
import type { ByteWindow } from './byte-window.js';
import { FieldScanner } from './field-scanner.js';
import { claimedRecords } from './fragment.js';
import { PartAgreement } from './part-agreement.js';
import { RecordBounds } from './record-bounds.js';
import { movedHint, type PartInfo, SnapshotPart } from './snapshot-part.js';

/** One pass over one file; `readSnapshot` drives it. */
export class BlockReader {
  readonly #window: ByteWindow;
  readonly #name: string;
  readonly #allowUnsealed: boolean;
  readonly #sha256: Uint8Array | undefined;
  readonly #verifyParts: boolean;
  readonly #scanner = new FieldScanner();
  /** Records of the block being read and, with their starts inverted, its fragments. */
  readonly #records = new RecordBounds();
  #fragments = 0;
  #hash: Hash | undefined;
  #part: SnapshotPart | undefined;
  #parts = 0;
  readonly #agreement = new PartAgreement();
  /** Where the next field starts, from the window's start. */
  #cursor = 0;
  /** Bytes, from the window's start, that the caller is done with when it asks for more. */
  #done = 0;

  constructor(window: ByteWindow, options: ReadOptions) {
    this.#window = window;
    this.#name = options.name ?? 'snapshot';
    this.#allowUnsealed = options.allowUnsealed ?? false;
    this.#sha256 = options.sha256;
    this.#verifyParts = (options.verifyDigest ?? true) && options.sha256 === undefined;
    if (options.sha256 !== undefined) this.#hash = createHash('sha256');
  }

  /** The next block; undefined at the end of a whole file. */
  async next(): Promise<FileBlock | undefined> {
    this.#release();
    for (;;) {
      try {
        while (this.#scan()) {
          const block = this.#take();
          if (block !== undefined) return block;
        }
        if (this.#window.atEnd) return this.#end();
      } catch (error) {
        throw this.#located(error);
      }
      await this.#window.more();
    }
  }

  #scan(): boolean {
    const { bytes, start, end } = this.#window;
    const scanner = this.#scanner;
    const at = start + this.#cursor;
    if (scanner.scan(bytes, at, end)) return true;
    const beyond = this.#window.offset(scanner.valueEnd) - this.#window.size;
    if (beyond > 0 && at < end) {
      throw new Error(
        `a field here ends ${beyond} bytes after the file does: the file is truncated or damaged, ` +
          'copy it again or use another one',
      );
    }
    if (scanner.valueEnd - at > limits.checksumIntervalBytesMax) {
      throw new Error(
        `a field of ${scanner.valueEnd - at} bytes, the most is ${limits.checksumIntervalBytesMax}`,
      );
    }
    return false;
  }

  /** Handles the field that was scanned; a block when one is complete. */
  #take(): FileBlock | undefined {
    const { tag, valueStart, valueEnd } = this.#scanner;
    const base = this.#window.start;
    const part = this.#part;
    if (tag === tags.record && part !== undefined) {
      this.#records.push(valueStart - base, valueEnd - base);
      this.#cursor = valueEnd - base;
      return this.#cursor < this.#blockBytes(part) ? undefined : this.#unsealedBlock(part);
    }
    return this.#takeOther(tag, valueStart, valueEnd);
  }

  #takeOther(tag: number, valueStart: number, valueEnd: number): FileBlock | undefined {
    const { bytes, start } = this.#window;
    const value = bytes.subarray(valueStart, valueEnd);
    if (tag === tags.version) {
      // An unsealed part ends where the next begins; the version is then scanned once more.
      if (this.#part !== undefined) return this.#endUnsealed(this.#part);
      this.#openPart(value);
    }
    const part = this.#part;
    if (part === undefined) throw new Error(`field ${tag >>> 3} where a part must start`);
    if (tag === tags.checksum) return this.#takeChecksum(part, value, valueEnd - start);
    if (tag === tags.footer) return this.#takeFooter(part, value, valueEnd - start);
    const number = tag >>> 3;
    if (isHeaderField(tag)) {
      part.addHeaderField(tag, bytes.subarray(start + this.#cursor, valueEnd), value);
    } else if (tag === tags.fragment) {
      this.#records.push(~(valueStart - start), valueEnd - start);
      this.#fragments += 1;
    } else if (number <= knownFieldMax) {
      throw new Error(`field ${number} has wire type ${tag & 7}, which is not its type`);
    }
    this.#cursor = valueEnd - start;
    return this.#cursor < this.#blockBytes(part) ? undefined : this.#unsealedBlock(part);
  }

  #openPart(version: Uint8Array): void {
    const problem = versionProblem(version);
    if (problem !== undefined) throw new Error(problem);
    this.#part = new SnapshotPart(this.#parts++, this.#offset());
    if (this.#verifyParts) this.#hash = createHash('sha256');
  }

  #takeChecksum(part: SnapshotPart, encoded: Uint8Array, next: number): FileBlock | undefined {
    if (part.sealed === false)
      throw new Error(`the first checksum of the part comes only here: ${movedHint}`);
    const { bytes, start } = this.#window;
    const covered = bytes.subarray(start, start + this.#cursor);
    const offset = this.#window.offset(start);
    const records = part.verifyChecksum(encoded, covered, offset, () => this.#countRecords());
    const first = part.sealed === undefined;
    part.sealed = true;
    if (first) this.#agreement.add(part.completeHeader());
    const block = first || this.#records.count > 0 ? this.#block(part) : undefined;
    part.records += records;
    this.#cursor = next;
    this.#done = next;
    if (block === undefined) this.#release();
    return block;
  }

  #takeFooter(part: SnapshotPart, encoded: Uint8Array, next: number): undefined {
    if (part.sealed !== true || this.#cursor > 0) {
      throw new Error(
        `no checksum covers the ${this.#cursor} bytes before the footer: ${movedHint}`,
      );
    }
    const digest = this.#verifyParts ? this.#hash?.digest() : undefined;
    part.verifyFooter(encoded, this.#offset(), digest);
    if (this.#verifyParts) this.#hash = undefined;
    this.#part = undefined;
    this.#cursor = next;
    this.#done = next;
    this.#release();
  }

  /** Bytes at which the block being read is handed out, or refused, without a checksum. */
  #blockBytes(part: SnapshotPart): number {
    return part.sealed === false ? limits.checksumIntervalBytes : limits.checksumIntervalBytesMax;
  }

  #unsealedBlock(part: SnapshotPart): FileBlock | undefined {
    if (part.sealed === true || !this.#allowUnsealed) {
      throw new Error(
        `no checksum within ${limits.checksumIntervalBytesMax} bytes: the file is damaged or was ` +
          'never sealed; one made by another program is read with allow_unsealed',
      );
    }
    if (part.sealed === undefined) {
      part.sealed = false;
      part.completeHeader();
    }
    const block = this.#block(part);
    this.#done = this.#cursor;
    return block;
  }

  /** Ends a part that has no footer, if it may have none; its last block, if there is one. */
  #endUnsealed(part: SnapshotPart): FileBlock | undefined {
    if (part.sealed === true) {
      throw new Error(
        `the part that starts at offset ${part.start} ends here without a footer: the file is ` +
          'truncated, copy it again or use another one',
      );
    }
    if (!this.#allowUnsealed) {
      throw new Error(
        `the part that starts at offset ${part.start} has neither checksums nor a footer: it is ` +
          'truncated, or another program made it and it is read with allow_unsealed',
      );
    }
    const first = part.sealed === undefined;
    part.sealed = false;
    this.#agreement.add(part.completeHeader());
    this.#part = undefined;
    this.#hash = this.#verifyParts ? undefined : this.#hash;
    const block = first || this.#records.count > 0 ? this.#block(part) : undefined;
    this.#done = this.#cursor;
    if (block === undefined) this.#release();
    return block;
  }

  /** At the end of the file. */
  #end(): FileBlock | undefined {
    const { start, end } = this.#window;
    if (start + this.#cursor < end) {
      throw new Error('the file ends within a field: it is truncated, copy it again');
    }
    if (this.#part === undefined) return this.#checkFileDigest();
    return this.#endUnsealed(this.#part) ?? this.#checkFileDigest();
  }

  #checkFileDigest(): undefined {
    if (this.#sha256 === undefined || this.#hash === undefined) return;
    if (!this.#hash.digest().equals(this.#sha256)) {
      throw new Error(otherFile);
    }
    this.#hash = undefined;
  }

  /** Records of the block, with those that its fragments say they have. */
  #countRecords(): number {
    const { table, count } = this.#records;
    if (this.#fragments === 0) return count;
    const { bytes, start } = this.#window;
    let records = count - this.#fragments;
    for (let i = 0; i < count * 2; i += 2) {
      if (table[i] < 0) records += claimedRecords(bytes, start + ~table[i], start + table[i + 1]);
    }
    return records;
  }

  #block(part: SnapshotPart): FileBlock {
    const { bytes, start } = this.#window;
    return {
      part: part.info as PartInfo,
      bytes: bytes.subarray(start, start + this.#cursor),
      offset: this.#window.offset(start),
      inPlace: true,
      records: this.#records.table,
      count: this.#records.count,
      fragments: this.#fragments,
    };
  }

  /** Lets go of the bytes that are done with. */
  #release(): void {
    const window = this.#window;
    if (this.#done === 0) return;
    this.#hash?.update(window.bytes.subarray(window.start, window.start + this.#done));
    window.start += this.#done;
    this.#cursor -= this.#done;
    this.#done = 0;
    this.#records.clear();
    this.#fragments = 0;
  }

  /** Offset in the file of the field at hand. */
  #offset(): number {
    return this.#window.offset(this.#window.start + this.#cursor);
  }

  /** The same error with file and offset. */
  #located(error: unknown): Error {
    const message = error instanceof Error ? error.message : String(error);
    return damaged(this.#name, this.#offset(), message, error);
  }
}
