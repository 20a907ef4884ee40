package io.protovec.client;

import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.protovec.v1.CollectionServiceGrpc;
import io.protovec.v1.CreateCollectionRequest;
import io.protovec.v1.DeleteCollectionRequest;
import io.protovec.v1.GetCollectionRequest;
import io.protovec.v1.GetServerInfoRequest;
import io.protovec.v1.ListCollectionsRequest;
import io.protovec.v1.ServerServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A connection to a Protovec server. Connects when it is first used, and again by itself when the
 * connection breaks. One is enough for a program: threads may share it.
 */
public final class ProtovecClient implements AutoCloseable {
  private final Transport transport;
  private final CallSettings settings;

  private ProtovecClient(Transport transport, CallSettings settings) {
    this.transport = transport;
    this.settings = settings;
  }

  /**
   * Settings of a connection.
   *
   * @return a builder, of which only the address is required
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The same connection, whose calls take at most so long, streams included.
   *
   * @param timeout zero: without end
   * @return another view; closing it closes this one
   * @throws ProtovecException INVALID_ARGUMENT when it is negative
   */
  public ProtovecClient withTimeout(Duration timeout) {
    return new ProtovecClient(transport, CallSettings.within(timeout));
  }

  /**
   * Tells about the server.
   *
   * @return its version and limits
   */
  public ServerInfo serverInfo() {
    GetServerInfoRequest request = GetServerInfoRequest.getDefaultInstance();
    return ServerInfo.of(
        transport.unary(ServerServiceGrpc.getGetServerInfoMethod(), request, settings));
  }

  /**
   * Creates an empty collection.
   *
   * @param name matches {@code ^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$}
   * @param options its configuration
   * @return what it is
   * @throws ProtovecException ALREADY_EXISTS when the name is taken; INVALID_ARGUMENT with the
   *     field
   */
  public CollectionInfo createCollection(String name, CollectionOptions options) {
    CreateCollectionRequest request =
        CreateCollectionRequest.newBuilder()
            .setCollection(name)
            .setConfig(options.toProto())
            .build();
    var method = CollectionServiceGrpc.getCreateCollectionMethod();
    return CollectionInfo.of(transport.unary(method, request, settings).getCollection());
  }

  /**
   * Describes a collection.
   *
   * @param name its name
   * @return what it is and holds
   * @throws ProtovecException NOT_FOUND, reason COLLECTION_NOT_FOUND
   */
  public CollectionInfo getCollection(String name) {
    GetCollectionRequest request = GetCollectionRequest.newBuilder().setCollection(name).build();
    var method = CollectionServiceGrpc.getGetCollectionMethod();
    return CollectionInfo.of(transport.unary(method, request, settings).getCollection());
  }

  /**
   * Describes all collections.
   *
   * @return in the byte order of their names
   */
  public List<CollectionInfo> listCollections() {
    ListCollectionsRequest request = ListCollectionsRequest.getDefaultInstance();
    var method = CollectionServiceGrpc.getListCollectionsMethod();
    return transport.unary(method, request, settings).getCollectionsList().stream()
        .map(CollectionInfo::of)
        .toList();
  }

  /**
   * Deletes a collection, its records and its snapshots.
   *
   * @param name its name
   * @throws ProtovecException NOT_FOUND, reason COLLECTION_NOT_FOUND
   */
  public void deleteCollection(String name) {
    DeleteCollectionRequest request =
        DeleteCollectionRequest.newBuilder().setCollection(name).build();
    transport.unary(CollectionServiceGrpc.getDeleteCollectionMethod(), request, settings);
  }

  /**
   * The records of a collection. Makes no call.
   *
   * @param name its name
   * @return what reads and writes it
   */
  public VectorCollection collection(String name) {
    return new VectorCollection(transport, name, settings);
  }

