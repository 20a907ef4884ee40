package io.protovec.client;

import io.grpc.Status;
import io.protovec.client.ProtovecException.Details;
import io.protovec.v1.IngestAck;
import io.protovec.v1.IngestOpened;
import io.protovec.v1.IngestRecordsRequest;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What is known of a load, whatever stream is open: the batches that wait to be kept, the counts,
 * whether the source is whole.
 */
final class IngestLoad {
  private final IngestOptions options;
  private final Iterator<VectorRecord> source;
  private final RecordPacker packer = new RecordPacker();
  final IngestWindow window = new IngestWindow();
  final IngestTally tally;

  private long lastNumber;
  private long lastEnd;

  /** What the server kept when the last stream was opened. */
  private long keptBatches;

  private long keptRecords;
  private boolean whole;

  /** What the source threw. */
  private RuntimeException sourceFailure;

  IngestLoad(IngestOptions options, Iterator<VectorRecord> source) {
    this.options = options;
    this.source = source;
    this.tally = new IngestTally(options);
  }

  /** Whether everything is acknowledged. */
  boolean isComplete() {
    return whole && window.isEmpty();
  }

  /** Whether another batch may be cut. */
  boolean wantsMore() {
    return !whole && window.hasRoom();
  }

  /** Whether this was thrown by the source. */
  boolean isFromSource(RuntimeException error) {
    return error == sourceFailure;
  }

  /** Takes records until they fill a batch, or there are none left. */
  void cut() {
    while (hasNext()) {
      if (!packer.add(nextRecord())) continue;
      queue();
      return;
    }
    if (!packer.isEmpty()) queue();
    if (lastNumber < keptBatches || (lastNumber == keptBatches && lastEnd != keptRecords)) {
      throw otherSource();
    }
    whole = true;
  }

  /** A stream was opened. Returns whether more is kept than was known. */
  boolean opened(IngestOpened opened) {
    long last = opened.getLastNumber();
    long known = tally.acknowledgedBatches();
    if (last < known) {
      throw broken("it keeps batches up to " + last + ", and acknowledged " + known + " before");
    }
    boolean isNew = !tally.isOpened() || last > known;
    tally.opened(opened);
    keptBatches = last;
    keptRecords = tally.acknowledged();
    window.batches().forEach(this::verify);
    window.release(last);
    return isNew;
  }

  /** The batch that is due is kept. */
  void acknowledge(IngestAck ack) {
    IngestBatch batch = window.due();
    if (batch == null || batch.number() != ack.getNumber()) {
      String due = batch == null ? "none is" : batch.number() + " is";
      throw broken("it acknowledged batch " + ack.getNumber() + ", and " + due + " due");
    }
    tally.acknowledge(batch, ack);
    window.release(batch.number());
  }

  private boolean hasNext() {
    try {
      return source.hasNext();
    } catch (RuntimeException error) {
      sourceFailure = error;
      throw error;
    }
  }

  private VectorRecord nextRecord() {
    try {
      return source.next();
    } catch (RuntimeException error) {
      sourceFailure = error;
      throw error;
    }
  }

  private void queue() {
    long first = packer.first();
    long bytes = packer.bytes();
    IngestRecordsRequest.Builder request = IngestRecordsRequest.newBuilder();
    lastNumber += 1;
    request.getBatchBuilder().setNumber(lastNumber).addAllRecords(packer.take());
    lastEnd = packer.first();
    IngestBatch batch = new IngestBatch(lastNumber, first, lastEnd, bytes, request.build());
    verify(batch);
    if (batch.number() > tally.acknowledgedBatches()) window.add(batch);
  }

  /**
   * Compares where a batch ends with how many records the server counted: the batches that it keeps
   * came from this source, or from another under the same key. Only the batch after them may be
   * kept in part, where the server makes the embeddings.
   */
  private void verify(IngestBatch batch) {
    boolean fits =
        batch.number() <= keptBatches
            ? batch.end() <= keptRecords
            : batch.number() > keptBatches + 1
                || (batch.first() <= keptRecords && keptRecords < batch.end());
    if (!fits) throw otherSource();
  }

  private ProtovecException otherSource() {
    String message =
        "the load \""
            + options.key()
            + "\" has "
            + keptRecords
            + " records in "
            + keptBatches
            + " batches, which are not the first ones of this source; give the same records in the"
            + " same order, or begin a new load under another key";
    List<FieldViolation> violations = List.of(new FieldViolation("open.idempotency_key", message));
    Details details = new Details("INGEST_SOURCE_CHANGED", violations, null, Map.of());
    return new ProtovecException(Status.Code.FAILED_PRECONDITION, message, details, null);
  }

  private static ProtovecException broken(String what) {
    return ProtovecException.internal("The server breaks the rules of a load: " + what);
  }
}
