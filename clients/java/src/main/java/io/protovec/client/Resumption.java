package io.protovec.client;

import io.grpc.Status;

/**
 * Goes on with transfers that broke off. A transfer is tried again as long as it gets ahead: after
 * so many failures in a row without another byte the last one is reported.
 */
final class Resumption {
  private static final int FAILURES_MAX = 8;
  private static final long FIRST_DELAY_MILLIS = 250;

  private final Transport transport;
  private int failures;
  private long furthest = -1;

  Resumption(Transport transport) {
    this.transport = transport;
  }

  /** Waits until it is worth trying again; throws the error when it is not. */
  void after(ProtovecException error, long reached) {
    if (!mayPass(error)) throw error;
    if (reached > furthest) failures = 0;
    furthest = Math.max(furthest, reached);
    failures += 1;
    if (failures >= FAILURES_MAX) throw error;
    Backoff.pause(Backoff.millis(failures, error.retryAfter(), FIRST_DELAY_MILLIS));
    transport.connectAgain();
  }

  /** The connection broke, the server restarts, or it has not noticed that the last try ended. */
  private static boolean mayPass(ProtovecException error) {
    if (error.reason().equals("TLS_FAILED")) return false;
    return error.code() == Status.Code.UNAVAILABLE
        || (error.reason().equals("OVERLOADED") && error.retryAfter().isPresent());
  }
}
