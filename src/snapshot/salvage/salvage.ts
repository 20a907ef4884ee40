/**
 * Reads a binary snapshot that may be damaged: hands out what is intact, tells of everything that
 * is wrong, and goes on after it.
 *
 * Invariants: of a part with checksums only records in blocks whose checksum holds are handed out;
 * of one without, every well-formed field before damage. Work is linear in the length of the file
 * and memory is twice limits.checksumIntervalBytesMax, whatever the file says. Never looks into a
 * record, never throws for what the file holds.
 */
import { SnapshotFindingKind as Kind } from '../../gen/protovec/v1/snapshot_report.js';
import { limits } from '../../limits.js';
import { crc32 } from '../../storage/checksum.js';
import { movedHint } from '../binary/snapshot-part.js';
import { tags } from '../format.js';
import { FieldWalk, type WalkStop } from './field-walk.js';
import type { PagedFile } from './paged-file.js';
import { type Resync, ResyncSearch } from './resync-search.js';
import { type OnFinding, readHeader, recordsOfBlock, type SalvagedBlock } from './salvage-block.js';
import { openPart } from './salvage-opening.js';
import { SalvagePart } from './salvage-part.js';
import type { PartSeals } from './salvage-seal.js';
import { decodeChecksum, footerProblem, isSeal, isVersion, sealBytesMax } from './seal-fields.js';

export type { SalvagedBlock } from './salvage-block.js';
export type { SalvagePart } from './salvage-part.js';

interface Problem {
  readonly kind: Kind;
  readonly at: number;
  readonly message: string;
}

export interface SalvageOptions {
  readonly found: OnFinding;
  /** Told the bytes passed so far. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export class Salvage {
  readonly #file: PagedFile;
  readonly #seals: PartSeals;
  readonly #options: SalvageOptions;
  readonly #walk: FieldWalk;
  readonly #search: ResyncSearch;
  #part: SalvagePart | undefined;
  /** Offset of the first byte that has not been dealt with: a part, a block or a footer. */
  #at = 0;

  /** What is found of parts goes to `seals`. */
  constructor(file: PagedFile, seals: PartSeals, options: SalvageOptions) {
    this.#file = file;
    this.#options = options;
    this.#walk = new FieldWalk(file);
    this.#search = new ResyncSearch(file, options.signal);
    this.#seals = seals;
  }

  /** The intact records, in the order of the file. To be called once. */
  async *blocks(): AsyncGenerator<SalvagedBlock, void, undefined> {
    while (this.#at < this.#file.size) {
      this.#options.signal?.throwIfAborted();
      this.#options.onProgress?.(this.#at);
      const part = this.#part ?? (await this.#openPart());
      if (part === undefined) return;
      this.#part = part;
      yield* this.#step(part);
    }
    if (this.#part !== undefined) yield* this.#endPart(this.#part, this.#at);
    this.#options.onProgress?.(this.#at);
  }

  /** The part that starts at hand; undefined when it is of a newer format, which ends the reading. */
  async #openPart(): Promise<SalvagePart | undefined> {
    const { part, newer } = await openPart(this.#file, this.#at);
    if (!newer) return part;
    this.#options.found(Kind.NEWER_VERSION, part.start, part.opening);
    this.#seals.confirm(part);
    return undefined;
  }

  async *#step(part: SalvagePart): AsyncGenerator<SalvagedBlock, void, undefined> {
    if (part.opening !== '' && part.start === this.#at) {
      return yield* this.#recover(part, problemAt(part.start, part.opening), this.#at);
    }
    const walk = this.#walk;
    const stop = this.#search.solvent ? await this.#walkBlock(part) : 'malformed';
    if (stop === 'end') yield* this.#endPart(part, walk.at);
    else if (stop === 'long') yield* this.#long(part);
    else if (stop !== 'field') {
      const kind = stop === 'cut' ? Kind.TRUNCATED : Kind.MALFORMED;
      yield* this.#recover(part, { kind, at: walk.at, message: walk.problem }, walk.at);
    } else if (walk.tag === tags.version) yield* this.#endPart(part, walk.at);
    else if (walk.valueEnd - walk.valueStart > sealBytesMax) {
      yield* this.#recover(part, problemAt(walk.at, 'a seal of too many bytes'), walk.at);
    } else if (walk.tag === tags.checksum) yield* this.#checksum(part);
    else yield* this.#footer(part);
  }

