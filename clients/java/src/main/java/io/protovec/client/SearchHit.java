package io.protovec.client;

import io.protovec.v1.SimilarityResult;

/**
 * One record that was found.
 *
 * @param record with the fields that were asked for
 * @param score higher is more similar
 * @param distance lower is more similar
 */
public record SearchHit(VectorRecord record, float score, float distance) {
  static SearchHit of(SimilarityResult message) {
    return new SearchHit(
        VectorRecord.fromProto(message.getRecord()),
        message.getSimilarityScore(),
        message.getDistance());
  }

  /** Id of the record. */
  public String id() {
    return record.id();
  }
}
