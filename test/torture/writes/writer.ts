/**
 * One of several clients that write at the same time: on a connection and to ids of its own, one
 * call after the other, chosen by its seed. Checks that each answer says what the call did.
 */

import { randomOf } from '../../../bench/support/random.js';
import { RawClient } from '../../../bench/support/raw-calls.js';
import { WriteOutcome } from '../../../src/gen/protovec/v1/record.js';
import {
  BatchDeleteRecordsResponse,
  BatchInsertResponse,
  BatchUpsertRecordsResponse,
  UpsertRecordResponse,
} from '../../../src/gen/protovec/v1/record_service.js';
import { MergeRecordsResponse } from '../../../src/gen/protovec/v1/snapshot_service.js';
import type { Ledger, Step, Tally } from './ledger.js';
import { idOf, type Row } from './records.js';
import { deleteRequest, mergeRequest, writeRequest } from './requests.js';

const SERVICE = '/protovec.v1.RecordService';
/** A call that takes longer hangs. */
const DEADLINE_MS = 60_000;
const MESSAGES_MAX = 4;
/** Some messages are this many times as large: a kill is likely to meet their write. */
const LARGE = 16;
const LARGE_SHARE = 0.02;
const REWRITE_SHARE = 0.5;
/** From so many ids on rows are only written again, so that long runs verify as fast as short ones. */
const IDS_MAX = 5_000;
const DELETE_ROWS_MAX = 20;
/** The pause that a writer makes now and then: the idle marker comes after 100 ms. */
const PAUSE_MS_MAX = 200;

/** What an answer says of a call. */
interface Answer extends Partial<Tally> {
  readonly durable: boolean;
  /** Of all rows, where it is the same for them. */
  readonly revision?: number;
}

export class Writer {
  readonly #number: number;
  readonly #ledger: Ledger;
  readonly #size: number;
  readonly #random: () => number;
  /** Ids ever written. */
  readonly #ids: string[] = [];
  #batches = 0;
  #version = 0;

  constructor(number: number, ledger: Ledger, options: { seed: number; size: number }) {
    this.#number = number;
    this.#ledger = ledger;
    this.#size = options.size;
    this.#random = randomOf(options.seed + number * 7919);
  }

