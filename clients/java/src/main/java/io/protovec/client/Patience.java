package io.protovec.client;

import io.grpc.Context;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How long a load is tried: streams that break are opened again after a while that grows, until
 * nothing was gained for too long.
 */
final class Patience {
  private static final long FIRST_DELAY_MILLIS = 50;

  /**
   * What is made of a stream that was cut, by gRPC or a proxy; a server gives reasons with them.
   */
  private static final Set<Status.Code> BROKEN =
      Set.of(Status.Code.CANCELLED, Status.Code.INTERNAL, Status.Code.UNKNOWN);

  private final long limitMillis;
  private long since = System.nanoTime();
  private int failures;

  /** What the last stream failed with, if nothing was gained since. */
  private ProtovecException last;

  Patience(long limitMillis) {
    this.limitMillis = limitMillis;
  }

  /** Milliseconds until it ends. */
  long leftMillis() {
    return limitMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
  }

  /** Nothing is amiss: it begins anew. */
  void renew() {
    since = System.nanoTime();
  }

  /** So long, the source of the records kept the load waiting, which is not the server's fault. */
  void excuse(long nanos) {
    since += nanos;
  }

  /** Something was gained: the next failure is the first. */
  void gained() {
    failures = 0;
    last = null;
    renew();
  }

  /** Waits until it is worth trying again; throws why it is not. */
  void after(ProtovecException error) {
    if (Context.current().isCancelled() || !mayPass(error)) throw error;
    last = error;
    if (leftMillis() <= 0) throw exhausted();
    failures += 1;
    long delay = Backoff.millis(failures, error.retryAfter(), FIRST_DELAY_MILLIS);
    Backoff.pause(Math.max(0, Math.min(delay, leftMillis())));
  }

  /** What a load fails with when patience has ended. */
  ProtovecException exhausted() {
    String message = "no batch was kept for " + limitMillis + " ms, so the load was given up";
    if (last == null) return ProtovecException.of(Status.Code.DEADLINE_EXCEEDED, message);
    return last.with(last.getMessage() + "; " + message, last.fieldViolations());
  }

  /** The server asks to come back, restarts or is not reached, or the connection broke. */
  private static boolean mayPass(ProtovecException error) {
    if (error.retryAfter().isPresent()) return true;
    if (error.code() == Status.Code.UNAVAILABLE) return !error.reason().equals("TLS_FAILED");
    // Without a reason of its own it is not the server's word.
    return BROKEN.contains(error.code()) && error.reason().equals(error.code().name());
  }
}
