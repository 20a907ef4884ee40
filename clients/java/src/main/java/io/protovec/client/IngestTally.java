package io.protovec.client;

import io.protovec.v1.IngestAck;
import io.protovec.v1.IngestOpened;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts what became of the records of a load.
 *
 * <p>Invariant: exact whatever was lost on the way, because every stream begins with the server's
 * own counts of all that is kept, and only its acknowledgements are added to them.
 */
final class IngestTally {
  private final IngestOptions options;
  private final List<RecordError> errors = new ArrayList<>();
  private long acknowledgedBatches;
  private long created;
  private long updated;
  private long failed;
  private long sent;
  private long sequence;
  private boolean durable = true;
  private long openings;

  IngestTally(IngestOptions options) {
    this.options = options;
    this.acknowledgedBatches = options.acknowledgedBatches();
  }

  /** Batches that are known to be kept. */
  long acknowledgedBatches() {
    return acknowledgedBatches;
  }

  /** Records whose fate is known; those of a batch that is kept in part are among them. */
  long acknowledged() {
    return created + updated + failed;
  }

  /** Whether the load was ever opened. */
  boolean isOpened() {
    return openings > 0;
  }

  void opened(IngestOpened opened) {
    // A level below durable leaves open whether what was not acknowledged here is on the disk.
    if (opened.getLastNumber() > acknowledgedBatches && !options.durable()) durable = false;
    acknowledgedBatches = opened.getLastNumber();
    created = opened.getCreatedCount();
    updated = opened.getUpdatedCount();
    failed = opened.getFailedCount();
    openings += 1;
  }

  void sent(IngestBatch batch) {
    sent = Math.max(sent, batch.end());
  }

  void acknowledge(IngestBatch batch, IngestAck ack) {
    acknowledgedBatches = batch.number();
    created += ack.getCreatedCount();
    updated += ack.getUpdatedCount();
    failed += ack.getErrorsCount();
    for (io.protovec.v1.RecordError error : ack.getErrorsList()) {
      if (errors.size() == LoadResult.ERRORS_MAX) break;
      errors.add(RecordError.of(error, batch.first()));
    }
    sequence = Math.max(sequence, ack.getSequence());
    durable = ack.getDurable();
  }

  IngestProgress progress(boolean paused) {
    long known = acknowledged();
    return new IngestProgress(
        known, acknowledgedBatches, Math.max(sent, known), failed, paused, reconnects());
  }

  IngestResult result() {
    LoadResult counts = new LoadResult(created, updated, failed, errors, sequence, durable);
    return new IngestResult(counts, options.key(), acknowledgedBatches, reconnects());
  }

  private long reconnects() {
    return Math.max(0, openings - 1);
  }
}
