package io.protovec.client;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How a connection is secured beyond the authorities that Java trusts. Everything is PEM. */
public final class TlsOptions {
  private static final TlsOptions DEFAULTS = new TlsOptions(null, null, null, null);

  private final byte[] ca;
  private final byte[] certificate;
  private final byte[] key;
  private final String serverName;

  private TlsOptions(byte[] ca, byte[] certificate, byte[] key, String serverName) {
    this.ca = ca;
    this.certificate = certificate;
    this.key = key;
    this.serverName = serverName;
  }

  /**
   * TLS with the authorities that Java trusts.
   *
   * @return options to add to
   */
  public static TlsOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Trusts these authorities alone.
   *
   * @param pem their certificates
   * @return new options
   */
  public TlsOptions ca(byte[] pem) {
    return new TlsOptions(pem.clone(), certificate, key, serverName);
  }

  /**
   * Trusts the authorities in this file alone.
   *
   * @param file their certificates
   * @return new options
   * @throws UncheckedIOException when it cannot be read
   */
  public TlsOptions ca(Path file) {
    return ca(read(file));
  }

  /**
   * Says who the client is.
   *
   * @param certificatePem its certificate, then those of the authorities in between
   * @param keyPem its PKCS #8 key, without a passphrase
   * @return new options
   */
  public TlsOptions certificate(byte[] certificatePem, byte[] keyPem) {
    return new TlsOptions(ca, certificatePem.clone(), keyPem.clone(), serverName);
  }

  /**
   * Says who the client is.
   *
   * @param certificateFile as in {@link #certificate(byte[], byte[])}
   * @param keyFile as there
   * @return new options
   * @throws UncheckedIOException when one cannot be read
   */
  public TlsOptions certificate(Path certificateFile, Path keyFile) {
    return certificate(read(certificateFile), read(keyFile));
  }

  /**
   * Expects this name in the server's certificate instead of that in the address.
   *
   * @param name a DNS name
   * @return new options
   */
  public TlsOptions serverName(String name) {
    return new TlsOptions(ca, certificate, key, name);
  }

  Optional<String> serverName() {
    return Optional.ofNullable(serverName);
  }

  ChannelCredentials credentials() {
    TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
    try {
      if (ca != null) builder.trustManager(new ByteArrayInputStream(ca));
      if (certificate != null) {
        builder.keyManager(new ByteArrayInputStream(certificate), new ByteArrayInputStream(key));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return builder.build();
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
