package io.protovec.client;

import java.util.Iterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * An iterator over what a call sends. Closing it before its end cancels the call; at its end it is
 * closed already. {@link #hasNext()} and {@link #next()} throw {@link ProtovecException} when the
 * call fails. For one thread at a time.
 *
 * @param <T> what is iterated
 */
public interface CloseableIterator<T> extends Iterator<T>, AutoCloseable {
  /** Ends the call if it is under way. Does nothing the second time. */
  @Override
  void close();

  /**
   * The rest of it as a stream, which closes the call when it is closed.
   *
   * @return a sequential stream
   */
  default Stream<T> stream() {
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, 0), false)
        .onClose(this::close);
  }
}
