package io.protovec.client;

import io.protovec.v1.BatchInsertRequest;
import io.protovec.v1.BatchInsertResponse;
import io.protovec.v1.RecordServiceGrpc;
import java.util.Iterator;

/** Sends records over one stream, as fast as the server stores them, in bounded memory. */
final class BulkInsert {
  private final StreamCall<BatchInsertRequest, BatchInsertResponse> call;
  private final String collection;
  private final LoadOptions options;
  private final RecordPacker packer = new RecordPacker();
  private boolean begun;

  BulkInsert(Transport transport, String collection, LoadOptions options, CallSettings settings) {
    this.call = transport.open(RecordServiceGrpc.getBatchInsertMethod(), settings);
    this.collection = collection;
    this.options = options;
  }

  /** Sends all records and waits for the answer. What the source throws ends the call. */
  LoadResult run(Iterator<VectorRecord> source) {
    boolean answered = false;
    try {
      while (source.hasNext()) {
        if (packer.add(source.next()) && !send()) break;
      }
      // An empty load is sent, too, so that a missing collection is reported.
      if (!packer.isEmpty() || !begun) send();
      LoadResult result = resultOf(call.answer());
      answered = true;
      return result;
    } finally {
      if (!answered) call.cancel();
    }
  }

  private boolean send() {
    BatchInsertRequest.Builder request = BatchInsertRequest.newBuilder();
    if (!begun) request.setCollection(collection).setWriteMode(options.mode().toProto());
    begun = true;
    if (!call.sendWhenReady(request.addAllRecords(packer.take()).build())) return false;
    options.onProgress().accept(packer.first());
    return true;
  }

  private static LoadResult resultOf(BatchInsertResponse message) {
    return new LoadResult(
        message.getCreatedCount(),
        message.getUpdatedCount(),
        message.getFailedCount(),
        message.getErrorsList().stream().map(error -> RecordError.of(error, 0)).toList(),
        message.getSequence(),
        message.getDurable());
  }
}
