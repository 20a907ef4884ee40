package io.protovec.client;

import io.protovec.v1.Collection;
import io.protovec.v1.CollectionState;
import java.time.Instant;

/**
 * What a collection is and holds.
 *
 * @param name its name
 * @param dimension length of every embedding
 * @param metric how vectors are compared
 * @param embeddingModel name of the model that made the embeddings; empty: unknown
 * @param recordCount records that it holds
 * @param sequence log sequence that it has reached; 0: nothing was ever written
 * @param createTime when it was created
 * @param serving false: a file of it is damaged, and calls get DATA_LOSS
 * @param details everything that the server tells, as the schema has it
 */
public record CollectionInfo(
    String name,
    int dimension,
    Metric metric,
    String embeddingModel,
    long recordCount,
    long sequence,
    Instant createTime,
    boolean serving,
    Collection details) {
  static CollectionInfo of(Collection message) {
    return new CollectionInfo(
        message.getName(),
        message.getConfig().getDimension(),
        Metric.fromProto(message.getConfig().getMetric()),
        message.getConfig().getEmbeddingModel(),
        message.getRecordCount(),
        message.getSequence(),
        Times.fromProto(message.getCreateTime()),
        message.getState() == CollectionState.COLLECTION_STATE_SERVING,
        message);
  }
}
