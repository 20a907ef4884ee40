package io.protovec.client;

import java.util.Optional;

/** What came of one search of a stream: a result, or why there is none. */
public final class SearchAnswer {
  private final SearchQuery query;
  private final SearchResult result;
  private final ProtovecException error;

  SearchAnswer(SearchQuery query, SearchResult result, ProtovecException error) {
    this.query = query;
    this.result = result;
    this.error = error;
  }

  /** The query, the same object that was given. */
  public SearchQuery query() {
    return query;
  }

  /**
   * What it found.
   *
   * @throws ProtovecException the error, if there is one
   */
  public SearchResult result() {
    if (error != null) throw error;
    return result;
  }

  /** Why there is no result; empty when there is one. */
  public Optional<ProtovecException> error() {
    return Optional.ofNullable(error);
  }
}
