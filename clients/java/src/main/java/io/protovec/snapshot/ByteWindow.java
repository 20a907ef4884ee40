package io.protovec.snapshot;

import java.io.IOException;
import java.io.InputStream;

/**
 * A window of memory that slides over a stream of bytes. It grows only by bytes that are there, so
 * that a length which lies costs nothing.
 */
final class ByteWindow {
  private static final int READ_BYTES = 256 * 1024;

  private final InputStream input;
  private byte[] bytes = new byte[READ_BYTES];

  /** Offset in the stream of the first byte of the array. */
  private long origin;

  private int start;
  private int end;
  private boolean atEnd;

  ByteWindow(InputStream input) {
    this.input = input;
  }

  /** The array that holds the bytes; another one after {@link #more}. */
  byte[] bytes() {
    return bytes;
  }

  /** Where in the array the bytes begin that are kept. */
  int start() {
    return start;
  }

  /** Where they end. */
  int end() {
    return end;
  }

  /** Whether the stream has no more bytes than those at hand. */
  boolean atEnd() {
    return atEnd;
  }

  /** Offset in the stream of a place in the array. */
  long offset(int at) {
    return origin + at;
  }

  /** Lets go of so many bytes. */
  void release(int count) {
    start += count;
  }

  /** Gets more of the stream, or notices its end. What is kept may move. */
  void more() throws IOException {
    if (bytes.length - end < READ_BYTES) makeRoom();
    int count = input.read(bytes, end, READ_BYTES);
    if (count < 0) atEnd = true;
    else end += count;
  }

  private void makeRoom() {
    int kept = end - start;
    boolean fits = bytes.length - kept >= READ_BYTES && start >= kept;
    byte[] target = fits ? bytes : new byte[Math.max(bytes.length, 2 * kept + READ_BYTES)];
    System.arraycopy(bytes, start, target, 0, kept);
    origin += start;
    bytes = target;
    start = 0;
    end = kept;
  }
}
