/** One stream of a load: opened, then batches one way and acknowledgements the other, to its end. */
import { status } from '@grpc/grpc-js';
import { ProtovecError } from '../errors.js';
import {
  IngestOpen,
  IngestRecordsRequest,
  IngestRecordsResponse,
} from '../gen/protovec/v1/record_service.js';
import type { Duplex } from '../transport/duplex.js';
import { shiftPath } from '../write-result.js';
import type { Batch } from './batch-cutter.js';
import type { IngestProgress } from './ingest-options.js';
import type { Load } from './load.js';
import type { Patience } from './patience.js';

/** The longest that a timer waits. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Who is told of what happens. */
export interface StreamListener {
  /** The server has told what it keeps; batches may be cut. */
  opened(): void;
  progress(progress: IngestProgress): void;
}

export class IngestStream {
  readonly #duplex: Duplex;
  readonly #load: Load;
  readonly #patience: Patience;
  readonly #listener: StreamListener;
  #isOpen = false;
  #isPaused = false;
  #isClosing = false;

  constructor(duplex: Duplex, load: Load, patience: Patience, listener: StreamListener) {
    this.#duplex = duplex;
    this.#load = load;
    this.#patience = patience;
    this.#listener = listener;
  }

  /**
   * Opens the load in a collection and sends until everything is acknowledged, then returns nothing,
   * or until the stream ends, then returns why. Throws what is wrong on this side, or with answers.
   */
  async run(collection: string): Promise<ProtovecError | undefined> {
    const duplex = this.#duplex;
    const load = this.#load;
    let isComplete = false;
    load.window.rewind();
    duplex.send(this.#opening(collection));
    try {
      while (true) {
        for (const bytes of duplex.take()) {
          const ending = this.#receive(IngestRecordsResponse.decode(bytes).message);
          if (ending !== undefined) return ending;
        }
        if (load.failure !== undefined) throw load.failure.error;
        isComplete = load.isComplete;
        if (isComplete) return undefined;
        if (duplex.ended) return inSource(duplex.error ?? this.#cutShort(), load.window.due);
        if (this.#isOpen && !this.#isPaused && !this.#isClosing) this.#send();
        await this.#wait();
      }
    } finally {
      if (isComplete) duplex.close();
      else duplex.cancel();
    }
  }

  #opening(collection: string): Buffer {
    const acknowledgedNumber = BigInt(this.#load.tally.acknowledgedBatches);
    const value = IngestOpen.fromPartial({ ...this.#load.settings.open, acknowledgedNumber });
    const request = { collection, message: { $case: 'open' as const, value } };
    return Buffer.from(IngestRecordsRequest.encode(request).finish());
  }

  /** Returns why the stream is of no more use, if it is not. */
  #receive(message: IngestRecordsResponse['message']): ProtovecError | undefined {
    switch (message?.$case) {
      case 'opened':
        if (this.#load.opened(message.value)) this.#patience.gained();
        this.#isOpen = true;
        this.#listener.opened();
        break;
      case 'ack':
        // Its counts are not in this answer, but in the one that opens the load again.
        if (message.value.repeated) return unavailable('A batch was kept before it was sent');
        this.#load.acknowledge(message.value);
        this.#patience.gained();
        break;
      case 'pause':
        this.#isPaused = true;
        break;
      case 'resume':
        this.#isPaused = false;
        break;
      case 'closing':
        this.#isClosing = true;
        return undefined;
      default:
        return undefined;
    }
    this.#report();
    return undefined;
  }

  #send(): void {
    const { window, tally } = this.#load;
    for (let batch = window.next(); batch !== undefined; batch = window.next()) {
      const sent = batch;
      sent.holders += 1;
      this.#duplex.send(sent.message.finish(), () => {
        sent.holders -= 1;
      });
      tally.sent(sent);
      this.#report();
    }
  }

  /** Waits until something changes; throws when it does not for too long. */
  async #wait(): Promise<void> {
    if (this.#isOpen && (this.#isPaused || this.#load.window.isEmpty)) {
      await this.#duplex.wait();
      this.#patience.renew();
      return;
    }
    const { leftMs } = this.#patience;
    if (leftMs <= 0) throw this.#patience.exhausted();
    const timer = setTimeout(() => this.#duplex.wake(), Math.min(leftMs, TIMER_MS_MAX));
    await this.#duplex.wait();
    clearTimeout(timer);
  }

  #cutShort(): ProtovecError {
    return unavailable(
      this.#isClosing
        ? 'The server ends and takes no more batches'
        : 'The server ended the stream before it had acknowledged everything',
    );
  }

  #report(): void {
    this.#listener.progress(this.#load.tally.progress(this.#isPaused));
  }
}

function unavailable(message: string): ProtovecError {
  return new ProtovecError(status.UNAVAILABLE, message);
}

/**
 * The error with places in the source instead of those in the batch, which is the one that is due:
 * what was sent before it is acknowledged before a stream ends.
 */
function inSource(error: ProtovecError, batch: Batch | undefined): ProtovecError {
  const field = error.fieldViolations[0]?.field ?? '';
  if (batch === undefined || !field.startsWith('batch.records[')) return error;
  return new ProtovecError(error.code, error.message, {
    reason: error.reason,
    fieldViolations: error.fieldViolations.map((violation) => ({
      ...violation,
      field: shiftPath(violation.field, batch.first),
    })),
    retryAfterMs: error.retryAfterMs,
    metadata: { ...error.metadata },
    cause: error.cause,
  });
}
