package io.protovec.client;

import io.protovec.v1.Filter;
import io.protovec.v1.IndexConfig;
import io.protovec.v1.RestoreSnapshotRequest;

/** How a snapshot is restored: {@code RestoreOptions.defaults().into("copy")}. */
public final class RestoreOptions {
  private static final RestoreOptions DEFAULTS =
      new RestoreOptions(RestoreSnapshotRequest.newBuilder());

  private final RestoreSnapshotRequest message;

  private RestoreOptions(RestoreSnapshotRequest.Builder message) {
    this.message = message.build();
  }

  /** All records, into the collection that the snapshot was taken of. */
  public static RestoreOptions defaults() {
    return DEFAULTS;
  }

  /** Into this collection, which is created when it is missing and else loses its content. */
  public RestoreOptions into(String collection) {
    return new RestoreOptions(message.toBuilder().setTargetCollection(collection));
  }

  /** The records of the snapshot that match; the others are checked all the same. */
  public RestoreOptions filter(Filter filter) {
    return new RestoreOptions(message.toBuilder().setFilter(filter));
  }

  /** Finds nearest neighbours so from then on. */
  public RestoreOptions index(IndexConfig index) {
    return new RestoreOptions(message.toBuilder().setIndexConfig(index));
  }

  RestoreSnapshotRequest of(String collection, String id) {
    return message.toBuilder().setCollection(collection).setSnapshotId(id).build();
  }
}
