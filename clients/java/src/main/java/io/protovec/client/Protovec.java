package io.protovec.client;

/** Where a program begins: {@code Protovec.connect("127.0.0.1:50051")}. */
public final class Protovec {
  private Protovec() {}

  /**
   * A client of the server at this address, in plain text and without a key. Makes no call, so it
   * never fails for want of a server. {@link ProtovecClient#builder()} has everything else.
   *
   * @param address {@code host:port}, or another target of gRPC
   * @return a client, to be closed
   * @throws ProtovecException INVALID_ARGUMENT when the address is empty
   */
  public static ProtovecClient connect(String address) {
    return ProtovecClient.builder().address(address).build();
  }
}
