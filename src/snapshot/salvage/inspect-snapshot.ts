/**
 * Looks at the structure of a snapshot file: its parts, their headers, how they are written, sealed
 * and counted. Fast, because records are passed over and no checksum is verified: what it says of a
 * damaged file is what that file says of itself.
 *
 * Invariants: memory is one field; stops at the first bytes that are no field and says where. Never
 * throws for what the file holds.
 */
import { SnapshotFormat } from '../../gen/protovec/v1/persistence.js';
import { Checksum, Footer } from '../../gen/protovec/v1/snapshot.js';
import { limits } from '../../limits.js';
import type { SnapshotSource } from '../binary/byte-window.js';
import { claimedRecords } from '../binary/fragment.js';
import { isHeaderField, tags } from '../format.js';
import type { SnapshotHeader } from '../snapshot-header.js';
import { readSnapshot } from '../snapshot-reader.js';
import { FieldWalk } from './field-walk.js';
import { PagedFile } from './paged-file.js';
import { SalvagePart } from './salvage-part.js';

/** One part of a file. */
export interface InspectedPart {
  /** Offset of its first byte. */
  offset: number;
  /** Bytes from there up to its end. */
  length: number;
  version: string;
  /** Undefined when it cannot be read. */
  header: SnapshotHeader | undefined;
  /** Records, those in fragments as their fragments count them. */
  records: number;
  fragments: number;
  checksums: number;
  /** Bytes that its checksums say they cover. */
  coveredBytes: number;
  /** What its footer says; undefined without one. */
  footer: { recordCount: number; sha256: string } | undefined;
}

export interface InspectedSnapshot {
  format: SnapshotFormat;
  sizeBytes: number;
  parts: InspectedPart[];
  /** Where and why it could not be read on; undefined for a whole structure. */
  problem: { offset: number; message: string } | undefined;
}

export type OnBytes = (done: number, total: number) => void;

/** Inspects the snapshot in `source`, which stays open. */
export async function inspectSnapshot(
  source: SnapshotSource,
  onProgress?: OnBytes,
): Promise<InspectedSnapshot> {
  const file = await PagedFile.open(source);
  const head = await file.read(0, Math.min(64, file.size));
  if (/^[ \t\r\n]*\{/.test(head.toString('latin1')))
    return inspectJson(source, file.size, onProgress);
  return new BinaryInspection(file, onProgress).run();
}

class BinaryInspection {
  readonly #file: PagedFile;
  readonly #onProgress: OnBytes | undefined;
  readonly #parts: InspectedPart[] = [];
  #part: InspectedPart | undefined;
  #header = new SalvagePart(0);

  constructor(file: PagedFile, onProgress: OnBytes | undefined) {
    this.#file = file;
    this.#onProgress = onProgress;
  }

  async run(): Promise<InspectedSnapshot> {
    const file = this.#file;
    const walk = new FieldWalk(file);
    let at = 0;
    let problem: InspectedSnapshot['problem'];
    while (problem === undefined) {
      let records = 0;
      const stop = await walk.run(at, (tag) => {
        if (tag !== tags.record) return isKnown(tag);
        records += 1;
        return false;
      });
      if (this.#part !== undefined) this.#part.records += records;
      this.#onProgress?.(walk.at, file.size);
      if (stop === 'end') break;
      problem =
        stop === 'field' ? await this.#field(walk) : { offset: walk.at, message: walk.problem };
      at = walk.valueEnd;
    }
    this.#close(problem?.offset ?? file.size);
    if (file.size === 0) problem = { offset: 0, message: 'the file is empty' };
    const format = this.#parts.length > 0 ? SnapshotFormat.BINARY : SnapshotFormat.UNSPECIFIED;
    return { format, sizeBytes: file.size, parts: this.#parts, problem };
  }

  /** Takes a field that is not a record; what is wrong with it. */
  async #field(walk: FieldWalk): Promise<InspectedSnapshot['problem']> {
    const { at, tag, valueStart, valueEnd } = walk;
    if (valueEnd - at > limits.checksumIntervalBytesMax) {
      return { offset: at, message: `a field of ${valueEnd - at} bytes, which no snapshot has` };
    }
    const bytes = await this.#file.read(at, valueEnd - at);
    const value = bytes.subarray(valueStart - at);
    if (tag === tags.version) this.#open(at, value.toString('latin1').slice(0, 32));
    const part = this.#part;
    if (part === undefined) return { offset: at, message: 'no version, which a part starts with' };
    try {
      if (isHeaderField(tag)) this.#header.addHeaderField(tag, bytes, value);
      else this.#seal(part, tag, value, valueEnd);
    } catch (error) {
      return { offset: at, message: (error as Error).message };
    }
    return undefined;
  }

  #seal(part: InspectedPart, tag: number, value: Buffer, end: number): void {
    if (tag === tags.fragment) {
      part.fragments += 1;
      part.records += claimedRecords(value, 0, value.length);
    } else if (tag === tags.checksum) {
      part.checksums += 1;
      part.coveredBytes += Number(Checksum.decode(value).length);
    } else {
      const { recordCount, sha256 } = Footer.decode(value);
      const digest = Buffer.from(sha256).toString('hex');
      part.footer = { recordCount: Number(recordCount), sha256: digest };
      this.#close(end);
    }
  }

  #open(offset: number, version: string): void {
    this.#close(offset);
    this.#header = new SalvagePart(offset);
    this.#part = {
      offset,
      length: 0,
      version,
      header: undefined,
      records: 0,
      fragments: 0,
      checksums: 0,
      coveredBytes: 0,
      footer: undefined,
    };
    this.#parts.push(this.#part);
  }

  #close(end: number): void {
    const part = this.#part;
    if (part === undefined) return;
    part.length = end - part.offset;
    try {
      this.#header.completeHeader();
      part.header = this.#header.header;
    } catch {
      // Its absence says it.
    }
    this.#part = undefined;
  }
}

function isKnown(tag: number): boolean {
  return (
    isHeaderField(tag) || tag === tags.fragment || tag === tags.checksum || tag === tags.footer
  );
}

/** A text shows its structure only to whoever reads all of it. */
async function inspectJson(
  source: SnapshotSource,
  size: number,
  onProgress: OnBytes | undefined,
): Promise<InspectedSnapshot> {
  const part: InspectedPart = {
    offset: 0,
    length: size,
    version: '',
    header: undefined,
    records: 0,
    fragments: 0,
    checksums: 0,
    coveredBytes: 0,
    footer: undefined,
  };
  let problem: InspectedSnapshot['problem'];
  let sealed = false;
  try {
    for await (const block of readSnapshot(source, { allowUnsealed: true })) {
      part.header = block.part.header;
      part.records += block.count;
      sealed = block.part.sealed;
      onProgress?.(block.offset, size);
    }
    // The reader has held the footer to the records.
    if (sealed) part.footer = { recordCount: part.records, sha256: '' };
  } catch (error) {
    const { message, metadata } = error as { message: string; metadata?: { offset?: string } };
    problem = { offset: Number(metadata?.offset ?? 0), message };
  }
  return { format: SnapshotFormat.JSON, sizeBytes: size, parts: [part], problem };
}
