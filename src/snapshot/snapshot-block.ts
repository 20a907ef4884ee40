/** What readers of snapshots are asked and what they hand out. Nothing here reads. */
import type { PartInfo } from './binary/snapshot-part.js';

/** Some records of one part, verified unless the part is unsealed. */
export interface SnapshotBlock {
  readonly part: PartInfo;
  /** Holds the records' bodies; valid only until the next block is asked for. */
  readonly bytes: Uint8Array;
  /** Offset in the file of `bytes[0]` or, when `bytes` are not the file's, of what they come from. */
  readonly offset: number;
  /** Whether `bytes` are the file's own at `offset`, so that they can be read there again. */
  readonly inPlace: boolean;
  /** Start and end, in `bytes`, of each record's body; valid only until the next block. */
  readonly records: Int32Array;
  /** Number of records; may be 0. */
  readonly count: number;
}

export interface ReadOptions {
  /**
   * Also read parts that have neither checksums nor a footer. Damage and truncation of such parts
   * cannot be told. Default false.
   */
  allowUnsealed?: boolean;
  /**
   * Compare each part with the SHA-256 in its footer. Default true; false is for files of our own
   * whose checksums are enough, and saves about half the time.
   */
  verifyDigest?: boolean;
  /** SHA-256 that the whole file must have; compared instead of those of the parts. */
  sha256?: Uint8Array;
  /** What errors call the file. Default `snapshot`. */
  name?: string;
}

/** A block as it stands in the file. */
export interface FileBlock extends SnapshotBlock {
  /** Of the `count` pairs in `records`, those that are compressed fragments; their start is `~start`. */
  readonly fragments: number;
}
