/**
 * IngestRecords: a load that can be resumed. The first message opens it, numbered batches follow, and
 * each is acknowledged once it is kept. One stream at a time has a key; when the server is about to
 * stop, it takes no more, acknowledges what it has and ends.
 */
import type { Collection } from '../../collection/collection.js';
import type { IngestStream } from '../../collection/ingest-control.js';
import type { Registry } from '../../collection/registry.js';
import type { KnownLoad } from '../../collection/state/ingest-loads.js';
import { nextTurn } from '../../collection/turns.js';
import { invalidArgument, ProtovecError } from '../../errors.js';
import { IngestAckLevel } from '../../gen/protovec/v1/record_service.js';
import {
  decodeIngestRequest,
  type IngestOpening,
  type IngestRequest,
} from '../../wire/ingest-request.js';
import { encodeClosing, encodeOpened } from '../../wire/ingest-response.js';
import type { Drain } from '../drain.js';
import { IngestBatches } from '../ingest-batches.js';
import type { CallContext, Exchange, Operations } from '../operation.js';

/** How long batches may be validated before other calls get a turn. */
const SLICE_MS = 4;

const nothingKept = { number: 0, created: 0, updated: 0, failed: 0 };

export function ingestOperations(registry: Registry, drain: Drain): Operations {
  return {
    '/protovec.v1.RecordService/IngestRecords': {
      kind: 'duplex',
      handle: (exchange, call) => new Ingest(registry, drain, exchange, call).run(),
    },
  };
}

class Ingest implements IngestStream {
  readonly #registry: Registry;
  readonly #drain: Drain;
  readonly #exchange: Exchange;
  readonly #call: CallContext;
  /** Aborts when nobody waits for the load any more, or another stream has its key. */
  readonly #gone = new AbortController();
  /** Settles when nothing of the stream is under way any more. */
  readonly #over: Promise<void>;
  #end: () => void = () => {};
  #failure: { readonly error: unknown } | undefined;
  #batches: IngestBatches | undefined;
  /** Gives the key back. */
  #leave: () => void = () => {};

  constructor(registry: Registry, drain: Drain, exchange: Exchange, call: CallContext) {
    this.#registry = registry;
    this.#drain = drain;
    this.#exchange = exchange;
    this.#call = call;
    this.#over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async run(): Promise<void> {
    const { signal } = this.#call;
    const abandoned = (): void => this.#gone.abort(signal.reason);
    if (signal.aborted) abandoned();
    signal.addEventListener('abort', abandoned, { once: true });
    const ignoreDrain = this.#drain.onBegin(() => this.#exchange.wake());
    try {
      const { collection, batches } = await this.#open();
      await this.#takeBatches(collection, batches);
    } catch (error) {
      this.#fail(error);
    }
    // What was taken is kept, and acknowledged before the stream ends, however it ends.
    await this.#batches?.settled();
    ignoreDrain();
    signal.removeEventListener('abort', abandoned);
    this.#leave();
    this.#end();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  takeOver(): Promise<void> {
    const message =
      'another stream was opened under the same key, and only one at a time may send; if you did ' +
      'not open it, choose a key that is yours alone';
    const error = new ProtovecError('INGEST_TAKEN_OVER', message);
    this.#fail(error);
    this.#gone.abort(error);
    return this.#over;
  }

  /** Opens the load of the first message, and tells how far it got. */
  async #open(): Promise<{ collection: Collection; batches: IngestBatches }> {
    const { collection: name, open } = await this.#firstMessage();
    if (name === '') {
      const message = 'the first message names no collection; set it there, and leave it out later';
      throw invalidArgument('collection', message);
    }
    if (open === undefined) {
      throw invalidArgument('open', 'the first message opens no load; send open before batches');
    }
    const collection = this.#registry.get(name);
    const { ingest } = collection;
    const { key, acknowledgedNumber, ackLevel } = open;
    const synced = ackLevel !== IngestAckLevel.WRITTEN;
    if (key !== '') {
      this.#leave = () => ingest.leave(key, this);
      await ingest.enter(key, this);
      // What an earlier stream was told to be written is now told to be durable.
      if (synced) await ingest.sync();
    }
    this.#gone.signal.throwIfAborted();
    const known = key === '' ? undefined : ingest.find(key);
    if (acknowledgedNumber > (known?.number ?? 0)) throw expired(open, known);
    this.#exchange.send(encodeOpened(known ?? nothingKept));
    const batches = new IngestBatches({
      collection,
      open,
      synced,
      known,
      exchange: this.#exchange,
      signal: this.#gone.signal,
      failed: (error) => this.#fail(error),
    });
    this.#batches = batches;
    return { collection, batches };
  }

  async #firstMessage(): Promise<IngestRequest> {
    for (;;) {
      const message = this.#exchange.take();
      if (message !== undefined) return decodeIngestRequest(message);
      if (this.#exchange.isEnded) {
        throw invalidArgument('collection', 'the stream ended before its first message');
      }
      await this.#exchange.change();
    }
  }

  /** Takes batches until none follows, something fails or the server is about to stop. */
  async #takeBatches(collection: Collection, batches: IngestBatches): Promise<void> {
    const exchange = this.#exchange;
    let sliceEnd = performance.now() + SLICE_MS;
    while (this.#failure === undefined) {
      if (this.#drain.hasBegun) {
        exchange.send(encodeClosing());
        return;
      }
      // A caller that does not read what it is told is not read either.
      const message = batches.hasRoom && exchange.room > 0 ? exchange.take() : undefined;
      if (message !== undefined) await this.#takeBatch(collection, batches, message);
      else if (exchange.isEnded) return;
      else await exchange.change();
      if (performance.now() > sliceEnd) {
        await nextTurn();
        sliceEnd = performance.now() + SLICE_MS;
      }
    }
  }

  async #takeBatch(
    collection: Collection,
    batches: IngestBatches,
    message: Uint8Array,
  ): Promise<void> {
    const { collection: name, open, batch } = decodeIngestRequest(message);
    if (name !== '' && name !== collection.name) {
      const what = `the stream loads ${JSON.stringify(collection.name)}, a message names `;
      throw invalidArgument('collection', `${what}${JSON.stringify(name)}; load it over another`);
    }
    if (open !== undefined) {
      throw invalidArgument('open', 'the load is open; only batches follow the first message');
    }
    if (batch === undefined) throw invalidArgument('batch', 'the message has no batch');
    await batches.add(message, batch);
  }

  /** The first failure counts. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#exchange.wake();
  }
}

function expired({ key, acknowledgedNumber }: IngestOpening, known: KnownLoad | undefined) {
  const last = known?.number ?? 0;
  const message =
    `of the load ${JSON.stringify(key)} batches up to ${last} are known, and ${acknowledgedNumber} ` +
    'was to be kept: the key was forgotten, or the batches were lost with the power before they ' +
    'were durable; begin a new load, under another key, with what is missing';
  const metadata = { last_number: String(last) };
  return new ProtovecError('KEY_EXPIRED', message, { field: 'open.acknowledged_number', metadata });
}
