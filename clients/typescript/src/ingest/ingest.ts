/**
 * A load that survives broken connections and restarts of the server (IngestRecords). One side takes
 * records from the source and cuts batches, the other keeps a stream open, sends them and counts
 * what is acknowledged; between them is a window of batches.
 * Invariants: the source is not touched before the load is open; no batch is sent over a stream
 * before the server has told what it keeps; none is forgotten before it is kept.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Bell } from '../bell.js';
import { ProtovecError } from '../errors.js';
import { type FedCall, feed } from '../feed.js';
import { RecordServiceService as service } from '../gen/protovec/v1/record_service.js';
import type { RecordSource, VectorRecord } from '../record.js';
import type { Transport } from '../transport/transport.js';
import { type IngestOptions, type IngestProgress, toSettings } from './ingest-options.js';
import { IngestError, type IngestResult } from './ingest-result.js';
import { IngestStream, type StreamListener } from './ingest-stream.js';
import { Load } from './load.js';
import { Patience } from './patience.js';

/** Loads every record of the source. Fails with an IngestError, or with what the source threw. */
export async function ingest(
  transport: Transport,
  collection: string,
  source: RecordSource,
  options: IngestOptions,
): Promise<IngestResult> {
  return new Ingest(source, options).run(transport, collection);
}

class Ingest implements FedCall, StreamListener {
  readonly #source: RecordSource;
  readonly #options: IngestOptions;
  readonly #load: Load;
  readonly #patience: Patience;
  /** Rung when the stream has answers, when a batch was cut and when the load is over. */
  readonly #bell = new Bell();
  #isFed = false;
  #isOver = false;

  constructor(source: RecordSource, options: IngestOptions) {
    this.#source = source;
    this.#options = options;
    this.#load = new Load(toSettings(options));
    this.#patience = new Patience(this.#load.settings.giveUpAfterMs, options.signal);
  }

  async run(transport: Transport, collection: string): Promise<IngestResult> {
    const { signal, metadata } = this.#options;
    try {
      while (true) {
        const duplex = transport.duplex(
          service.ingestRecords.path,
          { signal, metadata },
          this.#bell,
        );
        const stream = new IngestStream(duplex, this.#load, this.#patience, this);
        const error = await stream.run(collection);
        if (error === undefined) return this.#load.tally.result();
        await this.#patience.after(error);
      }
    } catch (error) {
      throw error === this.#load.failure?.error ? error : this.#explained(error);
    } finally {
      this.#isOver = true;
      this.#bell.ring();
    }
  }

  /** Whether nothing more is to be taken from the source. */
  get ended(): boolean {
    return this.#isOver;
  }

  wait(other?: PromiseLike<unknown>): Promise<void> {
    return this.#bell.wait(other);
  }

  opened(): void {
    if (this.#isFed) return;
    this.#isFed = true;
    feed(this.#source, this, (record) => this.#take(record))
      .then(() => this.#explaining(() => this.#isOver || this.#load.end()))
      .catch((error: unknown) => this.#load.fail(error))
      .finally(() => this.#bell.ring());
  }

  progress(progress: IngestProgress): void {
    this.#options.onProgress?.(progress);
  }

  #take(record: VectorRecord): Promise<void> | undefined {
    if (!this.#explaining(() => this.#load.add(record))) return undefined;
    this.#bell.ring();
    return this.#room();
  }

  /** A turn for the connection: a source that never waits would fill the window before it is read. */
  async #room(): Promise<void> {
    await nextTurn();
    while (!this.#isOver && !this.#load.window.hasRoom) await this.wait();
  }

  #explaining<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** The error with how far the load came. */
  #explained(error: unknown): unknown {
    if (!(error instanceof ProtovecError)) return error;
    return new IngestError(error, this.#load.tally.result());
  }
}
