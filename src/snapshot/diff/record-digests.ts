/**
 * What is kept of each of millions of records to tell later whether another one is the same: 128
 * bits of a SHA-256 over what the client wrote, and a CRC-32 of each field to name those that
 * differ; 40 bytes a record, outside the JavaScript heap.
 *
 * Invariant: whether records are the same is decided by the SHA-256 alone; two different records
 * with the same 128 bits take 2^64 tries to find. A CRC-32 may take two different fields for the
 * same, which then are not named.
 */
import { hash } from 'node:crypto';
import type { RecordScan } from '../../record/scan.js';
import { crc32 } from '../../storage/checksum.js';
import { IntRows } from '../int-rows.js';
import { CanonicalRecord, comparedFields } from './canonical-record.js';

const fields = comparedFields.length;
/** 32-bit words of the SHA-256 that are kept. */
const digestWords = 4;
/** What `compare` answers when every field may differ. */
const allFields = (1 << fields) - 1;

export class RecordDigests {
  readonly #rows = new IntRows(digestWords + fields);
  readonly #record = new CanonicalRecord();

  /** Keeps what tells the record, which `scanRecord` has just checked, under this number. */
  put(number: number, source: Uint8Array, scan: RecordScan): void {
    const piece = this.#rows.piece(number);
    let at = this.#rows.offset(number);
    const digest = this.#read(source, scan);
    for (let word = 0; word < digestWords; word++) piece[at++] = digest.readInt32LE(word * 4);
    for (let field = 0; field < fields; field++) piece[at++] = this.#checksum(field);
  }

  /**
   * The fields, as bits in the order of `comparedFields`, in which the record, which `scanRecord`
   * has just checked, differs from the one kept under this number; 0 when they are the same.
   */
  compare(number: number, source: Uint8Array, scan: RecordScan): number {
    const piece = this.#rows.piece(number);
    const at = this.#rows.offset(number);
    const digest = this.#read(source, scan);
    let same = true;
    for (let word = 0; word < digestWords; word++) {
      if (piece[at + word] !== digest.readInt32LE(word * 4)) same = false;
    }
    if (same) return 0;
    let changed = 0;
    for (let field = 0; field < fields; field++) {
      if (piece[at + digestWords + field] !== this.#checksum(field)) changed |= 1 << field;
    }
    return changed === 0 ? allFields : changed;
  }

  /** The SHA-256 of the record, whose canonical form is then at hand. */
  #read(source: Uint8Array, scan: RecordScan): Buffer {
    const record = this.#record;
    record.read(source, scan);
    return hash('sha256', record.bytes.subarray(0, record.ends[fields - 1]), 'buffer');
  }

  #checksum(field: number): number {
    const { bytes, ends } = this.#record;
    return crc32(bytes.subarray(field === 0 ? 0 : ends[field - 1], ends[field])) | 0;
  }
}

/** Paths of the fields that the bits stand for. */
export function fieldPaths(changed: number): string[] {
  return comparedFields.filter((_, field) => (changed & (1 << field)) !== 0);
}
