/**
 * Finds where reading can go on after damage: byte by byte it looks for a checksum that says of
 * itself where it stands in its part and whose CRC holds over the bytes it covers, for the footer of
 * the part, or for the start of another part.
 *
 * Invariants: a block that is found is intact. Work is linear in the length of the file: verifying
 * what only looks like a checksum is paid for by the bytes that were searched, so in a file made of
 * false checksums an intact block may be passed over, but none is made up.
 */
import { limits } from '../../limits.js';
import { crc32 } from '../../storage/checksum.js';
import { isHeaderField, tags } from '../format.js';
import { FieldWalk } from './field-walk.js';
import type { PagedFile } from './paged-file.js';
import { decodeChecksum, isSeal, isVersion, sealBytesMax } from './seal-fields.js';

/**
 * `block`: an intact one from `start` up to its checksum, which ends at `end`. `framed`: a checksum
 * that covers exactly the bytes from where the search began, and they are damaged. `footer`: of the
 * part. `part`: bytes that look like the start of one.
 */
export interface Resync {
  readonly kind: 'block' | 'framed' | 'footer' | 'part';
  /** Offset of the checksum, the footer or the part. */
  readonly at: number;
  readonly end: number;
  /** First byte that the checksum covers. */
  readonly start: number;
  /** First byte of the part that it belongs to. */
  readonly partStart: number;
}

/** Starts of parts that are kept in mind while no intact block of theirs was found. */
const startsMax = 4;
/** A checksum, a footer or a version and the tag after it fit into so many bytes. */
const lookBytes = 96;
/** Bytes that may be read for nothing, and what each byte that is searched adds to that. */
const creditAtFirst = 64 * 1024 * 1024;
const creditEach = 8;

const interesting = new Uint8Array(256);
for (const tag of [tags.checksum, tags.footer, tags.version]) interesting[tag] = 1;

export class ResyncSearch {
  readonly #file: PagedFile;
  readonly #signal: AbortSignal | undefined;
  #credit = creditAtFirst;
  #found: Resync | undefined;

  constructor(file: PagedFile, signal: AbortSignal | undefined) {
    this.#file = file;
    this.#signal = signal;
  }

  /** Takes note of work done for nothing. */
  spend(bytes: number): void {
    this.#credit -= bytes;
  }

  /** Whether more may be tried that could turn out to be for nothing. */
  get solvent(): boolean {
    return this.#credit > 0;
  }

