/** Loads into a server that is made for each test, and what they told of themselves. */
import { expect } from 'chai';
import {
  IngestError,
  type IngestOptions,
  type IngestProgress,
  type IngestResult,
  type VectorRecord,
} from '../../src/index.js';
import { IngestServer } from './ingest-server.js';
import { rejection } from './test-server.js';

/** Four records of it make a batch. */
export const QUARTER = 'x'.repeat(256 * 1024);

export function* records(count: number, content = QUARTER): Generator<VectorRecord> {
  for (let index = 0; index < count; index += 1) {
    yield { id: `r${index}`, content, embedding: [index] };
  }
}

/** Fails unless it rejects with an IngestError. */
export async function failed(loading: Promise<unknown>): Promise<IngestError> {
  const error = await rejection(loading);
  expect(error).to.be.instanceOf(IngestError);
  return error as IngestError;
}

export class Loads {
  server!: IngestServer;
  /** Of all loads of the test. */
  readonly progress: IngestProgress[] = [];

  /** Starts a server before each test of the suite and stops it afterwards. */
  constructor() {
    beforeEach(async () => {
      this.server = await IngestServer.start();
      this.progress.length = 0;
    });
    afterEach(() => this.server.stop());
  }

  readonly ingest = (
    source: Iterable<VectorRecord> | AsyncIterable<VectorRecord>,
    options: IngestOptions = {},
  ): Promise<IngestResult> => {
    const onProgress = (step: IngestProgress) => void this.progress.push(step);
    return this.server.docs.ingest(source, { onProgress, ...options });
  };

  /** Numbers of the batches that each stream brought. */
  readonly received = (): number[][] => this.server.streams.map((stream) => stream.received);

  /** Every record was written once. */
  readonly expectOnce = (count: number): void => {
    expect(this.server.records.size).to.equal(count);
    expect([...this.server.records.values()].every((times) => times === 1)).to.equal(true);
  };
}