  /**
   * Writes until a call fails, or `stopped` says so. Rejects when a call fails before
   * `mayFail()`, or is answered with what is not so.
   */
  async run(address: string, mayFail: () => boolean): Promise<void> {
    const client = new RawClient(address, DEADLINE_MS);
    try {
      while (!mayFail()) {
        await this.#call(client);
        if (this.#random() < 0.02) await pause(this.#random() * PAUSE_MS_MAX);
      }
    } catch (error) {
      if (!mayFail() || error instanceof WrongAnswer) throw error;
    } finally {
      client.close();
    }
  }

  #call(client: RawClient): Promise<void> {
    const choice = this.#random();
    if (choice < 0.35) return this.#insert(client);
    if (choice < 0.75) return this.#batchUpsert(client);
    if (choice < 0.8) return this.#merge(client);
    if (choice < 0.9 || this.#ids.length === 0) return this.#upsert(client);
    return this.#delete(client);
  }

  async #insert(client: RawClient): Promise<void> {
    const count = this.#below(MESSAGES_MAX) + 1;
    const steps = Array.from({ length: count }, (_, i) => ({
      name: `BatchInsert message ${i + 1} of ${count}`,
      rows: this.#rows(),
    }));
    await this.#make(steps, async () => {
      const requests = steps.map(({ rows }) => writeRequest(rows));
      const bytes = await client.stream(`${SERVICE}/BatchInsert`, requests);
      const { createdCount, updatedCount, durable } = BatchInsertResponse.decode(bytes);
      return { created: Number(createdCount), updated: Number(updatedCount), durable };
    });
  }

  async #batchUpsert(client: RawClient): Promise<void> {
    const rows = this.#rows();
    await this.#make([{ name: 'BatchUpsertRecords', rows }], async () => {
      const bytes = await client.unary(`${SERVICE}/BatchUpsertRecords`, writeRequest(rows));
      const { results, sequence, durable } = BatchUpsertRecordsResponse.decode(bytes);
      const count = (outcome: WriteOutcome): number =>
        results.filter((result) => result.outcome === outcome).length;
      const created = count(WriteOutcome.CREATED);
      const updated = count(WriteOutcome.UPDATED);
      return { created, updated, durable, revision: Number(sequence) };
    });
  }

  async #merge(client: RawClient): Promise<void> {
    // An id may occur once in a merge; the last row of each would win elsewhere.
    const rows = [...new Map(this.#rows().map((row) => [row.id, row])).values()];
    await this.#make([{ name: 'MergeRecords', rows }], async () => {
      const path = '/protovec.v1.SnapshotService/MergeRecords';
      const { result } = MergeRecordsResponse.decode(
        await client.stream(path, [mergeRequest(rows)]),
      );
      return {
        created: Number(result?.createdCount),
        updated: Number(result?.replacedCount),
        durable: result?.durable === true,
        revision: Number(result?.sequence),
      };
    });
  }

  async #upsert(client: RawClient): Promise<void> {
    const rows = this.#rows().slice(0, 1);
    await this.#make([{ name: 'UpsertRecord', rows }], async () => {
      const bytes = await client.unary(`${SERVICE}/UpsertRecord`, writeRequest(rows));
      const { outcome, sequence, durable } = UpsertRecordResponse.decode(bytes);
      const created = outcome === WriteOutcome.CREATED ? 1 : 0;
      return { created, updated: 1 - created, durable, revision: Number(sequence) };
    });
  }

  async #delete(client: RawClient): Promise<void> {
    const ids = new Set(
      Array.from({ length: this.#below(DELETE_ROWS_MAX) + 1 }, () => this.#someId()),
    );
    const rows = [...ids].map((id) => ({ id, version: 0 }));
    await this.#make([{ name: 'BatchDeleteRecords', rows }], async () => {
      const bytes = await client.unary(`${SERVICE}/BatchDeleteRecords`, deleteRequest(rows));
      const { deletedCount, sequence, durable } = BatchDeleteRecordsResponse.decode(bytes);
      return { deleted: Number(deletedCount), durable: durable || sequence === 0n };
    });
  }

  /** Makes a call and notes its answer. */
  async #make(steps: readonly Step[], call: () => Promise<Answer>): Promise<void> {
    this.#ledger.begin(this.#number, steps);
    const { revision, durable, ...told } = await call();
    const wanted = this.#ledger.tally(this.#number);
    const answer = { created: 0, updated: 0, deleted: 0, ...told };
    if (!durable || JSON.stringify(answer) !== JSON.stringify(wanted)) {
      throw new WrongAnswer(
        `writer ${this.#number}: ${steps[0].name} answered ${JSON.stringify(answer)} ` +
          `(durable: ${durable}) instead of ${JSON.stringify(wanted)}`,
      );
    }
    this.#ledger.acknowledge(this.#number, revision);
  }

  /** Rows of a message: new ones, and new versions of old ones. */
  #rows(): Row[] {
    const most = this.#random() < LARGE_SHARE ? this.#size * LARGE : this.#size;
    const batch = this.#batches++;
    const version = ++this.#version;
    return Array.from({ length: this.#below(most) + 1 }, (_, row) => {
      const full = this.#ids.length >= IDS_MAX;
      if (full || (this.#ids.length > 0 && this.#random() < REWRITE_SHARE)) {
        return { id: this.#someId(), version };
      }
      const id = idOf(this.#number, batch, row);
      this.#ids.push(id);
      return { id, version };
    });
  }

  #someId(): string {
    return this.#ids[this.#below(this.#ids.length)];
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

/** An answer that says what is not so: no kill explains it. */
class WrongAnswer extends Error {}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
