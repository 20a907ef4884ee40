package io.protovec.snapshot;

import java.util.Arrays;

/**
 * Pairs of a start and an end, in two growing arrays: a million records make no million objects.
 */
final class Slices {
  private int[] starts = new int[1024];
  private int[] ends = new int[1024];
  private int count;

  int count() {
    return count;
  }

  int start(int index) {
    return starts[index];
  }

  int end(int index) {
    return ends[index];
  }

  void add(int start, int end) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
      ends = Arrays.copyOf(ends, count * 2);
    }
    starts[count] = start;
    ends[count] = end;
    count += 1;
  }

  void clear() {
    count = 0;
  }
}
