package io.protovec.client;

import io.protovec.v1.UpsertRecordResponse;
import io.protovec.v1.WriteOutcome;
import java.time.Instant;

/**
 * What the write of one record did.
 *
 * @param id the record's id
 * @param created whether it was created; else it was replaced
 * @param sequence log sequence of the write: the record's revision
 * @param durable whether the write is on stable storage
 * @param updateTime when it was written
 */
public record WriteResult(
    String id, boolean created, long sequence, boolean durable, Instant updateTime) {
  static WriteResult of(UpsertRecordResponse message) {
    return new WriteResult(
        message.getId(),
        message.getOutcome() == WriteOutcome.WRITE_OUTCOME_CREATED,
        message.getSequence(),
        message.getDurable(),
        Times.fromProto(message.getUpdateTime()));
  }
}
