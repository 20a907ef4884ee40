package io.protovec.client;

import io.protovec.v1.DiffSnapshotsRequest;
import io.protovec.v1.DiffSnapshotsResponse;
import io.protovec.v1.DifferenceSummary;
import io.protovec.v1.RecordDifference;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The differences of two sets of records, each record once, and then their counts. */
public final class SnapshotDiff implements CloseableIterator<RecordDifference> {
  private final AnswerIterator<DiffSnapshotsResponse, RecordDifference> differences;
  private DifferenceSummary summary;

  SnapshotDiff(StreamCall<DiffSnapshotsRequest, DiffSnapshotsResponse> call) {
    differences = new AnswerIterator<>(call, this::itemsOf);
  }

  private Iterator<RecordDifference> itemsOf(DiffSnapshotsResponse answer) {
    if (answer.hasSummary()) summary = answer.getSummary();
    return answer.getDifferencesList().iterator();
  }

  @Override
  public boolean hasNext() {
    return differences.hasNext();
  }

  @Override
  public RecordDifference next() throws NoSuchElementException {
    return differences.next();
  }

  /** The counts. Passes over the differences that were not read. */
  public DifferenceSummary summary() {
    while (hasNext()) next();
    if (summary != null) return summary;
    throw ProtovecException.internal("The server ended the call without a summary");
  }

  @Override
  public void close() {
    differences.close();
  }
}
