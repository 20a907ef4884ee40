package io.protovec.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.protovec.client.LoadResult;
import io.protovec.client.MetadataValue;
import io.protovec.client.ProtovecException;
import io.protovec.client.RecordError;
import io.protovec.client.SearchHit;
import io.protovec.client.SearchQuery;
import io.protovec.client.SearchResult;
import io.protovec.client.VectorRecord;
import io.protovec.v1.Filter;
import io.protovec.v1.SearchRequest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What cases say and what they are answered, as JSON. */
final class Json {
  private Json() {}

  static Optional<String> text(JsonObject with, String key) {
    return with.has(key) ? Optional.of(with.get(key).getAsString()) : Optional.empty();
  }

  static List<String> texts(JsonElement array) {
    List<String> values = new ArrayList<>();
    array.getAsJsonArray().forEach(it -> values.add(it.getAsString()));
    return values;
  }

  static JsonArray array(Collection<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }

  static Filter filter(JsonObject with) {
    Filter.Builder filter = Filter.newBuilder();
    try {
      JsonFormat.parser().merge(with.get("filter").toString(), filter);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
    return filter.build();
  }

  /** The records of a step, made one by one. */
  static Iterator<VectorRecord> records(JsonObject with) {
    JsonElement records = with.get("records");
    if (records.isJsonObject())
      return generated(records.getAsJsonObject().getAsJsonObject("generate"));
    List<VectorRecord> list = new ArrayList<>();
    records.getAsJsonArray().forEach(it -> list.add(record(it.getAsJsonObject())));
    return list.iterator();
  }

  private static Iterator<VectorRecord> generated(JsonObject rule) {
    int first = rule.has("first") ? rule.get("first").getAsInt() : 0;
    int count = rule.get("count").getAsInt();
    int dimension = rule.get("dimension").getAsInt();
    int bytes = rule.has("content_bytes") ? rule.get("content_bytes").getAsInt() : 0;
    String content = "x".repeat(bytes);
    return IntStream.range(first, first + count)
        .mapToObj(
            i -> {
              float[] embedding = new float[dimension];
              for (int j = 0; j < dimension; j++) {
                embedding[j] = (float) (((i * 31L + j * 17L) % 101) / 101.0 + 0.01);
              }
              return VectorRecord.builder("g" + i)
                  .content(content)
                  .embedding(embedding)
                  .metadata("n", i)
                  .metadata("even", i % 2 == 0)
                  .build();
            })
        .iterator();
  }

  static VectorRecord record(JsonObject json) {
    VectorRecord.Builder record = VectorRecord.builder();
    text(json, "id").ifPresent(record::id);
    text(json, "content").ifPresent(record::content);
    text(json, "title").ifPresent(record::title);
    text(json, "file_path").ifPresent(record::filePath);
    text(json, "extension").ifPresent(record::extension);
    if (json.has("embedding")) record.embedding(floats(json.get("embedding")));
    if (json.has("metadata")) {
      json.getAsJsonObject("metadata")
          .entrySet()
          .forEach(it -> record.metadata(it.getKey(), value(it.getValue())));
    }
    return record.build();
  }

  static float[] floats(JsonElement array) {
    JsonArray values = array.getAsJsonArray();
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      JsonPrimitive value = values.get(i).getAsJsonPrimitive();
      floats[i] = value.isString() ? Float.parseFloat(value.getAsString()) : value.getAsFloat();
    }
    return floats;
  }

  private static MetadataValue value(JsonElement json) {
    if (json.isJsonArray()) return MetadataValue.of(texts(json));
    if (json.isJsonObject()) {
      JsonObject typed = json.getAsJsonObject();
      return typed.has("int")
          ? MetadataValue.of(Long.parseLong(typed.get("int").getAsString()))
          : MetadataValue.of(typed.get("double").getAsDouble());
    }
    JsonPrimitive primitive = json.getAsJsonPrimitive();
    if (primitive.isString()) return MetadataValue.of(primitive.getAsString());
    if (primitive.isBoolean()) return MetadataValue.of(primitive.getAsBoolean());
    BigDecimal number = primitive.getAsBigDecimal();
    boolean whole = number.stripTrailingZeros().scale() <= 0;
    return whole
        ? MetadataValue.of(number.longValueExact())
        : MetadataValue.of(number.doubleValue());
  }

