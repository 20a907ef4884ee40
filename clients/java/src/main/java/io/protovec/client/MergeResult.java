package io.protovec.client;

import io.protovec.v1.MergeConflict;
import java.util.List;

/**
 * What a merge did, or would do.
 *
 * @param created records that were added
 * @param replaced existing records that were replaced
 * @param skipped records that were left out because the existing one was kept
 * @param conflicts some of the records whose ids existed, at most 100, as the schema has them
 * @param sequence log sequence of the merge; 0: a dry run
 * @param durable whether it is on stable storage
 */
public record MergeResult(
    long created,
    long replaced,
    long skipped,
    List<MergeConflict> conflicts,
    long sequence,
    boolean durable) {
  static MergeResult of(io.protovec.v1.MergeResult message) {
    return new MergeResult(
        message.getCreatedCount(),
        message.getReplacedCount(),
        message.getSkippedCount(),
        message.getConflictsList(),
        message.getSequence(),
        message.getDurable());
  }
}
