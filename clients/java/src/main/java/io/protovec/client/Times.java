package io.protovec.client;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** Instants as the schema has them. */
final class Times {
  private Times() {}

  static Timestamp toProto(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static Instant fromProto(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
