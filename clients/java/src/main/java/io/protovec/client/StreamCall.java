package io.protovec.client;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * A call with a stream of requests, of answers, or of both, for one thread that sends, reads and
 * waits. Answers are asked for one by one, so that a slow reader slows the server down; whoever
 * sends waits until the call is ready, so that a slow server slows the sender down.
 *
 * <p>Invariant: nobody waits for anything of a call that has ended.
 */
final class StreamCall<Q, A> {
  /** Answers that may be on their way or held here. */
  private static final int HELD_MAX = 16;

  private final ClientCall<Q, A> call;
  private final Queue<A> answers = new ArrayDeque<>();
  private boolean halfClosed;
  private boolean changed;
  private boolean ended;
  private ProtovecException failure;

  StreamCall(ClientCall<Q, A> call) {
    this.call = call;
    call.start(new Listener(), new Metadata());
    call.request(HELD_MAX);
  }

  /** Whether a request can be sent without being held here for long. */
  boolean isReady() {
    return call.isReady();
  }

  /** Sends a request without waiting. */
  void send(Q request) {
    if (!hasEnded()) call.sendMessage(request);
  }

  /** Sends a request once there is room. False: the call has ended. */
  boolean sendWhenReady(Q request) {
    while (!hasEnded() && !call.isReady()) await(0);
    if (hasEnded()) return false;
    call.sendMessage(request);
    return true;
  }

  /** No request follows. Does nothing the second time. */
  void halfClose() {
    if (!halfClosed && !hasEnded()) call.halfClose();
    halfClosed = true;
  }

  /** Gives the call up. Does nothing to one that has ended. */
  void cancel() {
    call.cancel("given up by the client", null);
  }

  /** The next answer that has arrived, or null. */
  A poll() {
    A answer;
    synchronized (this) {
      answer = answers.poll();
      if (answer == null || ended) return answer;
    }
    call.request(1);
    return answer;
  }

  /** The next answer, or null when the call has ended well. Throws what it failed with. */
  A next() {
    while (true) {
      A answer = poll();
      if (answer != null) return answer;
      if (hasEnded()) {
        // What arrived between the two looks comes before the end.
        answer = poll();
        if (answer == null && failure() != null) throw failure();
        return answer;
      }
      await(0);
    }
  }

  /** Ends the requests and waits for the one answer. Throws what the call failed with. */
  A answer() {
    halfClose();
    A last = null;
    for (A answer = next(); answer != null; answer = next()) last = answer;
    if (last == null)
      throw ProtovecException.internal("The server ended the call without an answer");
    return last;
  }

  /** Whether the call is over, so that sending more is of no use. */
  synchronized boolean hasEnded() {
    return ended;
  }

  /** What the call failed with; null while it goes on, and when it ended well. */
  synchronized ProtovecException failure() {
    return failure;
  }

  /**
   * Waits until something has changed since the last time, or for so many milliseconds; 0: without
   * a limit. An interrupt cancels the call.
   */
  void await(long millis) {
    try {
      synchronized (this) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!changed && !ended) {
          long left = millis == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
          if (millis != 0 && left <= 0) return;
          wait(left);
        }
        changed = false;
      }
    } catch (InterruptedException e) {
      cancel();
      throw ProtovecException.interrupted(e);
    }
  }

  private synchronized void change() {
    changed = true;
    notifyAll();
  }

  private final class Listener extends ClientCall.Listener<A> {
    @Override
    public void onReady() {
      change();
    }

    @Override
    public void onMessage(A answer) {
      synchronized (StreamCall.this) {
        answers.add(answer);
        change();
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      synchronized (StreamCall.this) {
        ended = true;
        if (!status.isOk()) failure = ErrorDecoder.decode(status, trailers);
        change();
      }
    }
  }
}
