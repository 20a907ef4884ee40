/**
 * Writes the records of a snapshot once more: in another encoding, as one part or as files of a
 * limited size. Bodies are kept byte for byte where the encoding has bytes.
 *
 * Invariants: the records are those of the source, where a later part has replaced those of earlier
 * ones; the header is what its parts agree on. Nothing has its name unless the source was read whole
 * and is valid. Memory is a few blocks and the ids.
 */
import { commonHeader } from './common-header.js';
import { duplicateRecord, forEachRecord } from './diff/record-pass.js';
import { StagedIds } from './merge/staged-ids.js';
import { PartWriter, type SnapshotOutput, type WrittenFile } from './part-writer.js';
import { encodeHeader, type SnapshotHeader } from './snapshot-header.js';
import {
  type PartInfo,
  readSnapshot,
  type SnapshotBlock,
  type SnapshotSource,
} from './snapshot-reader.js';

/** A snapshot file to read records of. */
export interface SnapshotInput {
  readonly file: SnapshotSource;
  /** What errors call it. */
  readonly name: string;
  /** Also read parts without checksums and footer. Default false. */
  readonly allowUnsealed?: boolean | undefined;
}

/** What is known of a snapshot once it has been read. */
interface Known {
  readonly header: SnapshotHeader;
  /** Positions of the records that later parts replace. */
  readonly superseded: ReadonlySet<number>;
}

/**
 * Converts; returns the files. The source is read a second time when later parts replace records or
 * its header is complete only at its end. Throws SERIALIZATION_ERROR when it is not valid.
 */
export async function convertSnapshot(
  source: SnapshotInput,
  output: SnapshotOutput,
): Promise<WrittenFile[]> {
  const first = new Conversion(source, output, undefined);
  try {
    const known = await first.run();
    if (first.isRight(known)) return await first.publish();
    await first.discard();
    const second = new Conversion(source, output, known);
    try {
      await second.run();
      return await second.publish();
    } finally {
      await second.discard();
    }
  } finally {
    await first.discard();
  }
}

/** One pass, which writes what it reads by what is known before it. */
class Conversion {
  readonly #source: SnapshotInput;
  readonly #output: SnapshotOutput;
  readonly #known: Known | undefined;
  readonly #parts: PartInfo[] = [];
  #header: Uint8Array | undefined;
  #writer: PartWriter | undefined;

  constructor(source: SnapshotInput, output: SnapshotOutput, known: Known | undefined) {
    this.#source = source;
    this.#output = output;
    this.#known = known;
  }

  async run(): Promise<Known> {
    const { name } = this.#source;
    const ids = new StagedIds();
    const superseded = new Set<number>();
    await forEachRecord({ name, blocks: this.#read() }, (bytes, scan, place) => {
      const { position, partStart } = place;
      const before = ids.put(bytes, scan.idStart, scan.idEnd, position);
      if (before >= partStart) throw duplicateRecord(name, position, bytes, scan);
      if (before >= 0) superseded.add(before);
      if (this.#known?.superseded.has(position)) return;
      return this.#writer?.record(bytes, scan.start, scan.end);
    });
    return { header: commonHeader(this.#parts.map(({ header }) => header)), superseded };
  }

  /** Whether what was written is what it must be, now that all is known. */
  isRight({ header, superseded }: Known): boolean {
    const written = this.#header ?? new Uint8Array(0);
    return superseded.size === 0 && Buffer.compare(encodeHeader(header), written) === 0;
  }

  async publish(): Promise<WrittenFile[]> {
    return (await this.#writer?.publish()) ?? [];
  }

  async discard(): Promise<void> {
    await this.#writer?.discard();
  }

  async *#read(): AsyncGenerator<SnapshotBlock> {
    const { file, name, allowUnsealed = false } = this.#source;
    for await (const block of readSnapshot(file, { name, allowUnsealed })) {
      if (this.#parts.at(-1) !== block.part) this.#parts.push(block.part);
      if (this.#writer === undefined) {
        const header = this.#known?.header ?? { ...block.part.header };
        this.#header = encodeHeader(header);
        this.#writer = new PartWriter(this.#output, header);
      }
      yield block;
    }
  }
}
