/**
 * A server that speaks IngestRecords and nothing else. It remembers what it keeps, as the schema
 * says, and a test decides what becomes of each opening and each batch.
 */
import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import type { ConnectOptions } from '../../src/index.js';
import type {
  IngestBatch,
  IngestOpen,
  IngestRecordsRequest,
  IngestRecordsResponse,
} from '../../src/raw.js';
import { encodeStatus, type StatusDetails } from './status.js';
import { failure, startServer, type TestServer } from './test-server.js';

type Call = ServerDuplexStream<IngestRecordsRequest, IngestRecordsResponse>;

/** What the server keeps of a load. */
interface Kept {
  last: number;
  created: number;
  updated: number;
  failed: number;
}

const WRITE_MODE_INSERT = 2;

/** One stream, as the server sees it. */
export class ServedStream {
  readonly collection: string;
  readonly open: IngestOpen;
  /** Numbers of the batches that arrived. */
  readonly received: number[] = [];
  isCancelled = false;
  #isOver = false;
  readonly #call: Call;
  readonly #server: IngestServer;

  constructor(call: Call, server: IngestServer, collection: string, open: IngestOpen) {
    this.#call = call;
    this.#server = server;
    this.collection = collection;
    this.open = open;
    // Also told of streams that have ended.
    call.on('cancelled', () => {
      this.isCancelled = !this.#isOver;
    });
  }

  get isOver(): boolean {
    return this.#isOver || this.isCancelled;
  }

  get kept(): Kept {
    return this.#server.keptOf(this.open.idempotencyKey);
  }

  tellOpened(): void {
    const { last, created, updated, failed } = this.kept;
    const counts = {
      createdCount: BigInt(created),
      updatedCount: BigInt(updated),
      failedCount: BigInt(failed),
    };
    this.send({ $case: 'opened', value: { lastNumber: BigInt(last), ...counts } });
  }

  send(message: IngestRecordsResponse['message']): void {
    if (!this.isOver) this.#call.write({ message });
  }

  /** Stores a batch and returns its acknowledgement. Records with ids `bad...` are refused. */
  keep({ number, records }: IngestBatch): IngestRecordsResponse['message'] {
    const { kept } = this;
    const none = { createdCount: 0n, updatedCount: 0n, errors: [], sequence: 0n, durable: true };
    if (Number(number) <= kept.last) {
      return { $case: 'ack', value: { number, repeated: true, ...none } };
    }
    if (Number(number) !== kept.last + 1) throw new Error(`batch ${number} after ${kept.last}`);
    const ack = { number, repeated: false, ...none, errors: [] as { index: bigint }[] };
    const stored = this.#server.records;
    records.forEach(({ id }, index) => {
      const exists = stored.has(id);
      if (id.startsWith('bad') || (exists && this.open.writeMode === WRITE_MODE_INSERT)) {
        const field = `batch.records[${index}].id`;
        const error = { index: BigInt(index), id, code: 6, reason: 'R', message: 'm', field };
        ack.errors.push(error);
        kept.failed += 1;
        return;
      }
      stored.set(id, (stored.get(id) ?? 0) + 1);
      if (exists) {
        ack.updatedCount += 1n;
        kept.updated += 1;
      } else {
        ack.createdCount += 1n;
        kept.created += 1;
      }
    });
    kept.last = Number(number);
    this.#server.sequence += 1n;
    return { $case: 'ack', value: { ...ack, sequence: this.#server.sequence } as never };
  }

  /** Stores a batch and tells so. */
  acknowledge(batch: IngestBatch): void {
    this.send(this.keep(batch));
  }

  /** Ends the stream; without a reason as a broken connection does. */
  fail(code: status, reason?: string, field?: string, retryAfterMs?: number): void {
    this.#isOver = true;
    const parts: StatusDetails = { reason: reason ?? '' };
    if (field !== undefined) parts.violations = [{ field, description: 'wrong' }];
    if (retryAfterMs !== undefined) {
      parts.retryDelay = { seconds: 0, nanos: retryAfterMs * 1_000_000 };
      if (retryAfterMs >= 1_000) parts.retryDelay = { seconds: retryAfterMs / 1_000, nanos: 0 };
    }
    const details = reason === undefined ? undefined : encodeStatus(parts);
    this.#call.emit('error', failure(code, reason ?? 'broken', details));
  }

  /** Ends the stream well. */
  finish(): void {
    if (this.isOver) return;
    this.#isOver = true;
    this.#call.end();
  }
}

export class IngestServer {
  /** How often each record was written. */
  readonly records = new Map<string, number>();
  readonly streams: ServedStream[] = [];
  sequence = 0n;
  /** It does not look at what the caller knows to be kept. */
  isCareless = false;
  /** What happens when a load is opened, and when a batch arrives. */
  onOpen: (stream: ServedStream) => void = (stream) => stream.tellOpened();
  onBatch: (stream: ServedStream, batch: IngestBatch) => void = (stream, batch) =>
    stream.acknowledge(batch);
  readonly #loads = new Map<string, Kept>();
  #server: TestServer | undefined;

  static async start(options: ConnectOptions = {}): Promise<IngestServer> {
    const server = new IngestServer();
    server.#server = await startServer(
      { records: { ingestRecords: (call) => server.#serve(call) } },
      options,
    );
    return server;
  }

  get address(): string {
    return this.#started.address;
  }

  /** The collection that loads go to. */
  get docs() {
    return this.#started.client.collection('docs');
  }

  keptOf(key: string): Kept {
    const kept = this.#loads.get(key) ?? { last: 0, created: 0, updated: 0, failed: 0 };
    this.#loads.set(key, kept);
    return kept;
  }

  stop(): void {
    this.#started.stop();
  }

  get #started(): TestServer {
    if (this.#server === undefined) throw new Error('the server was not started');
    return this.#server;
  }

  #serve(call: Call): void {
    let stream: ServedStream | undefined;
    call.on('error', () => {});
    call.on('data', ({ collection, message }: IngestRecordsRequest) => {
      if (message?.$case === 'open') {
        stream = new ServedStream(call, this, collection, message.value);
        this.streams.push(stream);
        const { acknowledgedNumber, idempotencyKey } = stream.open;
        if (acknowledgedNumber > this.keptOf(idempotencyKey).last && !this.isCareless) {
          stream.fail(status.FAILED_PRECONDITION, 'KEY_EXPIRED');
        } else this.onOpen(stream);
      } else if (message?.$case === 'batch' && stream !== undefined && !stream.isOver) {
        stream.received.push(Number(message.value.number));
        this.onBatch(stream, message.value);
      }
    });
    // The end of a stream that is cancelled comes before it is told that it was.
    call.on('end', () => setTimeout(() => stream?.finish(), 10));
  }
}