  static SearchQuery query(JsonObject with) {
    SearchQuery query = SearchQuery.fromProto(SearchRequest.getDefaultInstance());
    if (with.has("vector")) query = SearchQuery.vector(floats(with.get("vector")));
    if (with.has("record_id")) query = SearchQuery.recordId(with.get("record_id").getAsString());
    if (with.has("content")) query = SearchQuery.content(with.get("content").getAsString());
    if (with.has("limit")) query = query.limit(with.get("limit").getAsInt());
    if (with.has("threshold")) query = query.threshold(with.get("threshold").getAsFloat());
    if (with.has("filter")) query = query.filter(filter(with));
    if (with.has("fields")) query = query.fields(texts(with.get("fields")).toArray(new String[0]));
    if (with.has("exact") && with.get("exact").getAsBoolean()) query = query.exact();
    if (with.has("ef_search")) query = query.efSearch(with.get("ef_search").getAsInt());
    Optional<String> model = text(with, "embedding_model");
    return model.isPresent() ? query.embeddingModel(model.get()) : query;
  }

  static JsonObject record(VectorRecord record) {
    JsonObject json = new JsonObject();
    json.addProperty("id", record.id());
    json.addProperty("content", record.content());
    json.addProperty("title", record.title());
    record.filePath().ifPresent(it -> json.addProperty("file_path", it));
    record.extension().ifPresent(it -> json.addProperty("extension", it));
    JsonArray embedding = new JsonArray();
    for (float value : record.embedding()) embedding.add(value);
    if (!embedding.isEmpty()) json.add("embedding", embedding);
    JsonObject metadata = new JsonObject();
    record.metadata().forEach((key, value) -> metadata.add(key, value(value)));
    json.add("metadata", metadata);
    json.addProperty("revision", record.revision());
    record.createTime().ifPresent(it -> json.addProperty("create_time", it.toString()));
    record.updateTime().ifPresent(it -> json.addProperty("update_time", it.toString()));
    return json;
  }

  private static JsonElement value(MetadataValue value) {
    if (value instanceof MetadataValue.Texts texts) return array(texts.values());
    if (value instanceof MetadataValue.Text text) return new JsonPrimitive(text.value());
    if (value instanceof MetadataValue.Flag flag) return new JsonPrimitive(flag.value());
    if (value instanceof MetadataValue.Whole whole) return new JsonPrimitive(whole.value());
    return new JsonPrimitive(value.asDouble());
  }

  static JsonObject hits(SearchResult result) {
    JsonArray hits = new JsonArray();
    for (SearchHit hit : result.hits()) {
      JsonObject json = new JsonObject();
      json.addProperty("id", hit.id());
      json.addProperty("score", hit.score());
      json.addProperty("distance", hit.distance());
      json.add("record", record(hit.record()));
      hits.add(json);
    }
    JsonObject json = new JsonObject();
    json.add("hits", hits);
    return json;
  }

  static JsonObject load(LoadResult result) {
    JsonArray errors = new JsonArray();
    for (RecordError error : result.errors()) {
      JsonObject json = new JsonObject();
      json.addProperty("index", error.index());
      json.addProperty("id", error.id());
      json.addProperty("code", error.code().name());
      json.addProperty("reason", error.reason());
      json.addProperty("field", error.field());
      errors.add(json);
    }
    JsonObject json = new JsonObject();
    json.addProperty("created", result.created());
    json.addProperty("updated", result.updated());
    json.addProperty("failed", result.failed());
    json.addProperty("durable", result.durable());
    json.add("errors", errors);
    return json;
  }

  static JsonObject error(ProtovecException error) {
    JsonObject json = new JsonObject();
    json.addProperty("code", error.code().name());
    json.addProperty("reason", error.reason());
    if (!error.fieldViolations().isEmpty()) {
      json.addProperty("field", error.fieldViolations().get(0).field());
    }
    return json;
  }

  /** An object of names and values in turn. */
  static JsonObject of(Object... namesAndValues) {
    JsonObject json = new JsonObject();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      String name = (String) namesAndValues[i];
      Object value = namesAndValues[i + 1];
      if (value instanceof JsonElement element) json.add(name, element);
      else if (value instanceof Number number) json.addProperty(name, number);
      else if (value instanceof Boolean flag) json.addProperty(name, flag);
      else json.addProperty(name, String.valueOf(value));
    }
    return json;
  }
}
