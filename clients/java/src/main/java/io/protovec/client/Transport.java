package io.protovec.client;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.protovec.client.ProtovecException.Details;
import java.util.concurrent.TimeUnit;

/** Runs calls over one channel, with deadlines and typed errors. For any number of threads. */
final class Transport {
  private static final long CLOSE_SECONDS = 5;

  private final ManagedChannel channel;
  private volatile boolean closed;

  Transport(ManagedChannel channel) {
    this.channel = channel;
  }

  Channel channel() {
    return channel;
  }

  /** One request, one answer. */
  <Q, A> A unary(MethodDescriptor<Q, A> method, Q request, CallSettings settings) {
    refuseWhenClosed();
    try {
      return ClientCalls.blockingUnaryCall(channel, method, settings.forUnary(), request);
    } catch (StatusRuntimeException error) {
      throw ErrorDecoder.decode(error);
    }
  }

  /** One request, a stream of answers. */
  <Q, A> StreamCall<Q, A> read(MethodDescriptor<Q, A> method, Q request, CallSettings settings) {
    StreamCall<Q, A> call = open(method, settings);
    call.send(request);
    call.halfClose();
    return call;
  }

  /** A stream of requests, and one of answers or one answer. */
  <Q, A> StreamCall<Q, A> open(MethodDescriptor<Q, A> method, CallSettings settings) {
    refuseWhenClosed();
    return new StreamCall<>(channel.newCall(method, settings.forStream()));
  }

  /** Lets the next call connect at once, where gRPC would still wait after failures. */
  void connectAgain() {
    channel.resetConnectBackoff();
  }

  /** Lets calls under way end for some seconds, then cancels them. New ones fail. */
  void close() {
    if (closed) return;
    closed = true;
    channel.shutdown();
    try {
      if (!channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) channel.shutdownNow();
    } catch (InterruptedException e) {
      channel.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void refuseWhenClosed() {
    if (!closed) return;
    throw new ProtovecException(
        Status.Code.FAILED_PRECONDITION,
        "The client is closed; connect again",
        Details.because("CLIENT_CLOSED"),
        null);
  }
}
