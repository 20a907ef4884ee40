/**
 * What is known of the parts of a snapshot that may be damaged: which there are, what each is sealed
 * by, whether they agree, and every finding about a part as a whole.
 */
import { SnapshotFindingKind as Kind } from '../../gen/protovec/v1/snapshot_report.js';
import { PartAgreement } from '../binary/part-agreement.js';
import { movedHint } from '../binary/snapshot-part.js';
import type { SnapshotHeader } from '../snapshot-header.js';
import type { OnFinding } from './salvage-block.js';
import type { SalvagePart } from './salvage-part.js';

export class PartSeals {
  /** Parts that were found. */
  count = 0;
  /** Those of them that have no checksums. */
  unsealedCount = 0;
  /** The first part. */
  first: SalvagePart | undefined;
  /** Header of the first part whose header is intact. */
  header: SnapshotHeader | undefined;
  /** Numbers of the parts whose records do not count. */
  readonly rejected: Set<number>;
  readonly #agreement = new PartAgreement();
  readonly #found: OnFinding;
  /** The part whose unknown header has been told of. */
  #headless: SalvagePart | undefined;
  #agreed: SalvagePart | undefined;

  /** `rejected`: numbers of parts that are known not to count. */
  constructor(found: OnFinding, rejected: ReadonlySet<number> = new Set()) {
    this.#found = found;
    this.rejected = new Set(rejected);
  }

  /** It is certain that `part` is one. */
  confirm(part: SalvagePart): void {
    if (part.index >= 0) return;
    part.index = this.count++;
    this.first ??= part;
    part.rejected ||= this.rejected.has(part.index);
  }

  /** Something of `part` is damaged. */
  damage(part: SalvagePart, kind: Kind, at: number, message: string): void {
    part.damaged = true;
    this.#found(kind, at, message);
  }

  /** `part` has no checksums. */
  unsealed(part: SalvagePart): void {
    this.confirm(part);
    if (part.sealed === false) return;
    part.sealed = false;
    this.unsealedCount += 1;
    this.#found(
      Kind.UNSEALED,
      part.start,
      'the part that starts here has neither checksums nor a footer: it is truncated, or another ' +
        'program made it; then allow unsealed files, or seal it',
    );
  }

  /** A seal at `at` follows records that it does not cover. */
  movedTo(part: SalvagePart, at: number): void {
    if (part.moved) return;
    part.moved = true;
    this.#reject(part);
    this.damage(
      part,
      Kind.CHECKSUM,
      at,
      `the first seal of the part comes only here: ${movedHint}`,
    );
  }

  withoutFooter(part: SalvagePart, end: number): void {
    this.damage(
      part,
      Kind.TRUNCATED,
      end,
      `the part that starts at offset ${part.start} ends here without a footer: the file is ` +
        'truncated, copy it again',
    );
  }

  /** Decodes the header as far as it is known; `intact`: whether it has been read. */
  completeHeader(part: SalvagePart, intact: boolean): void {
    if (part.index < 0 || (part.header !== undefined && part.sealed !== false)) return;
    let problem = 'the block with the header of the part is damaged';
    let kind = Kind.CHECKSUM;
    if (intact || part.header !== undefined) {
      try {
        part.completeHeader();
        this.header ??= part.header;
        if (part.sealed === true) this.#agree(part);
        return;
      } catch (error) {
        problem = (error as Error).message;
        kind = Kind.MALFORMED;
      }
    }
    if (this.#headless === part) return;
    this.#headless = part;
    this.damage(
      part,
      kind,
      part.start,
      `${problem}: its metric and embedding model are unknown, and its dimension is taken from its records`,
    );
  }

  /** The part has ended. */
  close(part: SalvagePart): void {
    if (part.header !== undefined) this.#agree(part);
    else this.completeHeader(part, false);
  }

  #agree(part: SalvagePart): void {
    if (this.#agreed === part || part.header === undefined) return;
    this.#agreed = part;
    try {
      this.#agreement.add({ index: part.index, header: part.header });
    } catch (error) {
      this.#reject(part);
      const message = `${(error as Error).message}: its records cannot be kept with the others`;
      this.#found(Kind.INCONSISTENT_PARTS, part.start, message);
    }
  }

  #reject(part: SalvagePart): void {
    part.rejected = true;
    this.rejected.add(part.index);
  }
}
