package io.protovec.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.protovec.client.CloseableIterator;
import io.protovec.client.CollectionInfo;
import io.protovec.client.CollectionOptions;
import io.protovec.client.IngestOptions;
import io.protovec.client.IngestResult;
import io.protovec.client.LoadOptions;
import io.protovec.client.Metric;
import io.protovec.client.ProtovecClient;
import io.protovec.client.ReadOptions;
import io.protovec.client.RecordBatch;
import io.protovec.client.SearchAnswer;
import io.protovec.client.SearchQuery;
import io.protovec.client.SearchResult;
import io.protovec.client.VectorCollection;
import io.protovec.client.VectorRecord;
import io.protovec.client.WriteMode;
import io.protovec.client.WriteResult;
import io.protovec.v1.BuiltinEmbedder;
import io.protovec.v1.EmbedderConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Does the steps of one case. */
final class Steps implements AutoCloseable {
  private final Servers servers;
  private final SnapshotSteps snapshots;
  private ProtovecClient client;

  Steps(Servers servers, Path golden, Path folder) {
    this.servers = servers;
    this.snapshots = new SnapshotSteps(golden, folder);
    this.client = servers.plain();
  }

  @Override
  public void close() {
    client.close();
  }

  /** Deletes everything on both servers. */
  void clear() {
    clear(client);
    try (ProtovecClient secured = servers.secured("admin", true)) {
      clear(secured);
    }
  }

  private static void clear(ProtovecClient client) {
    client.listCollections().forEach(it -> client.deleteCollection(it.name()));
  }

  /** Does a step and gives its answer; null: it is not known. */
  JsonElement run(String name, JsonObject with) throws IOException {
    return switch (name) {
      case "connect" -> connect(with);
      case "server_info" -> Json.of("version", client.serverInfo().version());
      case "create_collection" -> info(client.createCollection(name(with), options(with)));
      case "get_collection" -> info(client.getCollection(name(with)));
      case "list_collections" -> {
        List<CollectionInfo> all = client.listCollections();
        yield Json.of(
            "names", Json.array(all.stream().map(CollectionInfo::name).sorted().toList()));
      }
      case "delete_collection" -> {
        client.deleteCollection(name(with));
        yield new JsonObject();
      }
      case "read_snapshot_file" -> snapshots.readFile(with);
      case "write_snapshot_file" -> snapshots.writeFile(with);
      default -> {
        VectorCollection collection = client.collection(name(with));
        if (with.has("timeout_ms") && !name.equals("deadline")) {
          collection =
              collection.withTimeout(Duration.ofMillis(with.get("timeout_ms").getAsLong()));
        }
        JsonElement answer = records(name, with, collection);
        yield answer != null ? answer : snapshots.run(name, with, collection.snapshots());
      }
    };
  }

  private JsonElement connect(JsonObject with) {
    client.close();
    boolean trusts = !with.has("ca") || with.get("ca").getAsBoolean();
    boolean tls = with.has("tls") && with.get("tls").getAsBoolean();
    client = tls ? servers.secured(Json.text(with, "key").orElse("none"), trusts) : servers.plain();
    return new JsonObject();
  }

  private static JsonElement records(String step, JsonObject with, VectorCollection docs) {
    return switch (step) {
      case "upsert" -> {
        WriteResult result = docs.write(Json.record(with.getAsJsonObject("record")), mode(with));
        yield Json.of("id", result.id(), "created", result.created());
      }
      case "upsert_many" -> {
        Iterable<VectorRecord> records = () -> Json.records(with);
        yield Json.load(docs.writeMany(records, mode(with)));
      }
      case "insert_many" ->
          Json.load(docs.insertMany(Json.records(with), LoadOptions.defaults().mode(mode(with))));
      case "ingest" -> {
        IngestOptions options = IngestOptions.defaults().mode(mode(with));
        IngestResult result = docs.ingest(Json.records(with), options);
        yield Json.load(result.counts());
      }
      case "get" -> Json.record(docs.get(id(with)));
      case "get_many" -> {
        RecordBatch batch = docs.getMany(Json.texts(with.get("ids")));
        JsonArray found = new JsonArray();
        batch.records().forEach(it -> found.add(Json.record(it)));
        yield Json.of("records", found, "missing", Json.array(batch.missing()));
      }
      case "delete" -> {
        docs.delete(id(with));
        yield new JsonObject();
      }
      case "delete_many" ->
          Json.of(
              "deleted",
              with.has("filter")
                  ? docs.deleteMany(Json.filter(with))
                  : docs.deleteMany(with.has("ids") ? Json.texts(with.get("ids")) : List.of()));
      case "count" ->
          Json.of("count", with.has("filter") ? docs.count(Json.filter(with)) : docs.count());
      case "list" -> {
        List<String> ids = new ArrayList<>();
        docs.list(reading(with)).forEachRemaining(it -> ids.add(it.id()));
        yield Json.of("ids", Json.array(ids));
      }
      case "export" -> export(with, docs);
      case "deadline" ->
          export(with, docs.withTimeout(Duration.ofMillis(with.get("timeout_ms").getAsLong())));
      case "cancel_export" -> {
        int after = with.get("after").getAsInt();
        int read = 0;
        try (CloseableIterator<VectorRecord> all = docs.export(ReadOptions.all())) {
          for (; read < after && all.hasNext(); read++) all.next();
        }
        yield Json.of("read", read);
      }
      case "search" -> Json.hits(docs.search(Json.query(with)));
      case "search_many" -> {
        JsonArray results = new JsonArray();
        for (SearchResult result : docs.searchMany(queries(with))) results.add(Json.hits(result));
        yield Json.of("results", results);
      }
      case "search_stream" -> searchStream(queries(with), docs);
      default -> null;
    };
  }

