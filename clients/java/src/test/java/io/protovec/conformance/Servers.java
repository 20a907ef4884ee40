package io.protovec.conformance;

import io.protovec.client.Protovec;
import io.protovec.client.ProtovecClient;
import io.protovec.client.TlsOptions;
import io.protovec.testing.Certificate;
import io.protovec.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The two servers that cases talk to: those that the environment names, or ones of our own. */
final class Servers implements AutoCloseable {
  private final Map<String, String> environment = System.getenv();
  private final List<TestServer> own = new ArrayList<>();
  private final String address;
  private final String tlsAddress;
  private final Path authority;
  private final String adminKey;
  private final String readKey;

  Servers(Path folder) throws IOException, InterruptedException {
    address = environment.containsKey("PROTOVEC_ADDRESS") ? told("PROTOVEC_ADDRESS") : start();
    if (environment.containsKey("PROTOVEC_TLS_ADDRESS")) {
      tlsAddress = told("PROTOVEC_TLS_ADDRESS");
      authority = Path.of(told("PROTOVEC_TLS_CA"));
      adminKey = told("PROTOVEC_KEY_ADMIN");
      readKey = told("PROTOVEC_KEY_READ");
      return;
    }
    Certificate certificate = Certificate.in(folder);
    Path keys = folder.resolve("keys.json");
    adminKey = key(keys, "admin", "admin", "read", "write");
    readKey = key(keys, "reader", "read");
    authority = certificate.certificate();
    TestServer server =
        TestServer.start(
            "--tls-cert", certificate.certificate().toString(),
            "--tls-key", certificate.key().toString(),
            "--keys", keys.toString());
    own.add(server);
    tlsAddress = "localhost:" + server.port();
  }

  /** A client of the server without TLS. */
  ProtovecClient plain() {
    return Protovec.connect(address);
  }

  /** A client of the server with TLS and keys. {@code key}: admin, read or none. */
  ProtovecClient secured(String key, boolean trusts) {
    TlsOptions tls = trusts ? TlsOptions.defaults().ca(authority) : TlsOptions.defaults();
    ProtovecClient.Builder builder = ProtovecClient.builder().address(tlsAddress).tls(tls);
    if (key.equals("admin")) builder.apiKey(adminKey);
    if (key.equals("read")) builder.apiKey(readKey);
    return builder.build();
  }

  @Override
  public void close() throws IOException {
    for (TestServer server : own) server.close();
  }

  private String start() throws IOException {
    TestServer server = TestServer.start();
    own.add(server);
    return server.address();
  }

  private String told(String name) {
    String value = environment.get(name);
    if (value == null) throw new IllegalStateException(name + " is not set, though others are");
    return value;
  }

  private static String key(Path file, String name, String... scopes)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("keys", "create", "--file", file.toString(), "--name", name));
    for (String scope : scopes) arguments.addAll(List.of("--scope", scope));
    Process process =
        TestServer.protovec(arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) throw new IOException("protovec keys create failed");
    for (String word : output.split("\\s+")) {
      if (word.startsWith("pv_")) return word;
    }
    throw new IOException("protovec keys create printed no key");
  }
}
