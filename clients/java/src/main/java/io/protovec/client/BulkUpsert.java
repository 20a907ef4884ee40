package io.protovec.client;

import io.protovec.v1.BatchUpsertRecordsRequest;
import io.protovec.v1.BatchUpsertRecordsResponse;
import io.protovec.v1.RecordResult;
import io.protovec.v1.RecordServiceGrpc;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a list of records with as many calls as their bytes require, one after the other, so that
 * of two records with one id the later one stays.
 */
final class BulkUpsert {
  private final Transport transport;
  private final String collection;
  private final WriteMode mode;
  private final CallSettings settings;
  private final List<RecordError> errors = new ArrayList<>();
  private long created;
  private long updated;
  private long failed;
  private long sequence;
  private boolean durable = true;

  BulkUpsert(Transport transport, String collection, WriteMode mode, CallSettings settings) {
    this.transport = transport;
    this.collection = collection;
    this.mode = mode;
    this.settings = settings;
  }

  LoadResult run(Iterable<VectorRecord> records) {
    RecordPacker packer = new RecordPacker();
    for (VectorRecord record : records) {
      if (packer.add(record)) write(packer);
    }
    if (!packer.isEmpty()) write(packer);
    return new LoadResult(created, updated, failed, errors, sequence, durable);
  }

  private void write(RecordPacker packer) {
    long first = packer.first();
    BatchUpsertRecordsRequest request =
        BatchUpsertRecordsRequest.newBuilder()
            .setCollection(collection)
            .setWriteMode(mode.toProto())
            .addAllRecords(packer.take())
            .build();
    try {
      var method = RecordServiceGrpc.getBatchUpsertRecordsMethod();
      count(transport.unary(method, request, settings), request.getRecordsCount(), first);
    } catch (ProtovecException error) {
      throw first == 0 ? error : partly(error, first);
    }
  }

  private void count(BatchUpsertRecordsResponse response, int sent, long first) {
    if (response.getResultsCount() != sent) {
      throw ProtovecException.internal(
          "The server sent " + response.getResultsCount() + " results for " + sent + " records");
    }
    for (RecordResult result : response.getResultsList()) {
      switch (result.getOutcome()) {
        case WRITE_OUTCOME_CREATED -> created++;
        case WRITE_OUTCOME_UPDATED -> updated++;
        default -> {
          failed++;
          if (errors.size() < LoadResult.ERRORS_MAX) {
            errors.add(RecordError.of(result.getError(), first));
          }
        }
      }
    }
    sequence = Math.max(sequence, response.getSequence());
    durable &= response.getDurable();
  }

  private static ProtovecException partly(ProtovecException error, long answered) {
    List<FieldViolation> violations =
        error.fieldViolations().stream()
            .map(
                it ->
                    new FieldViolation(RecordError.shifted(it.field(), answered), it.description()))
            .toList();
    String message = error.getMessage() + " (after " + answered + " records had been answered)";
    return error.with(message, violations);
  }
}
