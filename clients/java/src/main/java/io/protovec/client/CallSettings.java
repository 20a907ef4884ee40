package io.protovec.client;

import io.grpc.CallOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long calls may take.
 *
 * @param timeout null: 30 seconds for calls of one answer, without end for streams; zero: without
 *     end
 */
record CallSettings(Duration timeout) {
  static final CallSettings DEFAULT = new CallSettings(null);

  private static final Duration UNARY = Duration.ofSeconds(30);

  static CallSettings within(Duration timeout) {
    if (timeout == null || timeout.isNegative()) {
      throw ProtovecException.invalid(
          "timeout", "timeout is " + timeout + "; it is a duration, zero for none");
    }
    return new CallSettings(timeout);
  }

  CallOptions forUnary() {
    return options(timeout == null ? UNARY : timeout);
  }

  CallOptions forStream() {
    return options(timeout == null ? Duration.ZERO : timeout);
  }

  private static CallOptions options(Duration timeout) {
    if (timeout.isZero()) return CallOptions.DEFAULT;
    long nanos;
    try {
      nanos = timeout.toNanos();
    } catch (ArithmeticException e) {
      return CallOptions.DEFAULT; // Three centuries are no deadline.
    }
    return CallOptions.DEFAULT.withDeadlineAfter(nanos, TimeUnit.NANOSECONDS);
  }
}
