package io.protovec.client;

import io.protovec.v1.IngestAckLevel;
import io.protovec.v1.IngestOpen;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Settings of a load: {@code IngestOptions.defaults().mode(WriteMode.INSERT)}.
 *
 * @param mode what happens when a record exists, or does not
 * @param key the load's own name, 1 to 255 bytes; null: a new UUIDv7. With the key of a load that
 *     broke off, the same records in the same order and the same options, it goes on after the last
 *     batch that is kept. The server forgets a key 24 hours after its last batch
 * @param acknowledgedBatches batches that an earlier run with this key knows to be kept. When the
 *     server does not know so many, the load fails with reason KEY_EXPIRED and writes nothing
 * @param durable whether a batch is acknowledged when it is on stable storage, whatever the
 *     collection's durability is; else as its other writes are
 * @param stopsOnRefusal fail with the first record that is refused, instead of counting it
 * @param giveUpAfter time without progress, while records wait to be kept, after which the load
 *     fails. A server that says that it is behind is waited for
 * @param onProgress told of each change, on the thread that loads; what it throws ends the load
 */
public record IngestOptions(
    WriteMode mode,
    String key,
    long acknowledgedBatches,
    boolean durable,
    boolean stopsOnRefusal,
    Duration giveUpAfter,
    Consumer<IngestProgress> onProgress) {
  private static final int KEY_BYTES_MAX = 255;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final IngestOptions DEFAULTS =
      new IngestOptions(WriteMode.UPSERT, null, 0, true, false, PATIENCE, progress -> {});

  /** Checks the options: INVALID_ARGUMENT with the field. */
  public IngestOptions {
    if (key != null) {
      int bytes = key.getBytes(StandardCharsets.UTF_8).length;
      if (bytes < 1 || bytes > KEY_BYTES_MAX) {
        throw ProtovecException.invalid(
            "open.idempotency_key",
            "key has " + bytes + " bytes; it must have 1 to " + KEY_BYTES_MAX);
      }
    }
    if (acknowledgedBatches < 0) {
      throw ProtovecException.invalid(
          "open.acknowledged_number",
          "acknowledgedBatches is " + acknowledgedBatches + "; it is a number of batches");
    }
    if (giveUpAfter == null || giveUpAfter.isNegative() || giveUpAfter.isZero()) {
      throw ProtovecException.invalid(
          "giveUpAfter", "giveUpAfter is " + giveUpAfter + "; it is a duration above zero");
    }
  }

  /** Creates or replaces records under a new key, and gives up after five minutes. */
  public static IngestOptions defaults() {
    return DEFAULTS;
  }

  /** The same with another mode. */
  public IngestOptions mode(WriteMode mode) {
    return new IngestOptions(
        mode, key, acknowledgedBatches, durable, stopsOnRefusal, giveUpAfter, onProgress);
  }

  /** The same with a key, and the batches that an earlier run with it knows to be kept. */
  public IngestOptions key(String key, long acknowledgedBatches) {
    return new IngestOptions(
        mode, key, acknowledgedBatches, durable, stopsOnRefusal, giveUpAfter, onProgress);
  }

  /** The same, acknowledged as the collection's other writes are. */
  public IngestOptions whenWritten() {
    return new IngestOptions(
        mode, key, acknowledgedBatches, false, stopsOnRefusal, giveUpAfter, onProgress);
  }

  /** The same, which fails with the first record that is refused. */
  public IngestOptions stopOnRefusal() {
    return new IngestOptions(
        mode, key, acknowledgedBatches, durable, true, giveUpAfter, onProgress);
  }

  /** The same with another patience. */
  public IngestOptions giveUpAfter(Duration time) {
    return new IngestOptions(
        mode, key, acknowledgedBatches, durable, stopsOnRefusal, time, onProgress);
  }

  /** The same with somebody who is told. */
  public IngestOptions onProgress(Consumer<IngestProgress> listener) {
    return new IngestOptions(
        mode, key, acknowledgedBatches, durable, stopsOnRefusal, giveUpAfter, listener);
  }

  /** The same with a key of its own, if it has none. */
  IngestOptions named() {
    return key == null ? key(Uuid7.next(), acknowledgedBatches) : this;
  }

  /** The first message of a stream, without how much is known to be kept. */
  IngestOpen.Builder open() {
    IngestAckLevel level =
        durable ? IngestAckLevel.INGEST_ACK_LEVEL_DURABLE : IngestAckLevel.INGEST_ACK_LEVEL_WRITTEN;
    return IngestOpen.newBuilder()
        .setIdempotencyKey(key)
        .setWriteMode(mode.toProto())
        .setAckLevel(level)
        .setStopOnRefusal(stopsOnRefusal);
  }
}
