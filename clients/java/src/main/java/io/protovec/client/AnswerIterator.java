package io.protovec.client;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** The items in the answers of a call, one by one. */
final class AnswerIterator<A, T> implements CloseableIterator<T> {
  private final StreamCall<?, A> call;
  private final Function<A, Iterator<T>> itemsOf;
  private Iterator<T> items;
  private boolean over;

  AnswerIterator(StreamCall<?, A> call, Function<A, Iterator<T>> itemsOf) {
    this.call = call;
    this.itemsOf = itemsOf;
  }

  @Override
  public boolean hasNext() {
    while (!over && (items == null || !items.hasNext())) {
      A answer = call.next();
      if (answer == null) over = true;
      else items = itemsOf.apply(answer);
    }
    return !over;
  }

  @Override
  public T next() {
    if (!hasNext()) throw new NoSuchElementException();
    return items.next();
  }

  @Override
  public void close() {
    over = true;
    call.cancel();
  }
}
