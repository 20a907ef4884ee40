/**
 * What must be in a store. Each writer has ids of its own and makes one call after the other; a
 * call has one step, or several when it is a stream of messages. A step is atomic.
 *
 * Invariant: `settled` is what was acknowledged, or was seen after a restart and so may never
 * change again by itself. What is open may be there up to any step, in the order it was sent: of
 * the history of a writer a prefix is there, never less than was acknowledged, never half a step.
 */
import { bodyOf, type Row } from './records.js';

/** What is settled about an id. */
export interface Settled {
  /** 0: deleted. */
  readonly version: number;
  /** The last version that was there; 0: none ever was. */
  readonly lastVersion: number;
  /** Log sequence of the write, where the answer told it. */
  readonly revision: number | undefined;
}

/** A record as the server returned it. */
export interface Found {
  /** As the client had sent it. */
  readonly body: Uint8Array;
  readonly revision: number;
}

/** An atomic part of a call. */
export interface Step {
  /** For people: `BatchInsert message 2 of 3`. */
  readonly name: string;
  readonly rows: readonly Row[];
}

/** What an answer should say about a call, by what was there before it. */
export interface Tally {
  created: number;
  updated: number;
  deleted: number;
}

/** What became of the steps that were open. */
export interface Settlement {
  readonly problems: string[];
  /** Steps that were not acknowledged and are there. */
  readonly kept: number;
  /** Steps that were not acknowledged and are not there. */
  readonly lost: number;
  /** Ids that were written or deleted since the settlement before. */
  readonly ids: readonly string[];
  /** Some of them from each step: its first, its middle, its last row. */
  readonly probes: readonly string[];
}

export class Ledger {
  readonly #settled = new Map<string, Settled>();
  readonly #open = new Map<number, readonly Step[]>();
  /** Steps acknowledged since the last settlement. */
  #recent: Step[] = [];
  #taking = true;
  acknowledgedSteps = 0;
  acknowledgedRows = 0;

