/** Begins a part of a snapshot that may be damaged: tells a newer version from a damaged one. */
import { limits } from '../../limits.js';
import { crc32 } from '../../storage/checksum.js';
import { tags } from '../format.js';
import { versionProblem } from '../snapshot-header.js';
import { FieldWalk } from './field-walk.js';
import type { PagedFile } from './paged-file.js';
import { SalvagePart } from './salvage-part.js';
import { decodeChecksum, isSeal, isVersion, sealBytesMax } from './seal-fields.js';

const headBytes = 64;

/** The part at `start`. `newer`: it is of a newer major version, which nothing here can read. */
export async function openPart(
  file: PagedFile,
  start: number,
): Promise<{ part: SalvagePart; newer: boolean }> {
  const part = new SalvagePart(start);
  const head = await file.read(start, Math.min(headBytes, file.size - start));
  const value = head[0] === tags.version ? head.subarray(2, 2 + head[1]) : head.subarray(0, 0);
  const text = value.toString('latin1');
  part.opening = versionProblem(value) ?? '';
  const newer = part.opening !== '' && isVersion(text) && (await isBelievable(file, start));
  if (part.opening !== '' && !newer) part.opening = noVersion(start);
  if (newer || part.opening === '') part.version = text;
  return { part, newer };
}

/** False when the checksum over the first block does not hold. */
async function isBelievable(file: PagedFile, start: number): Promise<boolean> {
  const walk = new FieldWalk(file);
  const most = limits.checksumIntervalBytesMax;
  const stop = await walk.run(start, (tag, at) => isSeal(tag) && at !== start, most);
  const { at, tag, valueStart, valueEnd } = walk;
  if (stop !== 'field' || tag !== tags.checksum || valueEnd - valueStart > sealBytesMax)
    return true;
  const bytes = await file.read(start, valueEnd - start);
  const checksum = decodeChecksum(bytes.subarray(valueStart - start));
  return checksum === undefined || checksum.crc === crc32(bytes.subarray(0, at - start));
}

function noVersion(start: number): string {
  return start === 0
    ? 'the file does not start with the version of a snapshot'
    : 'what follows the footer of a part does not start with the version of another one';
}
