package io.protovec.client;

import io.grpc.Status;
import io.protovec.v1.IngestRecordsRequest;
import io.protovec.v1.IngestRecordsResponse;
import io.protovec.v1.RecordServiceGrpc;
import java.util.Iterator;
import java.util.List;

/**
 * A load that survives broken connections and restarts of the server. One thread takes records from
 * the source, cuts batches, sends them and counts what is acknowledged.
 *
 * <p>Invariants: the source is not touched before the load is open; no batch is sent over a stream
 * before the server has told what it keeps; none is forgotten before it is kept.
 */
final class Ingest {
  private final Transport transport;
  private final String collection;
  private final IngestOptions options;
  private final CallSettings settings;
  private final IngestLoad load;
  private final Patience patience;

  // The stream that is open.
  private StreamCall<IngestRecordsRequest, IngestRecordsResponse> call;
  private boolean opened;
  private boolean paused;
  private boolean closing;

  Ingest(
      Transport transport,
      String collection,
      Iterator<VectorRecord> source,
      IngestOptions options,
      CallSettings settings) {
    this.transport = transport;
    this.collection = collection;
    this.options = options.named();
    this.settings = settings;
    this.load = new IngestLoad(this.options, source);
    this.patience = new Patience(this.options.giveUpAfter().toMillis());
  }

  IngestResult run() {
    try {
      while (true) {
        ProtovecException error = runStream();
        if (error == null) return load.tally.result();
        patience.after(error);
        transport.connectAgain();
      }
    } catch (ProtovecException error) {
      if (load.isFromSource(error)) throw error;
      throw new IngestException(error, load.tally.result());
    }
  }

  /**
   * Opens the load and sends until everything is acknowledged, then returns null, or until the
   * stream ends, then returns why. Throws what is wrong on this side, or with answers.
   */
  private ProtovecException runStream() {
    call = transport.open(RecordServiceGrpc.getIngestRecordsMethod(), settings);
    opened = false;
    paused = false;
    closing = false;
    boolean complete = false;
    try {
      load.window.rewind();
      call.send(opening());
      while (true) {
        boolean ended = call.hasEnded();
        ProtovecException ending = receive();
        if (ending != null) return ending;
        complete = load.isComplete();
        if (complete) return null;
        if (ended) return inSource(call.failure() == null ? cutShort() : call.failure());
        advance();
      }
    } finally {
      if (complete) call.halfClose();
      else call.cancel();
    }
  }

  /** Sends a batch, cuts one, or waits until something changes. */
  private void advance() {
    if (opened && !paused && !closing && load.window.hasNext() && call.isReady()) {
      IngestBatch batch = load.window.next();
      call.send(batch.request());
      load.tally.sent(batch);
      report();
    } else if (opened && !closing && load.wantsMore()) {
      long began = System.nanoTime();
      load.cut();
      patience.excuse(System.nanoTime() - began);
    } else if (paused) {
      call.await(0);
      patience.renew();
    } else {
      long left = patience.leftMillis();
      if (left <= 0) throw patience.exhausted();
      call.await(left);
    }
  }

  private IngestRecordsRequest opening() {
    IngestRecordsRequest.Builder request =
        IngestRecordsRequest.newBuilder().setCollection(collection);
    long known = load.tally.acknowledgedBatches();
    return request.setOpen(options.open().setAcknowledgedNumber(known)).build();
  }

  /** Takes all answers that are here. Returns why the stream is of no more use, if it is not. */
  private ProtovecException receive() {
    for (IngestRecordsResponse it = call.poll(); it != null; it = call.poll()) {
      switch (it.getMessageCase()) {
        case OPENED -> {
          if (load.opened(it.getOpened())) patience.gained();
          opened = true;
        }
        case ACK -> {
          // Its counts are not in this answer, but in the one that opens the load again.
          if (it.getAck().getRepeated()) {
            return unavailable("A batch was kept before it was sent");
          }
          load.acknowledge(it.getAck());
          patience.gained();
        }
        case PAUSE -> paused = true;
        case RESUME -> paused = false;
        case CLOSING -> closing = true;
        case MESSAGE_NOT_SET -> {
          continue; // Of a newer server.
        }
      }
      report();
    }
    return null;
  }

  private void report() {
    options.onProgress().accept(load.tally.progress(paused));
  }

  private ProtovecException cutShort() {
    return unavailable(
        closing
            ? "The server ends and takes no more batches"
            : "The server ended the stream before it had acknowledged everything");
  }

  private static ProtovecException unavailable(String message) {
    return ProtovecException.of(Status.Code.UNAVAILABLE, message);
  }

  /**
   * The error with places in the source instead of those in the batch, which is the one that is
   * due: what was sent before it is acknowledged before a stream ends.
   */
  private ProtovecException inSource(ProtovecException error) {
    IngestBatch batch = load.window.due();
    if (batch == null || error.fieldViolations().isEmpty()) return error;
    if (!error.fieldViolations().get(0).field().startsWith("batch.records[")) return error;
    List<FieldViolation> violations =
        error.fieldViolations().stream()
            .map(
                it ->
                    new FieldViolation(
                        RecordError.shifted(it.field(), batch.first()), it.description()))
            .toList();
    return error.with(error.getMessage(), violations);
  }
}
