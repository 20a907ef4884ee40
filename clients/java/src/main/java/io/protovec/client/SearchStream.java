package io.protovec.client;

import io.grpc.Status;
import io.protovec.client.ProtovecException.Details;
import io.protovec.v1.SearchError;
import io.protovec.v1.SearchServiceGrpc;
import io.protovec.v1.SearchStreamRequest;
import io.protovec.v1.SearchStreamResponse;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Searches over one stream. Queries are taken on the thread that reads the answers, so many that
 * the stream is never idle.
 */
final class SearchStream implements CloseableIterator<SearchAnswer> {
  /** Queries that were taken and not answered. */
  private static final int OPEN_MAX = 256;

  /** Queries are taken again at this number, so that many travel together. */
  private static final int OPEN_LOW = 128;

  private final StreamCall<SearchStreamRequest, SearchStreamResponse> call;
  private final String collection;
  private final Iterator<SearchQuery> queries;
  private final Map<Long, SearchQuery> sent = new HashMap<>();
  private long lastId;
  private boolean filling = true;
  private boolean fed;
  private boolean over;
  private SearchAnswer next;

  SearchStream(
      Transport transport,
      String collection,
      Iterator<SearchQuery> queries,
      CallSettings settings) {
    this.call = transport.open(SearchServiceGrpc.getSearchStreamMethod(), settings);
    this.collection = collection;
    this.queries = queries;
  }

  @Override
  public boolean hasNext() {
    boolean failed = true;
    try {
      while (next == null && !over) advance();
      failed = false;
    } finally {
      if (failed) close();
    }
    return next != null;
  }

  @Override
  public SearchAnswer next() {
    if (!hasNext()) throw new NoSuchElementException();
    SearchAnswer answer = next;
    next = null;
    return answer;
  }

  @Override
  public void close() {
    over = true;
    next = null;
    call.cancel();
  }

  /** Takes one step: sends queries, receives an answer, notices the end, or waits. */
  private void advance() {
    fill();
    boolean ended = call.hasEnded();
    SearchStreamResponse answer = call.poll();
    if (answer != null) {
      next = answerOf(answer);
    } else if (fed && sent.isEmpty()) {
      close();
    } else if (!ended) {
      call.await(0);
    } else {
      if (call.failure() != null) throw call.failure();
      throw ProtovecException.internal("The server ended the stream before it was complete");
    }
  }

  private void fill() {
    if (sent.size() <= OPEN_LOW) filling = true;
    while (filling && !fed && call.isReady() && !call.hasEnded()) {
      if (!queries.hasNext()) {
        fed = true;
        call.halfClose();
        return;
      }
      send(queries.next());
      filling = sent.size() < OPEN_MAX;
    }
  }

  private void send(SearchQuery query) {
    SearchStreamRequest.Builder request = SearchStreamRequest.newBuilder();
    if (lastId == 0) request.setCollection(collection);
    lastId += 1;
    call.send(request.setRequestId(lastId).setSearch(query.toProto()).build());
    sent.put(lastId, query);
  }

  private SearchAnswer answerOf(SearchStreamResponse answer) {
    SearchQuery query = sent.remove(answer.getRequestId());
    if (query == null) {
      throw ProtovecException.internal(
          "The server answered request " + answer.getRequestId() + ", which is not under way");
    }
    return switch (answer.getOutcomeCase()) {
      case RESPONSE -> new SearchAnswer(query, SearchResult.of(answer.getResponse()), null);
      case ERROR -> new SearchAnswer(query, null, errorOf(answer.getError()));
      case OUTCOME_NOT_SET ->
          throw ProtovecException.of(
              Status.Code.UNIMPLEMENTED,
              "An answer of a kind that this client does not know; upgrade protovec-client");
    };
  }

  private static ProtovecException errorOf(SearchError error) {
    List<FieldViolation> violations =
        error.getField().isEmpty()
            ? List.of()
            : List.of(new FieldViolation(error.getField(), error.getMessage()));
    Details details = new Details(error.getReason(), violations, null, Map.of());
    Status.Code code = Status.fromCodeValue(error.getCode()).getCode();
    return new ProtovecException(code, error.getMessage(), details, null);
  }
}