  /** Notes a call before it is made. The writer has no other open. */
  begin(writer: number, steps: readonly Step[]): void {
    if (this.#open.has(writer)) throw new Error(`writer ${writer} has an open call`);
    this.#open.set(writer, steps);
  }

  /** What the answer to the writer's open call should say. */
  tally(writer: number): Tally {
    const tally = { created: 0, updated: 0, deleted: 0 };
    const now = new Map<string, number>();
    for (const { rows } of this.#open.get(writer) ?? []) {
      for (const { id, version } of rows) {
        const there = (now.get(id) ?? this.#settled.get(id)?.version ?? 0) > 0;
        if (version > 0) tally[there ? 'updated' : 'created'] += 1;
        else if (there) tally.deleted += 1;
        now.set(id, version);
      }
    }
    return tally;
  }

  /** The writer's open call was answered. `revision`: of its rows, where all have the same. */
  acknowledge(writer: number, revision?: number): void {
    if (!this.#taking) return;
    for (const step of this.#open.get(writer) ?? []) {
      this.#settle(step, revision);
      this.#recent.push(step);
      this.acknowledgedSteps += 1;
      this.acknowledgedRows += step.rows.length;
    }
    this.#open.delete(writer);
  }

  /** The server is about to be killed: an answer that comes later is no promise. */
  cut(): void {
    this.#taking = false;
  }

  get isCut(): boolean {
    return !this.#taking;
  }

  /** What is settled about an id; undefined: nothing was ever written there. */
  settled(id: string): Settled | undefined {
    return this.#settled.get(id);
  }

  /** Ids of the records that are there. */
  *liveIds(): Generator<string> {
    for (const [id, { version }] of this.#settled) if (version > 0) yield id;
  }

  /** Compares with everything that a store holds after a restart, and settles what was open. */
  settle(found: ReadonlyMap<string, Found>): Settlement {
    const problems: string[] = [];
    const steps = [...this.#recent, ...[...this.#open.values()].flat()];
    const ids = new Set(steps.flatMap(({ rows }) => rows.map(({ id }) => id)));
    const probes = new Set(steps.flatMap(({ rows }) => probesOf(rows)));
    const unexplained = new Set<string>();
    let kept = 0;
    let lost = 0;
    for (const [writer, open] of this.#open) {
      const there = this.#stepsThere(open, found);
      if (there === undefined) {
        problems.push(`writer ${writer}: ${this.#describeHalf(open, found)}`);
        for (const { rows } of open) for (const { id } of rows) unexplained.add(id);
        continue;
      }
      for (const step of open.slice(0, there)) this.#settle(step, undefined);
      kept += there;
      lost += open.length - there;
    }
    this.#compare(found, unexplained, problems);
    this.#open.clear();
    this.#recent = [];
    this.#taking = true;
    return { problems, kept, lost, ids: [...ids], probes: [...probes] };
  }

  #settle({ rows }: Step, revision: number | undefined): void {
    for (const { id, version } of rows) {
      const lastVersion = version > 0 ? version : (this.#settled.get(id)?.lastVersion ?? 0);
      this.#settled.set(id, { version, lastVersion, revision });
    }
  }

  /** How many of the steps are there; undefined when no number of them explains what is. */
  #stepsThere(steps: readonly Step[], found: ReadonlyMap<string, Found>): number | undefined {
    const ids = new Set(steps.flatMap(({ rows }) => rows.map(({ id }) => id)));
    for (let there = 0; there <= steps.length; there += 1) {
      const versions = versionsAfter(steps.slice(0, there));
      const matches = [...ids].every((id) => {
        const version = versions.get(id) ?? this.#settled.get(id)?.version ?? 0;
        return isVersion(found.get(id), id, version);
      });
      if (matches) return there;
    }
    return undefined;
  }

  #describeHalf(steps: readonly Step[], found: ReadonlyMap<string, Found>): string {
    const parts = steps.map(({ name, rows }) => {
      const there = rows.filter(({ id, version }) => isVersion(found.get(id), id, version));
      return `${there.length} of the ${rows.length} rows of ${name}`;
    });
    const known = (id: string): boolean =>
      isVersion(found.get(id), id, this.#settled.get(id)?.version ?? 0) ||
      steps.some(({ rows }) =>
        rows.some((row) => row.id === id && isVersion(found.get(id), id, row.version)),
      );
    const ids = [...new Set(steps.flatMap(({ rows }) => rows.map(({ id }) => id)))];
    const strange = ids.filter((id) => !known(id));
    return (
      `there are ${parts.join(', ')}, which is no prefix of what was sent; ${strange.length} of ` +
      `${ids.length} ids are neither as acknowledged nor as sent ${strange.slice(0, 3).join(', ')}`
    ).trimEnd();
  }

  /** Everything settled is there, byte for byte, and nothing else. */
  #compare(
    found: ReadonlyMap<string, Found>,
    except: ReadonlySet<string>,
    problems: string[],
  ): void {
    for (const [id, { version, revision }] of this.#settled) {
      if (except.has(id)) continue;
      const record = found.get(id);
      if (!isVersion(record, id, version)) {
        problems.push(`${id}: ${describe(record)} where version ${version} was acknowledged`);
      } else if (record !== undefined && record.revision !== (revision ?? record.revision)) {
        problems.push(`${id}: revision ${record.revision}, its answer said ${revision}`);
      }
    }
    for (const id of found.keys()) {
      if (!this.#settled.has(id) && !except.has(id))
        problems.push(`${id} is there, and was never written`);
    }
  }
}

function probesOf(rows: readonly Row[]): string[] {
  return [0, rows.length >> 1, rows.length - 1].map((row) => rows[row].id);
}

function versionsAfter(steps: readonly Step[]): Map<string, number> {
  return new Map(steps.flatMap(({ rows }) => rows.map(({ id, version }) => [id, version])));
}

function isVersion(record: Found | undefined, id: string, version: number): boolean {
  if (record === undefined || version === 0) return record === undefined && version === 0;
  return Buffer.compare(record.body, bodyOf({ id, version })) === 0;
}

function describe(record: Found | undefined): string {
  if (record === undefined) return 'no record';
  const text = Buffer.from(record.body).toString('latin1');
  return `'${/ version \d+ /.exec(text)?.[0].trim() ?? 'something else'}' (${record.body.length} bytes)`;
}