  /**
   * A generated stub on this connection, for what this client has no method for: {@code
   * client.stub(IndexServiceGrpc::newBlockingStub)}. Its errors are those of gRPC.
   *
   * @param <S> the kind of stub
   * @param factory makes it
   * @return the stub, without a deadline
   */
  public <S extends AbstractStub<S>> S stub(Function<Channel, S> factory) {
    return factory.apply(transport.channel());
  }

  /** Closes the connection. Calls under way may end for some seconds; new ones fail. */
  @Override
  public void close() {
    transport.close();
  }

  /** Settings of a connection. */
  public static final class Builder {
    private static final int RECEIVE_BYTES_MAX = 32 * 1024 * 1024;
    private static final long KEEPALIVE_SECONDS = 60;
    private static final long KEEPALIVE_TIMEOUT_SECONDS = 20;

    private String address = "";
    private String apiKey;
    private TlsOptions tls;
    private CallSettings settings = CallSettings.DEFAULT;

    private Builder() {}

    /**
     * Where the server is.
     *
     * @param address {@code host:port}, or another target of gRPC
     * @return this
     */
    public Builder address(String address) {
      this.address = address;
      return this;
    }

    /**
     * Who calls. The key is sent over TLS, or to this machine, and not otherwise.
     *
     * @param apiKey the key alone
     * @return this
     */
    public Builder apiKey(String apiKey) {
      this.apiKey = apiKey;
      return this;
    }

    /**
     * Connects with TLS, trusting the authorities that Java trusts.
     *
     * @return this
     */
    public Builder tls() {
      return tls(TlsOptions.defaults());
    }

    /**
     * Connects with TLS.
     *
     * @param options whom to trust, and who the client is
     * @return this
     */
    public Builder tls(TlsOptions options) {
      this.tls = options;
      return this;
    }

    /**
     * How long each call may take. Default: 30 seconds, and without end for streams.
     *
     * @param timeout zero: without end
     * @return this
     * @throws ProtovecException INVALID_ARGUMENT when it is negative
     */
    public Builder timeout(Duration timeout) {
      this.settings = CallSettings.within(timeout);
      return this;
    }

    /**
     * The client. It connects with its first call.
     *
     * @return a client, to be closed
     * @throws ProtovecException INVALID_ARGUMENT when the settings are wrong, or would send a key
     *     in plain text to another machine
     */
    public ProtovecClient build() {
      if (address == null || address.isEmpty()) {
        throw ProtovecException.invalid("address", "The address is empty; give it as host:port");
      }
      ManagedChannelBuilder<?> channel = channelBuilder();
      channel
          .maxInboundMessageSize(RECEIVE_BYTES_MAX)
          // A stream without a deadline still notices that its server is gone.
          .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
          .keepAliveTimeout(KEEPALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
          .defaultServiceConfig(ServiceConfig.asMap())
          .enableRetry()
          .userAgent("protovec-java/" + Version.NAME);
      if (apiKey != null) {
        channel.intercept(new ApiKey(apiKey));
        if (tls == null) {
          ApiKey.checkPlaintext(address);
          // A proxy would be another machine.
          channel.proxyDetector(target -> null);
        }
      }
      try {
        return new ProtovecClient(new Transport(channel.build()), settings);
      } catch (IllegalArgumentException e) {
        throw ProtovecException.invalid(
            "address", "The address '" + address + "' is none; give it as host:port", e);
      }
    }

    private ManagedChannelBuilder<?> channelBuilder() {
      ChannelCredentials credentials =
          tls == null ? InsecureChannelCredentials.create() : tls.credentials();
      ManagedChannelBuilder<?> channel;
      try {
        channel = Grpc.newChannelBuilder(address, credentials);
      } catch (RuntimeException e) {
        // One exception of gRPC for everything: certificates, schemes of addresses, missing parts.
        throw ProtovecException.invalid(
            tls == null ? "address" : "tls",
            "No connection can be made to '"
                + address
                + "' with these settings ("
                + e.getMessage()
                + "); ca, certificate and key are PEM, the key PKCS #8",
            e);
      }
      if (tls != null) tls.serverName().ifPresent(channel::overrideAuthority);
      return channel;
    }
  }
}
