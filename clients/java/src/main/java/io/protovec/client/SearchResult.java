package io.protovec.client;

import io.protovec.v1.SearchMethod;
import io.protovec.v1.SearchResponse;
import java.util.List;

/**
 * What a search found.
 *
 * @param hits best first
 * @param exact whether every record that may be found was compared
 * @param candidateCount records whose exact distance was considered
 */
public record SearchResult(List<SearchHit> hits, boolean exact, long candidateCount) {
  /** Copies the list. */
  public SearchResult {
    hits = List.copyOf(hits);
  }

  static SearchResult of(SearchResponse message) {
    return new SearchResult(
        message.getResultsList().stream().map(SearchHit::of).toList(),
        message.getMethod() == SearchMethod.SEARCH_METHOD_EXACT,
        message.getCandidateCount());
  }
}
