package io.protovec.client;

import java.security.SecureRandom;
import java.util.UUID;

/** Makes UUIDs of version 7, which sort by the time that they were made at. */
public final class Uuid7 {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int COUNTER_BITS = 12;
  private static long last;

  private Uuid7() {}

  /**
   * A new one, greater than all that this process made before.
   *
   * @return in lower case
   */
  public static String next() {
    long stamp = stamp();
    long millis = stamp >>> COUNTER_BITS;
    long high = (millis << 16) | 0x7000L | (stamp & ((1 << COUNTER_BITS) - 1));
    long low = (RANDOM.nextLong() >>> 2) | (1L << 63);
    return new UUID(high, low).toString();
  }

  /** Milliseconds and a counter, which goes over into the milliseconds when it is full. */
  private static synchronized long stamp() {
    last = Math.max(last + 1, System.currentTimeMillis() << COUNTER_BITS);
    return last;
  }
}
