package io.protovec.client;

import java.util.ArrayList;
import java.util.List;

/**
 * The batches that were cut and not acknowledged, in their order. They stay until they are, so that
 * they can be sent again; when they are many bytes, no more are cut.
 */
final class IngestWindow {
  private static final long BYTES_MAX = 16L * 1024 * 1024;

  private final List<IngestBatch> batches = new ArrayList<>();

  /** How many of them were sent over the stream that is open. */
  private int sent;

  private long bytes;

  boolean isEmpty() {
    return batches.isEmpty();
  }

  /** Whether another batch may be cut. */
  boolean hasRoom() {
    return bytes < BYTES_MAX;
  }

  /** Whether there is a batch to send. */
  boolean hasNext() {
    return sent < batches.size();
  }

  /** The next batch to send. */
  IngestBatch next() {
    return batches.get(sent++);
  }

  /** The batch whose acknowledgement is due; null when none was sent. */
  IngestBatch due() {
    return sent > 0 ? batches.get(0) : null;
  }

  void add(IngestBatch batch) {
    batches.add(batch);
    bytes += batch.bytes();
  }

  /** Another stream begins: whatever is here is to be sent over it. */
  void rewind() {
    sent = 0;
  }

  /** The batches up to this number are kept, and not needed here any more. */
  void release(long lastNumber) {
    while (!batches.isEmpty() && batches.get(0).number() <= lastNumber) {
      bytes -= batches.remove(0).bytes();
      sent = Math.max(0, sent - 1);
    }
  }

  /** All of them. */
  List<IngestBatch> batches() {
    return batches;
  }
}
