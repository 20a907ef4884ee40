package io.protovec.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which calls gRPC itself repeats: those that change nothing, when the server could not be reached.
 * The same as docs/service-config.json, to which a test holds it. Whether to repeat a write, its
 * caller decides: an answer may be lost after the write was done.
 */
final class ServiceConfig {
  private static final Map<String, List<String>> REPEATABLE =
      Map.of(
          "CollectionService", List.of("GetCollection", "ListCollections", "AggregateRecords"),
          "IndexService", List.of("GetIndex"),
          "RecordService",
              List.of(
                  "GetRecord", "BatchGetRecords", "CountRecords", "ListRecords", "ExportRecords"),
          "SearchService", List.of("Search", "BatchSearch"),
          "ServerService", List.of("GetServerInfo"),
          "SnapshotService", List.of("ListSnapshots", "GetUpload", "DownloadSnapshot"));

  private ServiceConfig() {}

  /** In the form of gRPC: maps, lists, strings and doubles. */
  static Map<String, Object> asMap() {
    List<Map<String, Object>> names = new ArrayList<>();
    REPEATABLE.forEach(
        (service, methods) -> {
          for (String method : methods) {
            names.add(Map.of("service", "protovec.v1." + service, "method", method));
          }
        });
    Map<String, Object> policy =
        Map.of(
            "maxAttempts",
            4.0,
            "initialBackoff",
            "0.1s",
            "maxBackoff",
            "2s",
            "backoffMultiplier",
            2.0,
            "retryableStatusCodes",
            List.of("UNAVAILABLE"));
    return Map.of(
        "methodConfig", List.of(Map.of("name", names, "retryPolicy", policy)),
        "retryThrottling", Map.of("maxTokens", 100.0, "tokenRatio", 0.1));
  }
}
