package io.protovec.client;

import io.protovec.v1.ListRecordsRequest;
import io.protovec.v1.ListRecordsResponse;
import io.protovec.v1.RecordServiceGrpc;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Reads records page by page; the next page is asked for when the one before has been read. */
final class RecordPages implements Iterator<VectorRecord> {
  private final Transport transport;
  private final CallSettings settings;
  private final ListRecordsRequest.Builder request;
  private ListRecordsResponse page = ListRecordsResponse.getDefaultInstance();
  private int at;
  private boolean last;

  RecordPages(Transport transport, ListRecordsRequest.Builder request, CallSettings settings) {
    this.transport = transport;
    this.request = request;
    this.settings = settings;
  }

  @Override
  public boolean hasNext() {
    while (at == page.getRecordsCount() && !last) {
      var method = RecordServiceGrpc.getListRecordsMethod();
      page = transport.unary(method, request.build(), settings);
      at = 0;
      last = page.getNextPageToken().isEmpty();
      request.setPageToken(page.getNextPageToken());
    }
    return at < page.getRecordsCount();
  }

  @Override
  public VectorRecord next() {
    if (!hasNext()) throw new NoSuchElementException();
    return VectorRecord.fromProto(page.getRecords(at++));
  }
}
