package io.protovec.client;

import java.util.List;

/**
 * What a write of many records did.
 *
 * @param created records that were created
 * @param updated records that were replaced
 * @param failed records that were refused
 * @param errors the first 1,000 refusals
 * @param sequence log sequence of the last write; 0 when nothing was written
 * @param durable whether everything that is counted is on stable storage
 */
public record LoadResult(
    long created,
    long updated,
    long failed,
    List<RecordError> errors,
    long sequence,
    boolean durable) {
  /** Refusals that are told. */
  static final int ERRORS_MAX = 1_000;

  /** Copies the list. */
  public LoadResult {
    errors = List.copyOf(errors);
  }
}
