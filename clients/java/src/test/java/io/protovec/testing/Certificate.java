package io.protovec.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** A new certificate for {@code localhost}, signed by itself, made by the keytool of this Java. */
public final class Certificate {
  private static final String PASSWORD = "changeit";
  private static final String ALIAS = "server";

  private final Path certificate;
  private final Path key;

  private Certificate(Path certificate, Path key) {
    this.certificate = certificate;
    this.key = key;
  }

  /** Makes one in a folder. */
  public static Certificate in(Path folder) throws IOException, InterruptedException {
    Path store = folder.resolve("store.p12");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost",
            "-ext",
            "bc=ca:true",
            "-validity",
            "30",
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD,
            "-keystore",
            store.toString());
    Process keytool = new ProcessBuilder(command).inheritIO().start();
    if (keytool.waitFor() != 0) throw new IOException("keytool failed");
    try (InputStream input = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(input, PASSWORD.toCharArray());
      byte[] certificate = keys.getCertificate(ALIAS).getEncoded();
      byte[] key = keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
      return new Certificate(
          pem(folder.resolve("cert.pem"), "CERTIFICATE", certificate),
          pem(folder.resolve("key.pem"), "PRIVATE KEY", key));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** The certificate, which is its own authority. */
  public Path certificate() {
    return certificate;
  }

  /** Its private key. */
  public Path key() {
    return key;
  }

  private static Path pem(Path file, String label, byte[] bytes) throws IOException {
    Base64.Encoder encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    String text = encoder.encodeToString(bytes);
    return Files.writeString(
        file, "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
  }
}