  private static JsonElement export(JsonObject with, VectorCollection docs) {
    List<String> ids = new ArrayList<>();
    try (CloseableIterator<VectorRecord> all = docs.export(reading(with))) {
      all.forEachRemaining(it -> ids.add(it.id()));
    }
    return Json.of("count", ids.size(), "ids", Json.array(ids.stream().sorted().toList()));
  }

  private static JsonElement searchStream(List<SearchQuery> queries, VectorCollection docs) {
    Map<SearchQuery, SearchAnswer> answers = new IdentityHashMap<>();
    Iterator<SearchQuery> source = queries.iterator();
    try (CloseableIterator<SearchAnswer> stream = docs.searchStream(source)) {
      stream.forEachRemaining(it -> answers.put(it.query(), it));
    }
    JsonArray results = new JsonArray();
    for (SearchQuery query : queries) {
      SearchAnswer answer = answers.get(query);
      results.add(
          answer
              .error()
              .map(it -> Json.of("error", Json.error(it)))
              .orElseGet(() -> Json.hits(answer.result())));
    }
    return Json.of("results", results);
  }

  private static List<SearchQuery> queries(JsonObject with) {
    List<SearchQuery> queries = new ArrayList<>();
    with.getAsJsonArray("queries").forEach(it -> queries.add(Json.query(it.getAsJsonObject())));
    return queries;
  }

  private static ReadOptions reading(JsonObject with) {
    ReadOptions options =
        with.has("filter") ? ReadOptions.where(Json.filter(with)) : ReadOptions.all();
    if (with.has("fields")) {
      options = options.fields(Json.texts(with.get("fields")).toArray(new String[0]));
    }
    return with.has("page_size") ? options.pageSize(with.get("page_size").getAsInt()) : options;
  }

  private static CollectionOptions options(JsonObject with) {
    CollectionOptions options =
        with.has("dimension")
            ? CollectionOptions.dimension(with.get("dimension").getAsInt())
            : CollectionOptions.defaults();
    if (with.has("metric")) {
      options = options.metric(Metric.valueOf(upper(with.get("metric"))));
    }
    if (with.has("embedder")) {
      BuiltinEmbedder builtin = BuiltinEmbedder.getDefaultInstance();
      options = options.embedder(EmbedderConfig.newBuilder().setBuiltin(builtin).build());
    }
    if (with.has("embedding_model")) {
      options = options.embeddingModel(with.get("embedding_model").getAsString());
    }
    return options;
  }

  private static JsonObject info(CollectionInfo info) {
    return Json.of(
        "name", info.name(),
        "dimension", info.dimension(),
        "metric", info.metric().name().toLowerCase(Locale.ROOT),
        "embedding_model", info.embeddingModel(),
        "record_count", info.recordCount());
  }

  private static WriteMode mode(JsonObject with) {
    return with.has("mode") ? WriteMode.valueOf(upper(with.get("mode"))) : WriteMode.UPSERT;
  }

  private static String upper(JsonElement word) {
    return word.getAsString().toUpperCase(Locale.ROOT);
  }

  private static String name(JsonObject with) {
    return Json.text(with, "collection").or(() -> Json.text(with, "name")).orElse("");
  }

  private static String id(JsonObject with) {
    JsonPrimitive id = with.getAsJsonPrimitive("id");
    return id.getAsString();
  }
}
