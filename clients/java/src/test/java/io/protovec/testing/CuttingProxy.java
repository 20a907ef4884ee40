package io.protovec.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes bytes on to a server, and cuts a connection after so many bytes from its client. */
public final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final long cutAfter;
  private final AtomicInteger cutsLeft;
  private final AtomicInteger cuts = new AtomicInteger();
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

  /** {@code target}: port of the server; {@code cuts}: connections that are cut, the first ones. */
  public CuttingProxy(int target, long cutAfter, int cuts) throws IOException {
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    this.cutAfter = cutAfter;
    this.cutsLeft = new AtomicInteger(cuts);
    start(this::accept);
  }

  /** Where clients connect. */
  public String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Connections that were cut. */
  public int cuts() {
    return cuts.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) socket.close();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(client);
      sockets.add(server);
      boolean cut = cutsLeft.getAndDecrement() > 0;
      start(() -> pass(client, server, cut ? cutAfter : Long.MAX_VALUE));
      start(() -> pass(server, client, Long.MAX_VALUE));
    }
  }

  private void pass(Socket from, Socket to, long most) throws IOException {
    byte[] buffer = new byte[16 * 1024];
    long passed = 0;
    try (from;
        to) {
      InputStream input = from.getInputStream();
      OutputStream output = to.getOutputStream();
      for (int n = input.read(buffer); n >= 0; n = input.read(buffer)) {
        passed += n;
        if (passed > most) {
          cuts.incrementAndGet();
          return;
        }
        output.write(buffer, 0, n);
      }
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException closed) {
                // A connection that ends is what this is for.
                Thread.yield();
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}
