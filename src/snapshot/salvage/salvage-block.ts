/**
 * Takes a range of a snapshot's bytes, which a checksum covers or which is of an unsealed part,
 * apart into header fields, records and compressed records.
 *
 * Invariants: bytes are parsed only after whatever covers them has been verified; memory is the
 * range and one inflated fragment. Never decodes a record.
 */
import { Fragment } from '../../gen/protovec/v1/snapshot.js';
import { SnapshotFindingKind as Kind } from '../../gen/protovec/v1/snapshot_report.js';
import { crc32 } from '../../storage/checksum.js';
import { FieldScanner } from '../binary/field-scanner.js';
import { readFragment } from '../binary/fragment.js';
import { RecordBounds } from '../binary/record-bounds.js';
import { isHeaderField, knownFieldMax, tags } from '../format.js';
import type { SalvagePart } from './salvage-part.js';

/** Records of one part that are as their writer wrote them, as far as the file can tell. */
export interface SalvagedBlock {
  readonly part: SalvagePart;
  readonly bytes: Uint8Array;
  /** Offset in the file of `bytes[0]` or, when `inPlace` is false, of what they come from. */
  readonly offset: number;
  readonly inPlace: boolean;
  /** Start and end, in `bytes`, of each record's body; valid only until the next block. */
  readonly records: Int32Array;
  readonly count: number;
  /** Offset in the file of each record, where `offset` does not tell. */
  readonly offsets?: readonly number[];
}

/** Is told what is wrong, and at which offset of the file. */
export type OnFinding = (kind: Kind, offset: number, message: string) => void;

/** The records of `bytes`, which stand at `offset` of the file. */
export async function* recordsOfBlock(
  part: SalvagePart,
  bytes: Buffer,
  offset: number,
  found: OnFinding,
): AsyncGenerator<SalvagedBlock, void, undefined> {
  const bounds = new RecordBounds();
  const here = (): SalvagedBlock => {
    const { table: records, count } = bounds;
    part.records += count;
    return { part, bytes, offset, inPlace: true, records, count };
  };
  const scanner = new FieldScanner();
  for (let at = 0; at < bytes.length; at = scanner.valueEnd) {
    const problem = scanProblem(scanner, bytes, at);
    if (problem !== undefined) {
      found(Kind.MALFORMED, offset + at, problem);
      break;
    }
    const { tag, valueStart, valueEnd } = scanner;
    if (tag === tags.record) bounds.push(valueStart, valueEnd);
    else if (tag === tags.fragment) {
      if (bounds.count > 0) yield here();
      bounds.clear();
      const value = bytes.subarray(valueStart, valueEnd);
      const inflated = await inflate(value, offset + at, found);
      if (inflated !== undefined) {
        part.compressed = true;
        part.records += inflated.count;
        yield { part, ...inflated, offset: offset + at, inPlace: false };
      }
    } else if (!isHeaderField(tag) && tag >>> 3 <= knownFieldMax) {
      found(Kind.MALFORMED, offset + at, unexpected(tag));
    }
  }
  if (bounds.count > 0) yield here();
}

/** Hands the header fields to the part, so that they are known before the first record is. */
export function readHeader(
  part: SalvagePart,
  bytes: Buffer,
  offset: number,
  found: OnFinding,
): void {
  const scanner = new FieldScanner();
  for (let at = 0; at < bytes.length; at = scanner.valueEnd) {
    if (scanProblem(scanner, bytes, at) !== undefined) break;
    const { tag, valueStart, valueEnd } = scanner;
    if (!isHeaderField(tag)) continue;
    try {
      const value = bytes.subarray(valueStart, valueEnd);
      part.addHeaderField(tag, bytes.subarray(at, valueEnd), value);
    } catch (error) {
      found(Kind.MALFORMED, offset + at, (error as Error).message);
    }
  }
}

function scanProblem(scanner: FieldScanner, bytes: Buffer, at: number): string | undefined {
  try {
    return scanner.scan(bytes, at, bytes.length) ? undefined : 'a field that its block cuts off';
  } catch (error) {
    return (error as Error).message;
  }
}

async function inflate(value: Buffer, offset: number, found: OnFinding) {
  let sound = false;
  try {
    const fragment = Fragment.decode(value);
    sound = crc32(fragment.data) === fragment.crc;
    return await readFragment(value);
  } catch (error) {
    const lost = `${(error as Error).message}; the records in it are lost`;
    found(sound ? Kind.MALFORMED : Kind.CHECKSUM, offset, lost);
    return undefined;
  }
}

function unexpected(tag: number): string {
  if (tag === tags.checksum || tag === tags.footer) return 'a seal where a checksum covers it';
  return `field ${tag >>> 3} has wire type ${tag & 7}, which is not its type`;
}
