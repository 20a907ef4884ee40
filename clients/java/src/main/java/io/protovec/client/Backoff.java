package io.protovec.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before something that failed is tried again, and the waiting. */
final class Backoff {
  private static final long LONGEST_MILLIS = 4_000;

  private Backoff() {}

  /**
   * Milliseconds to wait after so many failures in a row: twice as long each time, and a random
   * part more, so that many clients of one server do not come back together.
   */
  static long millis(int failures, Optional<Duration> retryAfter, long firstMillis) {
    long delay =
        retryAfter
            .map(Duration::toMillis)
            .orElse(Math.min(LONGEST_MILLIS, firstMillis << Math.min(failures - 1, 20)));
    return delay + (long) (delay * ThreadLocalRandom.current().nextDouble() / 2);
  }

  /** Waits. CANCELLED when the thread is interrupted. */
  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw ProtovecException.interrupted(e);
    }
  }
}
