package io.protovec.client;

import io.protovec.v1.CreateSnapshotRequest;
import io.protovec.v1.Filter;
import io.protovec.v1.SnapshotFormat;

/** How a snapshot is taken: {@code SnapshotOptions.defaults().compressed(true).filter(filter)}. */
public final class SnapshotOptions {
  private static final SnapshotOptions DEFAULTS =
      new SnapshotOptions(CreateSnapshotRequest.newBuilder());

  private final CreateSnapshotRequest message;

  private SnapshotOptions(CreateSnapshotRequest.Builder message) {
    this.message = message.build();
  }

  /** All records, written as the collection is configured. */
  public static SnapshotOptions defaults() {
    return DEFAULTS;
  }

  /** Written in protobuf, which {@link io.protovec.snapshot.SnapshotReader} reads. */
  public SnapshotOptions binary() {
    return new SnapshotOptions(
        message.toBuilder().setFormat(SnapshotFormat.SNAPSHOT_FORMAT_BINARY));
  }

  /** Written as JSON, for people. */
  public SnapshotOptions json() {
    return new SnapshotOptions(message.toBuilder().setFormat(SnapshotFormat.SNAPSHOT_FORMAT_JSON));
  }

  /** Compressed or not; only binary ones can be. Floats hardly compress, texts do. */
  public SnapshotOptions compressed(boolean compressed) {
    return new SnapshotOptions(message.toBuilder().setCompressionEnabled(compressed));
  }

  /** The records that match when it is taken. */
  public SnapshotOptions filter(Filter filter) {
    return new SnapshotOptions(message.toBuilder().setFilter(filter));
  }

  CreateSnapshotRequest of(String collection) {
    return message.toBuilder().setCollection(collection).build();
  }
}
