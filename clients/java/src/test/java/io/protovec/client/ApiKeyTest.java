package io.protovec.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:1",
        "LOCALHOST:1",
        "127.0.0.1:1",
        "127.9.8.7",
        "[::1]:1",
        "dns:///localhost:1",
        "ipv4:127.0.0.1:1,127.0.0.2:1"
      })
  void thisMachine(String address) {
    assertTrue(ApiKey.isOnThisMachine(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "db.example.com:1",
        "10.0.0.1:1",
        "127.0.0.1.example.com:1",
        "localhost.example.com:1",
        "ipv4:127.0.0.1:1,10.0.0.1:1",
        "dns://8.8.8.8/localhost:1",
        ""
      })
  void anotherMachine(String address) {
    assertFalse(ApiKey.isOnThisMachine(address));
  }

  @Test
  void isNotSentToAnotherMachineInPlainText() {
    var builder = ProtovecClient.builder().address("db.example.com:1").apiKey("pv_secret");
    var error = assertThrows(ProtovecException.class, builder::build);
    assertEquals("apiKey", error.fieldViolations().get(0).field());
    assertFalse(error.getMessage().contains("pv_secret"), error.getMessage());
    builder.tls().build().close();
  }

  @Test
  void isNotRepeatedWhenItCannotBeSent() {
    var builder = ProtovecClient.builder().address("localhost:1").apiKey("secret\nkey");
    var error = assertThrows(ProtovecException.class, builder::build);
    assertFalse(error.getMessage().contains("secret"), error.getMessage());
  }

  @Test
  void certificatesMustBePem() {
    TlsOptions tls = TlsOptions.defaults().ca("not pem".getBytes());
    var builder = ProtovecClient.builder().address("localhost:1").tls(tls);
    var error = assertThrows(ProtovecException.class, builder::build);
    assertEquals("tls", error.fieldViolations().get(0).field());
  }
}
