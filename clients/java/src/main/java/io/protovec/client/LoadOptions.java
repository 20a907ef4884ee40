package io.protovec.client;

import java.util.function.LongConsumer;

/**
 * How many records are written: {@code LoadOptions.defaults().mode(WriteMode.INSERT)}.
 *
 * @param mode what happens when a record exists, or does not
 * @param onProgress told, on the thread that loads, how many records were handed to the connection
 */
public record LoadOptions(WriteMode mode, LongConsumer onProgress) {
  private static final LoadOptions DEFAULTS = new LoadOptions(WriteMode.UPSERT, sent -> {});

  /** Creates or replaces records, and tells nobody. */
  public static LoadOptions defaults() {
    return DEFAULTS;
  }

  /** The same with another mode. */
  public LoadOptions mode(WriteMode mode) {
    return new LoadOptions(mode, onProgress);
  }

  /** The same with somebody who is told. */
  public LoadOptions onProgress(LongConsumer onProgress) {
    return new LoadOptions(mode, onProgress);
  }
}
