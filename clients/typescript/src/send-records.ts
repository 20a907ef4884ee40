/**
 * Packs records into the messages of an upload: BatchInsert and MergeRecords.
 * A message is sent when it has grown to 1 MiB or holds 10,000 records, the most that a server
 * takes. The first message carries the header; it is sent even when there are no records, so that
 * a missing collection is reported.
 */
import type { ByteWriter } from './codec/byte-writer.js';
import { feed } from './feed.js';
import type { RecordSource, VectorRecord } from './record.js';
import { addRecord, isFull } from './record-message.js';
import type { Upload } from './transport/upload.js';
import type { InsertProgress } from './write-result.js';

/** Bytes of the length of a message between 16 KiB and 2 MiB. */
const BATCH_LENGTH_BYTES = 3;

/** How records lie in a message. */
export interface MessageShape {
  /** Encoded fields that only the first message carries. */
  header: Uint8Array;
  /** Tag of one record. */
  recordTag: number;
  /** Tag of the message around the records; absent when they lie in the request itself. */
  batchTag?: number;
}

/** Sends all records and waits for the response. */
export async function sendRecords<Response>(
  upload: Upload<Response>,
  records: RecordSource,
  shape: MessageShape,
  onProgress: ((progress: InsertProgress) => void) | undefined,
): Promise<Response> {
  const packer = new RecordPacker(upload, shape, onProgress);
  return upload.complete(async () => {
    await packer.begin();
    await feed(records, upload, (record) => packer.add(record));
    packer.end();
  });
}

class RecordPacker {
  readonly #upload: Upload<unknown>;
  readonly #shape: MessageShape;
  readonly #onProgress: ((progress: InsertProgress) => void) | undefined;
  #message: ByteWriter | undefined;
  #batchStart = 0;
  #messageRecords = 0;
  #first = true;
  #sent = 0;
  #bytes = 0;

  constructor(
    upload: Upload<unknown>,
    shape: MessageShape,
    onProgress: ((progress: InsertProgress) => void) | undefined,
  ) {
    this.#upload = upload;
    this.#shape = shape;
    this.#onProgress = onProgress;
  }

  /** Opens the next message. */
  async begin(): Promise<void> {
    this.#message = await this.#upload.buffer();
    if (this.#message === undefined) return;
    if (this.#first) this.#message.raw(this.#shape.header);
    this.#first = false;
    this.#messageRecords = 0;
    const { batchTag } = this.#shape;
    if (batchTag !== undefined) {
      this.#batchStart = this.#message.beginMessage(batchTag, BATCH_LENGTH_BYTES);
    }
  }

  /** Adds a record; returns a promise when its message was sent and the next one is to be opened. */
  add(record: VectorRecord): Promise<void> | undefined {
    const message = this.#message;
    if (message === undefined) return undefined;
    addRecord(message, this.#shape.recordTag, record, this.#sent + this.#messageRecords);
    this.#messageRecords += 1;
    if (!isFull(message.length, this.#messageRecords)) return undefined;
    this.#send(message);
    return this.begin();
  }

  /** Sends the last message, if it says anything. */
  end(): void {
    const message = this.#message;
    if (message === undefined || this.#upload.ended) return;
    if (this.#messageRecords > 0 || this.#sent === 0) this.#send(message);
  }

  #send(message: ByteWriter): void {
    if (this.#shape.batchTag !== undefined) {
      message.endMessage(this.#batchStart, BATCH_LENGTH_BYTES);
    }
    this.#sent += this.#messageRecords;
    this.#bytes += message.length;
    this.#message = undefined;
    this.#upload.send(message);
    this.#onProgress?.({ sent: this.#sent, bytes: this.#bytes });
  }
}
