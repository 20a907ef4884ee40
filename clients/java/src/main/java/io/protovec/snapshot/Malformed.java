package io.protovec.snapshot;

/** What is wrong with a snapshot. The reader adds the file and the offset. */
final class Malformed extends Exception {
  private static final long serialVersionUID = 1L;

  Malformed(String message) {
    super(message);
  }

  Malformed(String message, Throwable cause) {
    super(message, cause);
  }
}
