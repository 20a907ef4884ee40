package io.protovec.client;

import io.protovec.v1.BuiltinEmbedder;
import io.protovec.v1.CollectionConfig;
import io.protovec.v1.EmbedderConfig;
import io.protovec.v1.IndexConfig;
import io.protovec.v1.OpenAiCompatibleEmbedder;
import io.protovec.v1.PersistenceConfig;

/** What a new collection is to be: {@code CollectionOptions.dimension(384).metric(Metric.DOT)}. */
public final class CollectionOptions {
  private final CollectionConfig message;

  private CollectionOptions(CollectionConfig message) {
    this.message = message;
  }

  /**
   * The server's defaults: 384 dimensions, cosine.
   *
   * @return options to add to
   */
  public static CollectionOptions defaults() {
    return new CollectionOptions(CollectionConfig.getDefaultInstance());
  }

  /**
   * Embeddings of this length, compared by cosine.
   *
   * @param length from 1 to 65,536
   * @return options to add to
   */
  public static CollectionOptions dimension(int length) {
    return new CollectionOptions(CollectionConfig.newBuilder().setDimension(length).build());
  }

  /**
   * Embeddings of 384 values that the server makes of texts without a model: finds shared words and
   * spelling.
   *
   * @return options to add to
   */
  public static CollectionOptions builtinEmbedder() {
    return defaults()
        .embedder(
            EmbedderConfig.newBuilder().setBuiltin(BuiltinEmbedder.getDefaultInstance()).build());
  }

  /**
   * Embeddings that the service which the server's operator has set up makes of texts.
   *
   * @param model as the service knows it
   * @param length of the embeddings of that model
   * @return options to add to
   */
  public static CollectionOptions openAiEmbedder(String model, int length) {
    var openAi = OpenAiCompatibleEmbedder.newBuilder().setModel(model);
    return dimension(length)
        .embedder(EmbedderConfig.newBuilder().setOpenaiCompatible(openAi).build());
  }

  /**
   * Compares vectors so.
   *
   * @param metric default: cosine
   * @return new options
   */
  public CollectionOptions metric(Metric metric) {
    return new CollectionOptions(message.toBuilder().setMetric(metric.toProto()).build());
  }

  /**
   * Says which model makes the embeddings, so that merges of those of another are refused.
   *
   * @param model at most 255 bytes
   * @return new options
   */
  public CollectionOptions embeddingModel(String model) {
    return new CollectionOptions(message.toBuilder().setEmbeddingModel(model).build());
  }

  /**
   * Makes vectors of texts so.
   *
   * @param embedder as the schema has it
   * @return new options
   */
  public CollectionOptions embedder(EmbedderConfig embedder) {
    return new CollectionOptions(message.toBuilder().setEmbedder(embedder).build());
  }

  /**
   * Finds nearest neighbours so.
   *
   * @param index as the schema has it
   * @return new options
   */
  public CollectionOptions index(IndexConfig index) {
    return new CollectionOptions(message.toBuilder().setIndex(index).build());
  }

  /**
   * Saves so.
   *
   * @param persistence as the schema has it
   * @return new options
   */
  public CollectionOptions persistence(PersistenceConfig persistence) {
    return new CollectionOptions(message.toBuilder().setPersistence(persistence).build());
  }

  CollectionConfig toProto() {
    return message;
  }
}
