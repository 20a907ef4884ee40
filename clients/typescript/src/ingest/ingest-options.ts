/** Settings of `ingest`, and how far it tells that it is. */
import { ProtovecError } from '../errors.js';
import { IngestAckLevel, IngestOpen } from '../gen/protovec/v1/record_service.js';
import type { CallOptions } from '../options.js';
import { uuidv7 } from '../uuid.js';
import { toWriteMode, type WriteMode } from '../write-result.js';

const GIVE_UP_AFTER_MS = 5 * 60 * 1000;
const KEY_BYTES_MAX = 255;

/** Settings of `ingest`. A load has no deadline; end it with `signal`. */
export interface IngestOptions extends Pick<CallOptions, 'signal' | 'metadata'> {
  /** Default `upsert`. */
  mode?: WriteMode | undefined;
  /**
   * Name of the load, 1 to 255 bytes that no other load has. Default: a new UUIDv7. With the key of
   * a load that broke off, the same records in the same order and the same options, it goes on
   * after the last batch that is kept. The server forgets a key 24 hours after its last batch.
   */
  key?: string | undefined;
  /**
   * Batches that an earlier run with this key knows to be kept: its `acknowledgedBatches`. When the
   * server does not know so many, the load fails with reason KEY_EXPIRED and writes nothing; without
   * this it would begin anew. Default 0.
   */
  acknowledgedBatches?: number | undefined;
  /**
   * When a batch counts as kept. `durable`: on stable storage, whatever the collection's durability
   * is; `written`: as the collection's other writes. Default `durable`.
   */
  ackLevel?: 'durable' | 'written' | undefined;
  /** Fail with the first record that is refused, instead of counting it. */
  stopOnRefusal?: boolean | undefined;
  /**
   * Milliseconds without progress, while records wait to be kept, after which the load gives up.
   * Default 300,000. A server that says that it is behind is waited for.
   */
  giveUpAfterMs?: number | undefined;
  /** Called whenever something of it has changed; what it throws ends the load. */
  onProgress?: ((progress: IngestProgress) => void) | undefined;
}

/** How far a load is, with what earlier runs under its key did. */
export interface IngestProgress {
  /** Records that the server keeps or has refused. */
  acknowledged: number;
  /** Batches of them; a run that goes on later may give this number. */
  acknowledgedBatches: number;
  /** Records sent, each counted once. */
  sent: number;
  /** Records that were refused. */
  failed: number;
  /** Whether the server has asked to wait. */
  paused: boolean;
  /** How often the load was opened again. */
  reconnects: number;
}

/** The options with every default, checked. */
export interface IngestSettings {
  readonly key: string;
  readonly acknowledgedBatches: number;
  readonly isDurable: boolean;
  readonly giveUpAfterMs: number;
  /** The first message of a stream, where `acknowledgedNumber` is set for each anew. */
  readonly open: IngestOpen;
}

const ackLevels = { durable: IngestAckLevel.DURABLE, written: IngestAckLevel.WRITTEN } as const;

/** Checks the options. Throws INVALID_ARGUMENT with the name of the option or of its field. */
export function toSettings(options: IngestOptions): IngestSettings {
  const { mode, key = uuidv7(), acknowledgedBatches = 0, ackLevel = 'durable' } = options;
  const { giveUpAfterMs = GIVE_UP_AFTER_MS, stopOnRefusal = false } = options;
  const keyBytes = Buffer.byteLength(key);
  if (keyBytes < 1 || keyBytes > KEY_BYTES_MAX) {
    const message = `key has ${keyBytes} bytes; it must have 1 to ${KEY_BYTES_MAX}`;
    throw ProtovecError.invalid('open.idempotency_key', message);
  }
  if (!Number.isSafeInteger(acknowledgedBatches) || acknowledgedBatches < 0) {
    const message = `acknowledgedBatches is ${acknowledgedBatches}; it is a number of batches`;
    throw ProtovecError.invalid('open.acknowledged_number', message);
  }
  if (!Object.hasOwn(ackLevels, ackLevel)) {
    const message = `ackLevel is '${ackLevel}'; use 'durable' or 'written'`;
    throw ProtovecError.invalid('open.ack_level', message);
  }
  if (!(giveUpAfterMs > 0)) {
    const message = `giveUpAfterMs is ${giveUpAfterMs}; it is a number of milliseconds above 0`;
    throw ProtovecError.invalid('giveUpAfterMs', message);
  }
  const open = IngestOpen.fromPartial({
    idempotencyKey: key,
    writeMode: toWriteMode(mode),
    ackLevel: ackLevels[ackLevel],
    stopOnRefusal,
  });
  return { key, acknowledgedBatches, isDurable: ackLevel === 'durable', giveUpAfterMs, open };
}
