/** The findings of a validation: the first hundred, and how many there are. */
import {
  SnapshotFindingKind as Kind,
  type SnapshotFinding,
} from '../../gen/protovec/v1/snapshot_report.js';
import { limits } from '../../limits.js';

export class ReportFindings {
  count = 0;
  /** How many of them make the snapshot one that cannot be restored. */
  errors = 0;
  readonly #list: SnapshotFinding[] = [];
  readonly #allowUnsealed: boolean;

  constructor(allowUnsealed: boolean) {
    this.#allowUnsealed = allowUnsealed;
  }

  /** Whether further findings are only counted. */
  get isFull(): boolean {
    return this.#list.length >= limits.snapshotFindingsMax;
  }

  readonly add = (kind: Kind, offset: number, message: string, recordId = ''): void => {
    this.count += 1;
    if (kind !== Kind.EMPTY && !(kind === Kind.UNSEALED && this.#allowUnsealed)) this.errors += 1;
    if (!this.isFull) this.#list.push({ kind, offset: BigInt(offset), recordId, message });
  };

  /** In the order of the file. */
  list(): SnapshotFinding[] {
    return this.#list.sort((a, b) => Number(a.offset - b.offset));
  }
}
