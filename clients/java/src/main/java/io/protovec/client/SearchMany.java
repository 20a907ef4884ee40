package io.protovec.client;

import io.protovec.v1.BatchSearchRequest;
import io.protovec.v1.BatchSearchResponse;
import io.protovec.v1.SearchRequest;
import io.protovec.v1.SearchServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Searches with as many calls as bytes and counts require, one after the other. A call whose answer
 * would be too large is divided.
 */
final class SearchMany {
  /** Enough to share a round trip; with so many, answers of 1 KiB a hit fit as a rule. */
  private static final int CALL_SEARCHES = 250;

  private static final int CALL_BYTES = 1024 * 1024;
  private static final Pattern PLACE = Pattern.compile("^searches\\[(\\d+)]");

  private final Transport transport;
  private final String collection;
  private final CallSettings settings;

  SearchMany(Transport transport, String collection, CallSettings settings) {
    this.transport = transport;
    this.collection = collection;
    this.settings = settings;
  }

  List<SearchResult> run(List<SearchQuery> queries) {
    List<SearchResult> results = new ArrayList<>(queries.size());
    int most = CALL_SEARCHES;
    while (results.size() < queries.size()) {
      int start = results.size();
      List<SearchRequest> searches = pack(queries, start, most);
      try {
        search(searches).getResponsesList().forEach(it -> results.add(SearchResult.of(it)));
      } catch (ProtovecException error) {
        boolean tooLarge = error.reason().equals("RESPONSE_TOO_LARGE");
        if (searches.size() == 1 || !tooLarge) throw moved(error, start);
        most = (searches.size() + 1) / 2;
      }
    }
    return results;
  }

  private static List<SearchRequest> pack(List<SearchQuery> queries, int start, int most) {
    List<SearchRequest> searches = new ArrayList<>();
    long bytes = 0;
    int end = Math.min(queries.size(), start + most);
    for (int i = start; i < end && bytes < CALL_BYTES; i++) {
      SearchRequest search = queries.get(i).toProto();
      searches.add(search);
      bytes += search.getSerializedSize();
    }
    return searches;
  }

  private BatchSearchResponse search(List<SearchRequest> searches) {
    BatchSearchRequest request =
        BatchSearchRequest.newBuilder().setCollection(collection).addAllSearches(searches).build();
    BatchSearchResponse response =
        transport.unary(SearchServiceGrpc.getBatchSearchMethod(), request, settings);
    if (response.getResponsesCount() == searches.size()) return response;
    throw ProtovecException.internal(
        "The server sent "
            + response.getResponsesCount()
            + " results for "
            + searches.size()
            + " searches");
  }

  /** The error with its paths counted from the first of all searches. */
  private static ProtovecException moved(ProtovecException error, int start) {
    if (start == 0) return error;
    List<FieldViolation> violations =
        error.fieldViolations().stream()
            .map(it -> new FieldViolation(shifted(it.field(), start), it.description()))
            .toList();
    return error.with(error.getMessage(), violations);
  }

  private static String shifted(String field, int start) {
    Matcher place = PLACE.matcher(field);
    if (!place.find()) return field;
    int index = Integer.parseInt(place.group(1)) + start;
    return "searches[" + index + "]" + field.substring(place.end());
  }
}
