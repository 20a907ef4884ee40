/**
 * What one collection must hold. Writes are told before they begin, with the change that they will
 * make, and again when they were acknowledged. Writes that are under way at the same time touch
 * different ids, so each may be there or not by itself.
 *
 * After a stop, `verify` decides from what the collection holds: everything acknowledged up to some
 * point of the log is there, never less than was said to be durable, and each write that was under
 * way is there whole or not at all.
 */
import type { Collection } from '../../../src/collection/collection.js';
import type { Durability } from '../../../src/gen/protovec/v1/persistence.js';
import type { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { read, readAll } from '../../support/collection.js';
import { learned, mismatch, type Records, type Wanted } from './records.js';

/** What a write makes of the ids that it touches. */
export type Change = ReadonlyMap<string, Wanted | undefined>;

/** A write that was begun. */
export interface Write {
  readonly what: string;
  readonly change: Change;
}

interface Acknowledged {
  readonly what: string;
  readonly change: Change;
  readonly sequence: number;
}

/** What a collection held after a stop. */
export interface Verdict {
  readonly problems: string[];
  /** The model to go on with. */
  readonly model: CollectionModel;
  /** Writes that were under way: whole, and absent. */
  readonly kept: number;
  readonly lost: number;
  /** Acknowledged writes that are gone, as their durability allows. */
  readonly forgotten: number;
}

export class CollectionModel {
  durability: Durability;
  /** Everything up to this sequence has to be there, whatever happens. */
  floor: number;
  readonly #settled: Records;
  /** Sequence that the settled records include. */
  readonly #start: number;
  #acknowledged: Acknowledged[] = [];
  readonly #open = new Set<Write>();
  #current: Map<string, Wanted>;

  constructor(durability: Durability, settled: Records = new Map(), floor = 0) {
    this.durability = durability;
    this.floor = floor;
    this.#settled = settled;
    this.#start = floor;
    this.#current = new Map(settled);
  }

  /** The records with everything that was acknowledged. */
  get records(): Records {
    return this.#current;
  }

  get underWay(): number {
    return this.#open.size;
  }

  /** Sequence of the last acknowledged write. */
  get lastSequence(): number {
    return Math.max(this.floor, ...this.#acknowledged.map((write) => write.sequence));
  }

  begin(what: string, change: Change): Write {
    const write = { what, change };
    this.#open.add(write);
    return write;
  }

  /** The write was refused or had nothing to do, as was to be expected. */
  drop(write: Write): void {
    this.#open.delete(write);
  }

  /** The write was acknowledged. Compares what it changed with the collection; returns problems. */
  acknowledge(
    write: Write,
    answer: { sequence: number; durable: boolean },
    collection: Collection,
  ): string[] {
    const problems: string[] = [];
    const change = new Map<string, Wanted | undefined>();
    for (const [id, wanted] of write.change) {
      const exactly = wanted && { ...wanted, revision: answer.sequence };
      const actual = read(collection, id);
      const problem = mismatch(id, actual, exactly);
      if (problem !== undefined) problems.push(`after ${write.what}: ${problem}`);
      change.set(id, actual && exactly && learned(exactly, actual));
    }
    if (answer.sequence <= this.#start) {
      problems.push(`${write.what} has sequence ${answer.sequence}, not more than ${this.#start}`);
    }
    this.#open.delete(write);
    this.#acknowledged.push({ what: write.what, change, sequence: answer.sequence });
    apply(this.#current, change);
    if (answer.durable) this.floor = Math.max(this.floor, answer.sequence);
    return problems;
  }

  /** The records when the log stood at `sequence`, as far as writes were acknowledged. */
  recordsAt(sequence: number): Map<string, Wanted> {
    const records = new Map(this.#settled);
    const before = this.#acknowledged.filter((write) => write.sequence <= sequence);
    for (const write of before.sort((a, b) => a.sequence - b.sequence)) {
      apply(records, write.change);
    }
    return records;
  }

  /** Compares with a collection that was opened again. */
  verify(collection: Collection): Verdict {
    const { sequence } = collection.state;
    const problems: string[] = [];
    if (sequence < this.floor) {
      problems.push(`the log ends at ${sequence}; up to ${this.floor} it was said to be durable`);
    }
    const wanted = this.recordsAt(sequence);
    const actual = readAll(collection);
    let kept = 0;
    let lost = 0;
    for (const write of this.#open) {
      // Its refusal was under way, or it found nothing to do.
      if (write.change.size === 0) continue;
      const happened = this.#happened(write, wanted, actual);
      if (typeof happened === 'string') problems.push(happened);
      else if (happened) kept += 1;
      else lost += 1;
      if (happened === true) apply(wanted, write.change);
    }
    const settled = new Map<string, Wanted>();
    for (const id of new Set([...wanted.keys(), ...actual.keys()])) {
      const problem = mismatch(id, actual.get(id), wanted.get(id));
      if (problem !== undefined) problems.push(problem);
      const record = actual.get(id);
      const want = wanted.get(id);
      if (record !== undefined && want !== undefined) settled.set(id, learned(want, record));
    }
    const forgotten = this.#acknowledged.filter((write) => write.sequence > sequence);
    for (const write of forgotten) if (problems.length > 0) problems.push(`gone: ${write.what}`);
    const model = new CollectionModel(this.durability, settled, sequence);
    return { problems, model, kept, lost, forgotten: forgotten.length };
  }

  /** Whether a write that was under way is there whole or not at all; else what is half. */
  #happened(
    { what, change }: Write,
    before: Records,
    actual: ReadonlyMap<string, VectorRecord>,
  ): boolean | string {
    const missing = problemOf(change.keys(), (id) => mismatch(id, actual.get(id), before.get(id)));
    if (missing === undefined) return false;
    const half = problemOf(change.keys(), (id) => mismatch(id, actual.get(id), change.get(id)));
    const written = [...change].flatMap(([id, wanted]) => (wanted === undefined ? [] : [id]));
    const revisions = new Set(written.map((id) => actual.get(id)?.revision));
    if (half === undefined && revisions.size <= 1) return true;
    return `${what}, which was under way, is neither whole nor absent: ${half ?? 'revisions differ'}; ${missing}`;
  }
}

function problemOf(
  ids: Iterable<string>,
  check: (id: string) => string | undefined,
): string | undefined {
  for (const id of ids) {
    const problem = check(id);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function apply(records: Map<string, Wanted>, change: Change): void {
  for (const [id, wanted] of change) {
    if (wanted === undefined) records.delete(id);
    else records.set(id, wanted);
  }
}
