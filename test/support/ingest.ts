/** Loads over IngestRecords in this process, through the operation that a server has, without gRPC. */
import { frameKind, type ReceivedFrame } from '../../src/engine/channel-frame.js';
import { costOf } from '../../src/engine/flow.js';
import type { DuplexOperation, Operations } from '../../src/engine/operation.js';
import { DuplexCall } from '../../src/engine/runtime-duplex.js';
import { ProtovecError } from '../../src/errors.js';
import {
  type IngestAck,
  type IngestOpen,
  IngestRecordsRequest,
  IngestRecordsResponse,
} from '../../src/gen/protovec/v1/record_service.js';
import { encode } from './client.js';

type Records = { id?: string; content?: string; embedding?: number[] }[];
type Answer = NonNullable<IngestRecordsResponse['message']>;

/** The message that opens a load. */
export function openMessage(collection: string, open: Partial<IngestOpen> = {}): Uint8Array {
  const message = { $case: 'open' as const, value: open };
  return encode(IngestRecordsRequest, { collection, message });
}

/** A message with a batch. */
export function batchMessage(number: number, records: Records): Uint8Array {
  const value = { number: BigInt(number), records };
  return encode(IngestRecordsRequest, { message: { $case: 'batch', value } });
}

/** The text of answers, for comparison: `opened 3`, `ack 4 +2 ~0 -1`, `again 3`, `pause`. */
export function textOf(answer: Answer): string {
  const { $case, value } = answer;
  if ($case === 'opened') {
    const { lastNumber, createdCount, updatedCount, failedCount } = value;
    return `opened ${lastNumber} +${createdCount} ~${updatedCount} -${failedCount}`;
  }
  if ($case !== 'ack') return $case;
  if (value.repeated) return `again ${value.number}`;
  return `ack ${value.number} +${value.createdCount} ~${value.updatedCount} -${value.errors.length}`;
}

/** One stream. */
export class LocalIngest {
  readonly answers: Answer[] = [];
  /** What it failed with; undefined when it ended well. */
  readonly over: Promise<unknown>;
  readonly #call: DuplexCall;
  #changed: () => void = () => {};

  constructor(operations: Operations, first?: Uint8Array) {
    this.#call = new DuplexCall(Number.POSITIVE_INFINITY, {
      message: (payload) => {
        const { message } = IngestRecordsResponse.decode(payload);
        if (message !== undefined) this.answers.push(message);
        this.#receive(frameKind.credit, undefined, costOf(payload));
        this.#changed();
      },
      credit: () => {},
    });
    if (first !== undefined) this.send(first);
    const operation = operations['/protovec.v1.RecordService/IngestRecords'] as DuplexOperation;
    this.over = operation.handle(this.#call, this.#call).then(
      () => undefined,
      (error: unknown) => error,
    );
    void this.over.then(() => this.#changed());
  }

  send(...messages: Uint8Array[]): this {
    for (const message of messages) this.#receive(frameKind.message, Buffer.from(message));
    return this;
  }

  /** Ends the requests; resolves with what the stream failed with. */
  end(): Promise<unknown> {
    this.#receive(frameKind.end);
    return this.over;
  }

  /** Reason and field of what the stream fails with by itself; `OK` when it ends well. */
  async outcome(): Promise<string> {
    const error = await this.over;
    if (error === undefined) return 'OK';
    if (!(error instanceof ProtovecError)) throw error;
    return [error.reason, error.field].filter((part) => part !== '').join(' ');
  }

  /** The caller leaves; resolves when the stream has ended. */
  async cancel(): Promise<void> {
    this.#call.abandon(new ProtovecError('CANCELLED', 'the caller cancelled the call'));
    await this.over;
  }

  /** Resolves when there are so many answers, or the stream is over. */
  async answered(count: number): Promise<void> {
    let isOver = false;
    const over = this.over.then(() => {
      isOver = true;
    });
    while (this.answers.length < count && !isOver) {
      await Promise.race([
        over,
        new Promise<void>((resolve) => {
          this.#changed = resolve;
        }),
      ]);
    }
  }

  get texts(): string[] {
    return this.answers.map(textOf);
  }

  get acks(): IngestAck[] {
    return this.answers.flatMap((answer) => (answer.$case === 'ack' ? [answer.value] : []));
  }

  #receive(kind: ReceivedFrame['kind'], payload = Buffer.alloc(0), value = 0): void {
    this.#call.receive({ kind, call: 1, method: 0, value, payload });
  }
}
