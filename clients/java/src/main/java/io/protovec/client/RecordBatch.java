package io.protovec.client;

import java.util.List;

/**
 * Several records that were asked for by their ids.
 *
 * @param records those that exist, in the order of the request
 * @param missing ids that have no record
 */
public record RecordBatch(List<VectorRecord> records, List<String> missing) {
  /** Copies the lists. */
  public RecordBatch {
    records = List.copyOf(records);
    missing = List.copyOf(missing);
  }
}
