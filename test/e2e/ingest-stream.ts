/** IngestRecords as the wire has it, for tests of the server. */
import { type ClientDuplexStream, credentials, Client as GrpcClient } from '@grpc/grpc-js';
import { fromServiceError } from '../../clients/typescript/src/errors.js';
import {
  type IngestOpen,
  IngestRecordsResponse,
  RecordServiceService as service,
} from '../../src/gen/protovec/v1/record_service.js';
import { summary, toFailure } from '../support/client.js';
import { batchMessage, openMessage, textOf } from '../support/ingest.js';

type Records = Parameters<typeof batchMessage>[1];

export class IngestCall {
  /** What came so far; see textOf. */
  readonly texts: string[] = [];
  /** How the call ended, such as `OK`. */
  readonly over: Promise<string>;
  readonly #grpc: GrpcClient;
  readonly #call: ClientDuplexStream<Buffer, IngestRecordsResponse>;
  #changed: () => void = () => {};
  #isOver = false;

  /** Opens the load over a connection of its own. */
  constructor(address: string, collection: string, open: Partial<IngestOpen>) {
    this.#grpc = new GrpcClient(address, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
    });
    this.#call = this.#grpc.makeBidiStreamRequest(
      service.ingestRecords.path,
      (bytes: Buffer) => bytes,
      (bytes) => IngestRecordsResponse.decode(bytes),
    );
    this.#call.on('data', ({ message }: IngestRecordsResponse) => {
      if (message !== undefined) this.texts.push(textOf(message));
      this.#changed();
    });
    this.over = new Promise<string>((resolve) => {
      this.#call.on('error', (error) => {
        resolve(summary(toFailure(fromServiceError(error as never))));
      });
      this.#call.on('end', () => resolve('OK'));
    }).finally(() => {
      this.#isOver = true;
      this.#changed();
      this.#grpc.close();
    });
    this.#call.write(Buffer.from(openMessage(collection, open)));
  }

  send(number: number, records: Records): this {
    this.#call.write(Buffer.from(batchMessage(number, records)));
    return this;
  }

  /** Resolves when there are so many answers, or the call is over. */
  async answered(count: number): Promise<void> {
    while (this.texts.length < count && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** No batch follows; resolves to how the call ends. */
  end(): Promise<string> {
    this.#call.end();
    return this.over;
  }

  cancel(): void {
    this.#call.cancel();
  }
}