  /** The first place after `from`, where damage is in the part that starts at `partStart`, to go on at. */
  async resync(from: number, partStart: number): Promise<Resync | undefined> {
    const starts = [partStart];
    for (let after = from + 1; ; ) {
      const found = await this.#next(from, after, starts);
      if (found?.kind !== 'part' || (await this.#startsAt(found.at))) return found;
      // Its first block may be damaged, so its later ones count as well.
      starts.unshift(found.at);
      if (starts.length > startsMax) starts.splice(startsMax - 1, 1);
      after = found.at + 1;
    }
  }

  /** Whether the bytes from `start` on are a part, as far as its first block. */
  async #startsAt(start: number): Promise<boolean> {
    if (!this.solvent) return false;
    const walk = new FieldWalk(this.#file);
    const most = limits.checksumIntervalBytesMax;
    const stop = await walk.run(start, (tag, at) => isSeal(tag) && at !== start, most);
    this.spend(walk.at - start);
    if (stop !== 'field') return stop === 'end' || stop === 'long';
    const length = walk.valueEnd - walk.valueStart;
    if (length > sealBytesMax) return false;
    const value = await this.#file.read(walk.valueStart, length);
    if (walk.tag === tags.version) return isVersion(value.toString('latin1'));
    const checksum = walk.tag === tags.checksum ? decodeChecksum(value) : undefined;
    return checksum?.start === 0n && checksum.length === BigInt(walk.at - start);
  }

  /**
   * The first place from `searchFrom` on. Blocks start at `from` or later and belong to one of
   * the parts that start at `partStarts`; the last of these is the one that the damage is in.
   */
  async #next(
    from: number,
    searchFrom: number,
    partStarts: readonly number[],
  ): Promise<Resync | undefined> {
    const file = this.#file;
    let at = searchFrom;
    while (at < file.size) {
      this.#signal?.throwIfAborted();
      await file.require(at, lookBytes);
      const next = this.#scan(at, from, partStarts);
      this.#credit += (next - at) * creditEach;
      const found = this.#found;
      at = found === undefined ? next : next + 1;
      if (found === undefined) continue;
      if (found.kind !== 'block') return found;
      if (await this.#holds(found)) return found;
      const current = found.partStart === partStarts.at(-1);
      if (current && found.start === from) return { ...found, kind: 'framed' };
    }
    return undefined;
  }

  /** Scans the page from `at` on; returns the offset of what it found, or where it stopped. */
  #scan(at: number, from: number, partStarts: readonly number[]): number {
    const { page, origin, end, size } = this.#file;
    const last = origin + end >= size ? end : end - lookBytes + 1;
    this.#found = undefined;
    for (let i = at - origin; i < last; i++) {
      if (interesting[page[i]] === 0) continue;
      // Fields 1 and 2 of a checksum or a footer are varints; a version is text.
      const inner = page[i + 2];
      if (inner !== 0x08 && inner !== 0x10 && page[i] !== tags.version) continue;
      const offset = origin + i;
      if (page[i] === tags.checksum) this.#found = this.#checksum(i, offset, from, partStarts);
      else if (page[i] === tags.footer) this.#found = this.#footer(i, offset, partStarts);
      else if (looksLikePart(page, i, end)) {
        this.#found = { kind: 'part', at: offset, end: offset, start: offset, partStart: offset };
      }
      if (this.#found !== undefined) return offset;
    }
    return origin + last;
  }

  #checksum(
    i: number,
    offset: number,
    from: number,
    partStarts: readonly number[],
  ): Resync | undefined {
    const field = fieldsOf(this.#file.page, i, this.#file.end);
    if (field === undefined || field.sha256 || !field.fixed) return undefined;
    const [, start, length] = field.values;
    if (length === 0 || length > limits.checksumIntervalBytesMax) return undefined;
    const partStart = offset - start - length;
    if (!partStarts.includes(partStart) || offset - length < from) return undefined;
    return {
      kind: 'block',
      at: offset,
      end: offset + field.bytes,
      start: offset - length,
      partStart,
    };
  }

  #footer(i: number, offset: number, partStarts: readonly number[]): Resync | undefined {
    const field = fieldsOf(this.#file.page, i, this.#file.end);
    if (field === undefined || !field.sha256 || field.fixed) return undefined;
    const partStart = offset - field.values[2];
    if (partStart !== partStarts.at(-1)) return undefined;
    return { kind: 'footer', at: offset, end: offset + field.bytes, start: offset, partStart };
  }

  async #holds(block: Resync): Promise<boolean> {
    const length = block.at - block.start;
    if (this.#credit < length) return false;
    const { page, origin } = this.#file;
    const crc = crcOf(page, block.end - origin);
    if (crc32(await this.#file.read(block.start, length)) === crc) return true;
    this.#credit -= length;
    return false;
  }
}

/** The values, by field number, of a Checksum or a Footer in the form that every encoder writes. */
interface SealField {
  /** Bytes of the field, its tag included. */
  readonly bytes: number;
  /** Varints of the fields 1 to 3; 0 when one is absent. */
  readonly values: readonly [number, number, number, number];
  /** Whether it ends with Checksum.crc, or with Footer.sha256. */
  readonly fixed: boolean;
  readonly sha256: boolean;
}

const crcTag = 0x25;
const sha256Tag = 0x1a;

function fieldsOf(page: Buffer, i: number, limit: number): SealField | undefined {
  const length = page[i + 1];
  const end = i + 2 + length;
  if (length > lookBytes - 2 || end > limit) return undefined;
  const values: [number, number, number, number] = [0, 0, 0, 0];
  let at = i + 2;
  for (let number = 1; number <= 3 && at < end; number++) {
    if (page[at] !== number << 3) continue;
    let value = 0;
    let scale = 1;
    for (at += 1; ; at += 1, scale *= 128) {
      if (at >= end || scale > 2 ** 49) return undefined;
      value += (page[at] & 0x7f) * scale;
      if (page[at] < 0x80) break;
    }
    at += 1;
    values[number] = value;
  }
  const fixed = page[at] === crcTag && at + 5 === end;
  const sha256 = page[at] === sha256Tag && page[at + 1] === 32 && at + 34 === end;
  return fixed || sha256 ? { bytes: end - i, values, fixed, sha256 } : undefined;
}

/** The CRC at the end of a Checksum that ends at `end`. */
function crcOf(page: Buffer, end: number): number {
  return page.readUInt32LE(end - 4);
}

/** Whether a version stands at `i`, and another field of a header behind it. */
function looksLikePart(page: Buffer, i: number, end: number): boolean {
  const length = page[i + 1];
  const next = i + 2 + length;
  if (length < 5 || length > 32 || next >= end) return false;
  if (!isHeaderField(page[next]) || page[next] === tags.version) return false;
  return /^\d+\.\d+\.\d+$/.test(page.toString('latin1', i + 2, next));
}
