package io.protovec.client;

/** How two vectors are compared. */
public enum Metric {
  /** Score: cosine of the angle. Distance: 1 - cosine. */
  COSINE(io.protovec.v1.Metric.METRIC_COSINE),
  /** Score: dot product. Distance: its negative. */
  DOT(io.protovec.v1.Metric.METRIC_DOT),
  /** Distance: Euclidean, not squared. Score: its negative. */
  EUCLIDEAN(io.protovec.v1.Metric.METRIC_EUCLIDEAN);

  private final io.protovec.v1.Metric message;

  Metric(io.protovec.v1.Metric message) {
    this.message = message;
  }

  /**
   * As the schema has it.
   *
   * @return the generated value
   */
  public io.protovec.v1.Metric toProto() {
    return message;
  }

  /**
   * From the schema.
   *
   * @param message the generated value; unset is cosine
   * @return the metric
   * @throws ProtovecException UNIMPLEMENTED for one that this version does not know
   */
  public static Metric fromProto(io.protovec.v1.Metric message) {
    return switch (message) {
      case METRIC_UNSPECIFIED, METRIC_COSINE -> COSINE;
      case METRIC_DOT -> DOT;
      case METRIC_EUCLIDEAN -> EUCLIDEAN;
      case UNRECOGNIZED ->
          throw ProtovecException.of(
              io.grpc.Status.Code.UNIMPLEMENTED,
              "A metric that this client does not know; upgrade protovec-client");
    };
  }
}
