package io.protovec.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.protovec.client.Metric;
import io.protovec.client.ProtovecException;
import io.protovec.v1.IndexConfig;
import io.protovec.v1.StorageSnapshot;
import java.time.Instant;
import java.util.Optional;

/**
 * What a part of a snapshot says about its records.
 *
 * @param dimension length of every embedding
 * @param metric how vectors are compared
 * @param collection name of the collection; empty: unknown
 * @param embeddingModel name of the model; empty: unknown
 * @param createdAt the instant whose records these are; empty: unknown
 * @param logSequence log sequence that is included; 0: unknown
 * @param index how to rebuild the index; empty: the defaults
 */
public record SnapshotHeader(
    int dimension,
    Metric metric,
    String collection,
    String embeddingModel,
    Optional<Instant> createdAt,
    long logSequence,
    Optional<IndexConfig> index) {
  private static final int DIMENSION_MAX = 65_536;

  /** A header for {@link SnapshotWriter}, of records as they are now. */
  public static SnapshotHeader of(int dimension, Metric metric, String collection) {
    if (dimension < 1 || dimension > DIMENSION_MAX) {
      String what = "The dimension is " + dimension + "; it is from 1 to " + DIMENSION_MAX;
      throw ProtovecException.invalid("dimension", what);
    }
    return new SnapshotHeader(
        dimension, metric, collection, "", Optional.of(Instant.now()), 0, Optional.empty());
  }

  /** The header fields of a part, in the order in which they are written. */
  StorageSnapshot toProto() {
    StorageSnapshot.Builder message =
        StorageSnapshot.newBuilder()
            .setVersion(Format.WRITTEN_VERSION)
            .setDimension(dimension)
            .setCollection(collection)
            .setMetric(metric.toProto())
            .setEmbeddingModel(embeddingModel)
            .setLogSequence(logSequence);
    index.ifPresent(message::setIndexConfig);
    createdAt.ifPresent(
        it ->
            message.setCreatedAt(
                Timestamp.newBuilder().setSeconds(it.getEpochSecond()).setNanos(it.getNano())));
    return message.build();
  }

  /** Decodes header fields, given one after the other with their tags. */
  static SnapshotHeader decode(ByteString fields) throws Malformed {
    StorageSnapshot message;
    try {
      message = StorageSnapshot.parseFrom(fields);
    } catch (InvalidProtocolBufferException e) {
      throw new Malformed("the header cannot be decoded: " + e.getMessage(), e);
    }
    int dimension = message.getDimension();
    if (dimension < 1 || dimension > DIMENSION_MAX) {
      throw new Malformed(
          "dimension "
              + Integer.toUnsignedString(dimension)
              + ": one from 1 to "
              + DIMENSION_MAX
              + " must come before the records");
    }
    if (message.getMetric() == io.protovec.v1.Metric.UNRECOGNIZED) {
      throw new Malformed("unknown metric " + message.getMetricValue() + ": use a newer version");
    }
    return new SnapshotHeader(
        dimension,
        Metric.fromProto(message.getMetric()),
        message.getCollection(),
        message.getEmbeddingModel(),
        createdAt(message),
        message.getLogSequence(),
        message.hasIndexConfig() ? Optional.of(message.getIndexConfig()) : Optional.empty());
  }

  private static Optional<Instant> createdAt(StorageSnapshot message) throws Malformed {
    if (!message.hasCreatedAt()) return Optional.empty();
    var time = message.getCreatedAt();
    try {
      return Optional.of(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()));
    } catch (java.time.DateTimeException | ArithmeticException e) {
      throw new Malformed("created_at is no time", e);
    }
  }

  /** Why records of this part cannot join those of another, or null when they can. */
  String conflictWith(SnapshotHeader other) {
    if (dimension != other.dimension) {
      return "dimension " + dimension + " instead of " + other.dimension;
    }
    if (metric != other.metric) return "metric " + metric + " instead of " + other.metric;
    boolean sameModel =
        embeddingModel.isEmpty()
            || other.embeddingModel.isEmpty()
            || embeddingModel.equals(other.embeddingModel);
    if (sameModel) return null;
    return "embedding model " + embeddingModel + " instead of " + other.embeddingModel;
  }

  /** The same with a model, where it names none. */
  SnapshotHeader withModel(String model) {
    if (!embeddingModel.isEmpty()) return this;
    return new SnapshotHeader(dimension, metric, collection, model, createdAt, logSequence, index);
  }
}