  /** Walks from where we are to the next seal, or the version of another part. */
  async #walkBlock(part: SalvagePart): Promise<WalkStop> {
    const most =
      part.sealed === false ? limits.checksumIntervalBytes : limits.checksumIntervalBytesMax;
    const walk = this.#walk;
    const stop = await walk.run(this.#at, (tag, at) => isSeal(tag) && at !== part.start, most);
    if (stop !== 'field' || walk.tag !== tags.version) return stop;
    const length = Math.min(33, walk.valueEnd - walk.valueStart);
    const value = await this.#file.read(walk.valueStart, length);
    if (isVersion(value.toString('latin1'))) return stop;
    walk.problem = 'a version that is none';
    return 'malformed';
  }

  async *#checksum(part: SalvagePart): AsyncGenerator<SalvagedBlock, void, undefined> {
    const { at, valueStart, valueEnd } = this.#walk;
    const from = this.#at;
    if (part.sealed === false) {
      this.#seals.movedTo(part, at);
      this.#at = valueEnd;
      return;
    }
    const bytes = await this.#file.read(from, valueEnd - from);
    const covered = bytes.subarray(0, at - from);
    const checksum = decodeChecksum(bytes.subarray(valueStart - from));
    const [start, length] = [BigInt(from - part.start), BigInt(covered.length)];
    if (checksum?.start !== start || checksum.length !== length) {
      const message =
        checksum === undefined
          ? 'a checksum that cannot be read'
          : `this checksum covers ${checksum.length} bytes from ${checksum.start} of its part, ` +
            `but it follows ${length} bytes from ${start}: ${movedHint}`;
      part.sealed = true;
      return yield* this.#recover(part, { kind: Kind.CHECKSUM, at, message }, at);
    }
    this.#seals.confirm(part);
    part.sealed = true;
    this.#at = valueEnd;
    if (checksum.crc !== crc32(covered)) {
      this.#seals.damage(part, Kind.CHECKSUM, from, lostBlock(from, at, from === part.start));
      return;
    }
    if (!part.damaged) part.hash.update(bytes);
    yield* this.#intact(part, covered, from, checksum.records);
  }

  /** The records of bytes that belong to the part; `claimed`: how many its checksum counts. */
  async *#intact(
    part: SalvagePart,
    bytes: Buffer,
    offset: number,
    claimed?: bigint,
  ): AsyncGenerator<SalvagedBlock, void, undefined> {
    const before = part.records;
    let whole = true;
    const found: OnFinding = (kind, at, message) => {
      whole = false;
      this.#seals.damage(part, kind, at, message);
    };
    readHeader(part, bytes, offset, found);
    this.#seals.completeHeader(part, offset === part.start);
    yield* recordsOfBlock(part, bytes, offset, found);
    const records = part.records - before;
    if (!whole || claimed === undefined || claimed === BigInt(records)) return;
    const message = `the checksum of this block counts ${claimed} records, there are ${records}`;
    this.#seals.damage(part, Kind.CHECKSUM, offset, message);
  }

  async *#footer(part: SalvagePart): AsyncGenerator<SalvagedBlock, void, undefined> {
    const { at, valueStart, valueEnd } = this.#walk;
    const value = await this.#file.read(valueStart, valueEnd - valueStart);
    const uncovered = at - this.#at;
    const problem = footerProblem(part, value, at, uncovered);
    if (problem?.elsewhere === true) {
      const { message } = problem;
      return yield* this.#recover(part, { kind: Kind.CHECKSUM, at, message }, at);
    }
    if (part.sealed === false) this.#seals.movedTo(part, at);
    else if (problem !== undefined) {
      const from = uncovered > 0 ? this.#at : at;
      this.#seals.damage(part, Kind.CHECKSUM, from, problem.message);
      part.sealed = true;
    }
    this.#seals.confirm(part);
    this.#close(valueEnd);
  }

  /** A block that is longer than any checksum may cover: the part has none, or it is damaged. */
  async *#long(part: SalvagePart): AsyncGenerator<SalvagedBlock, void, undefined> {
    const { at, valueEnd } = this.#walk;
    const most = limits.checksumIntervalBytesMax;
    const end = at > this.#at ? at : valueEnd;
    if (part.sealed === true || end - this.#at > most) {
      const message =
        end - this.#at > most
          ? `a field of ${end - at} bytes, the most is ${most}`
          : `no checksum within ${most} bytes`;
      return yield* this.#recover(part, { kind: Kind.CHECKSUM, at, message }, at);
    }
    this.#seals.unsealed(part);
    yield* this.#take(part, end);
  }

  /** Hands out everything up to `end`, which no checksum covers. */
  async *#take(part: SalvagePart, end: number): AsyncGenerator<SalvagedBlock, void, undefined> {
    const from = this.#at;
    this.#at = end;
    if (end > from) yield* this.#intact(part, await this.#file.read(from, end - from), from);
  }

  /** Ends a part that has no footer at `end`, where another one or the end of the file is. */
  async *#endPart(part: SalvagePart, end: number): AsyncGenerator<SalvagedBlock, void, undefined> {
    if (part.sealed === true) {
      if (!part.cut) this.#seals.withoutFooter(part, end);
    } else if (part.opening === '') {
      this.#seals.unsealed(part);
      yield* this.#take(part, end);
      this.#seals.completeHeader(part, true);
    }
    this.#close(end);
  }

  #close(end: number): void {
    if (this.#part !== undefined) this.#seals.close(this.#part);
    this.#part = undefined;
    this.#at = end;
  }

  /**
   * Finds where to go on. `wellFormed`: the end of the fields that could be read from where we are,
   * which count when the part turns out to have no checksums.
   */
  async *#recover(
    part: SalvagePart,
    problem: Problem,
    wellFormed: number,
  ): AsyncGenerator<SalvagedBlock, void, undefined> {
    const from = this.#at;
    this.#search.spend(wellFormed - from);
    const resync = await this.#search.resync(from, part.start);
    const sealing = resync?.kind !== 'part' && resync?.partStart === part.start;
    if (sealing) part.sealed = true;
    const { message } = problem;
    const cut = problem.kind === Kind.TRUNCATED && resync === undefined;
    const kind = problem.kind === Kind.TRUNCATED && !cut ? Kind.MALFORMED : problem.kind;
    const unsealed = part.sealed !== true && part.opening === '';
    if (unsealed) {
      this.#seals.unsealed(part);
      yield* this.#take(part, wellFormed);
    }
    if (message !== '') this.#seals.damage(part, kind, problem.at, lost(message, cut));
    part.damaged = true;
    part.cut ||= cut;
    if (resync === undefined) {
      this.#seals.completeHeader(part, unsealed);
      return this.#close(this.#file.size);
    }
    yield* this.#resume(part, resync);
  }

  async *#resume(
    part: SalvagePart,
    { kind, at, start, end, partStart }: Resync,
  ): AsyncGenerator<SalvagedBlock, void, undefined> {
    if (kind === 'part') return this.#close(at);
    this.#seals.confirm(part);
    if (kind === 'footer') return this.#close(end);
    let current = part;
    if (partStart !== part.start) {
      this.#close(start);
      current = new SalvagePart(partStart);
      current.damaged = true;
      this.#part = current;
      this.#seals.confirm(current);
    }
    current.sealed = true;
    this.#at = end;
    if (kind === 'framed') return;
    yield* this.#intact(current, await this.#file.read(start, at - start), start);
  }
}

function problemAt(at: number, message: string): Problem {
  return { kind: Kind.MALFORMED, at, message };
}

function lost(message: string, cut: boolean): string {
  return cut
    ? `${message}: the file is truncated, copy it again`
    : `${message}: the file is damaged`;
}

/** `first`: of its part, where the header moves when another program encodes the file again. */
function lostBlock(from: number, to: number, first: boolean): string {
  const lostRecords = `the ${to - from} bytes from here do not match their checksum, and the records in them are lost`;
  return `${lostRecords}: ${first ? movedHint : 'the file is damaged'}`;
}
