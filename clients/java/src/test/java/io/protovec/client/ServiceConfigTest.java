package io.protovec.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.protovec.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServiceConfigTest {
  @Test
  void isThePublishedOne() throws IOException {
    String published =
        Files.readString(TestServer.repository().resolve("docs/service-config.json"));
    assertEquals(
        comparable(JsonParser.parseString(published)),
        comparable(new Gson().toJsonTree(ServiceConfig.asMap())));
  }

  @Test
  void versionIsThatOfTheBuild() throws IOException {
    String pom = Files.readString(TestServer.repository().resolve("clients/java/pom.xml"));
    String version = pom.replaceFirst("(?s).*?<version>([^<]*)</version>.*", "$1");
    assertEquals(version, Version.NAME);
  }

  /** Parts of the configuration, where the order of the methods says nothing. */
  private static Set<Object> comparable(JsonElement config) {
    JsonObject method =
        config.getAsJsonObject().getAsJsonArray("methodConfig").get(0).getAsJsonObject();
    Set<Object> parts = new HashSet<>();
    method.getAsJsonArray("name").forEach(parts::add);
    method.getAsJsonObject("retryPolicy").entrySet().forEach(it -> parts.add(text(it.getValue())));
    JsonObject throttling = config.getAsJsonObject().getAsJsonObject("retryThrottling");
    throttling.entrySet().forEach(it -> parts.add(it.getKey() + text(it.getValue())));
    return parts;
  }

  private static String text(JsonElement value) {
    return value.toString().replaceFirst("\\.0$", "");
  }
}
