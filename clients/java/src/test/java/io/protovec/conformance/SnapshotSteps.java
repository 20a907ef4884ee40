package io.protovec.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.protovec.client.MergeOptions;
import io.protovec.client.MergePolicy;
import io.protovec.client.MergeResult;
import io.protovec.client.Metric;
import io.protovec.client.RestoreOptions;
import io.protovec.client.SnapshotDiff;
import io.protovec.client.SnapshotInfo;
import io.protovec.client.SnapshotOptions;
import io.protovec.client.Snapshots;
import io.protovec.client.VectorRecord;
import io.protovec.snapshot.SnapshotHeader;
import io.protovec.snapshot.SnapshotReader;
import io.protovec.snapshot.SnapshotSummary;
import io.protovec.snapshot.SnapshotWriter;
import io.protovec.v1.DifferenceSummary;
import io.protovec.v1.SnapshotReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;

/** The steps about snapshots and their files. */
final class SnapshotSteps {
  private final Path golden;
  private final Path folder;

  SnapshotSteps(Path golden, Path folder) {
    this.golden = golden;
    this.folder = folder;
  }

  /** Does a step and gives its answer; null: it is not known. */
  JsonElement run(String step, JsonObject with, Snapshots snapshots) throws IOException {
    return switch (step) {
      case "create_snapshot" -> info(snapshots.create(options(with)));
      case "list_snapshots" -> Json.of("count", snapshots.list().size());
      case "delete_snapshot" -> {
        snapshots.delete(id(with));
        yield new JsonObject();
      }
      case "download_snapshot" ->
          Json.of("size_bytes", snapshots.download(id(with), file(with, "to")));
      case "upload_snapshot" -> info(snapshots.upload(file(with, "from"), unsealed(with)));
      case "validate_snapshot" -> {
        SnapshotReport report = snapshots.validate(id(with));
        yield Json.of("valid", report.getValid(), "record_count", report.getRecordCount());
      }
      case "restore_snapshot" -> {
        RestoreOptions options = RestoreOptions.defaults();
        if (with.has("into")) options = options.into(with.get("into").getAsString());
        if (with.has("filter")) options = options.filter(Json.filter(with));
        yield Json.of("record_count", snapshots.restore(id(with), options).recordCount());
      }
      case "merge_snapshot" -> merge(with, snapshots);
      case "diff_snapshots" -> diff(with, snapshots);
      default -> null;
    };
  }

  private JsonElement merge(JsonObject with, Snapshots snapshots) throws IOException {
    MergeOptions options =
        Json.text(with, "policy")
            .map(it -> MergeOptions.policy(MergePolicy.valueOf(it.toUpperCase(Locale.ROOT))))
            .orElse(MergeOptions.defaults());
    if (with.has("dry_run") && with.get("dry_run").getAsBoolean()) options = options.dryRun();
    if (unsealed(with)) options = options.allowUnsealed();
    MergeResult result =
        with.has("from")
            ? snapshots.merge(file(with, "from"), options)
            : snapshots.merge(id(with), Json.text(with, "from_collection").orElse(""), options);
    return Json.of(
        "created", result.created(),
        "created_count", result.created(),
        "added", result.created(),
        "replaced", result.replaced(),
        "replaced_count", result.replaced(),
        "skipped", result.skipped(),
        "skipped_count", result.skipped());
  }

  private static JsonElement diff(JsonObject with, Snapshots snapshots) {
    String from = Json.text(with, "from").orElse("");
    String to = Json.text(with, "to").orElse("");
    try (SnapshotDiff diff = snapshots.diff(from, to, "")) {
      DifferenceSummary counts = diff.summary();
      return Json.of(
          "added", counts.getAddedCount(),
          "removed", counts.getRemovedCount(),
          "changed", counts.getChangedCount(),
          "unchanged", counts.getUnchangedCount());
    }
  }

  JsonElement readFile(JsonObject with) throws IOException {
    Path file =
        with.has("golden") ? golden.resolve(with.get("golden").getAsString()) : file(with, "from");
    JsonArray records = new JsonArray();
    try (SnapshotReader reader = SnapshotReader.open(damaged(file, with), unsealed(with))) {
      while (reader.hasNext()) records.add(Json.record(reader.next()));
      SnapshotSummary summary = reader.readAll();
      return Json.of(
          "dimension", summary.header().dimension(),
          "metric", summary.header().metric().name().toLowerCase(Locale.ROOT),
          "collection", summary.header().collection(),
          "embedding_model", summary.header().embeddingModel(),
          "parts", summary.parts(),
          "sealed", summary.sealed(),
          "record_count", summary.recordCount(),
          "records", records);
    }
  }

  JsonElement writeFile(JsonObject with) throws IOException {
    Metric metric = Metric.valueOf(with.get("metric").getAsString().toUpperCase(Locale.ROOT));
    String collection = with.get("collection").getAsString();
    SnapshotHeader header = SnapshotHeader.of(with.get("dimension").getAsInt(), metric, collection);
    boolean compressed = with.has("compressed") && with.get("compressed").getAsBoolean();
    try (SnapshotWriter writer = SnapshotWriter.create(file(with, "to"), header, compressed)) {
      Iterator<VectorRecord> records = Json.records(with);
      while (records.hasNext()) writer.add(records.next());
      return Json.of("record_count", writer.finish());
    }
  }

  /** A copy of the file with the damage that the step asks for. */
  private Path damaged(Path file, JsonObject with) throws IOException {
    if (!with.has("flip") && !with.has("cut")) return file;
    byte[] bytes = Files.readAllBytes(file);
    if (with.has("flip")) {
      JsonObject flip = with.getAsJsonObject("flip");
      int at = flip.get("at").getAsInt();
      if (at < 0) at += bytes.length;
      bytes[at] ^= (byte) (1 << flip.get("bit").getAsInt());
    }
    if (with.has("cut")) {
      int cut = with.get("cut").getAsInt();
      bytes = Arrays.copyOf(bytes, cut < 0 ? bytes.length + cut : cut);
    }
    return Files.write(Files.createTempFile(folder, "damaged", ".pb"), bytes);
  }

  private static SnapshotOptions options(JsonObject with) {
    SnapshotOptions options = SnapshotOptions.defaults();
    if (with.has("format")) {
      options = with.get("format").getAsString().equals("json") ? options.json() : options.binary();
    }
    if (with.has("compressed")) options = options.compressed(with.get("compressed").getAsBoolean());
    return with.has("filter") ? options.filter(Json.filter(with)) : options;
  }

  private static JsonObject info(SnapshotInfo info) {
    return Json.of(
        "snapshot_id", info.id(),
        "collection", info.collection(),
        "format", info.json() ? "json" : "binary",
        "compressed", info.compressed(),
        "record_count", info.recordCount(),
        "size_bytes", info.sizeBytes());
  }

  private static boolean unsealed(JsonObject with) {
    return with.has("allow_unsealed") && with.get("allow_unsealed").getAsBoolean();
  }

  private static String id(JsonObject with) {
    return Json.text(with, "snapshot_id").orElse("");
  }

  private Path file(JsonObject with, String key) {
    return folder.resolve(with.get(key).getAsString());
  }
}
