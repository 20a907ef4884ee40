package io.protovec.client;

/** What a write does when the record exists, or does not. */
public enum WriteMode {
  /** Creates the record or replaces it whole. */
  UPSERT(io.protovec.v1.WriteMode.WRITE_MODE_UPSERT),
  /** Creates it; an existing one is refused with ALREADY_EXISTS. */
  INSERT(io.protovec.v1.WriteMode.WRITE_MODE_INSERT),
  /** Replaces it; a missing one is refused with NOT_FOUND, reason RECORD_NOT_FOUND. */
  UPDATE(io.protovec.v1.WriteMode.WRITE_MODE_UPDATE);

  private final io.protovec.v1.WriteMode message;

  WriteMode(io.protovec.v1.WriteMode message) {
    this.message = message;
  }

  io.protovec.v1.WriteMode toProto() {
    return message;
  }
}
