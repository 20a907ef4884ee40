package io.protovec.client;

import com.google.protobuf.FieldMask;
import io.protovec.v1.Filter;
import io.protovec.v1.SearchRequest;
import io.protovec.v1.Vector;
import java.util.Arrays;

/**
 * What is searched for: {@code SearchQuery.vector(0.1f, 0.9f).limit(5).filter(filter)}. Immutable.
 */
public final class SearchQuery {
  private final SearchRequest message;

  private SearchQuery(SearchRequest.Builder message) {
    this.message = message.build();
  }

  /** The records nearest to a vector, which has as many values as the collection has dimensions. */
  public static SearchQuery vector(float... values) {
    Vector.Builder vector = Vector.newBuilder();
    for (float value : values) vector.addValues(value);
    return new SearchQuery(SearchRequest.newBuilder().setVector(vector));
  }

  /** The records nearest to a stored one, which is itself left out. */
  public static SearchQuery recordId(String id) {
    return new SearchQuery(SearchRequest.newBuilder().setRecordId(id));
  }

  /** The records nearest to a text, which the collection's embedder makes a vector. */
  public static SearchQuery content(String text) {
    return new SearchQuery(SearchRequest.newBuilder().setContent(Texts.checked(text, "content")));
  }

  /** From the schema; its collection is not looked at. */
  public static SearchQuery fromProto(SearchRequest message) {
    return new SearchQuery(message.toBuilder().clearCollection());
  }

  /** Finds at most so many records, from 1 to 10,000. Default: 10. */
  public SearchQuery limit(int limit) {
    return new SearchQuery(message.toBuilder().setLimit(limit));
  }

  /** Finds records with at least this score. */
  public SearchQuery threshold(float score) {
    return new SearchQuery(message.toBuilder().setThreshold(score));
  }

  /** Finds records that match. */
  public SearchQuery filter(Filter filter) {
    return new SearchQuery(message.toBuilder().setFilter(filter));
  }

  /**
   * Fields that come with each record, such as {@code content}; the id always comes. Default: all
   * but the embedding; {@code *}: all.
   */
  public SearchQuery fields(String... paths) {
    FieldMask mask = FieldMask.newBuilder().addAllPaths(Arrays.asList(paths)).build();
    return new SearchQuery(message.toBuilder().setHitMask(mask));
  }

  /** Compares with every record instead of asking the index. */
  public SearchQuery exact() {
    return new SearchQuery(message.toBuilder().setExact(true));
  }

  /** Asks the graph for so many candidates, from 1 to 10,000. Default: the collection's. */
  public SearchQuery efSearch(int candidates) {
    return new SearchQuery(message.toBuilder().setEfSearch(candidates));
  }

  /** Says which model made the vector: refused when the collection's is another one. */
  public SearchQuery embeddingModel(String model) {
    return new SearchQuery(message.toBuilder().setEmbeddingModel(model));
  }

  /** As the schema has it, without a collection. */
  public SearchRequest toProto() {
    return message;
  }

  SearchRequest of(String collection) {
    return message.toBuilder().setCollection(collection).build();
  }
}
