import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.protovec.client.CollectionOptions;
import io.protovec.client.LoadResult;
import io.protovec.client.MergeOptions;
import io.protovec.client.MergeResult;
import io.protovec.client.Protovec;
import io.protovec.client.ProtovecClient;
import io.protovec.client.ProtovecException;
import io.protovec.client.SearchHit;
import io.protovec.client.SearchQuery;
import io.protovec.client.SnapshotInfo;
import io.protovec.client.VectorCollection;
import io.protovec.client.VectorRecord;
import io.protovec.client.Where;
import io.protovec.snapshot.SnapshotReader;
import io.protovec.snapshot.SnapshotSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Loads, searches, saves, checks and merges 1,000 records. Run it with {@code run.sh ADDRESS}. */
public final class Quickstart {
  private static final String NAME = "quickstart-java";

  public static void main(String[] args) throws IOException {
    String address = System.getenv().getOrDefault("PROTOVEC_ADDRESS", "127.0.0.1:50051");
    try (ProtovecClient client = Protovec.connect(args.length > 0 ? args[0] : address)) {
      if (client.listCollections().stream().anyMatch(it -> it.name().equals(NAME))) {
        client.deleteCollection(NAME);
      }
      client.createCollection(NAME, CollectionOptions.builtinEmbedder());
      VectorCollection docs = client.collection(NAME);
      load(docs);
      search(docs);
      snapshot(docs);
      missing(docs);
      client.deleteCollection(NAME);
    }
  }

  private static void load(VectorCollection docs) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("records.jsonl"))) {
      LoadResult loaded = docs.insertMany(lines.map(Quickstart::record));
      System.out.printf("loaded %d records, %d refused%n", loaded.created(), loaded.failed());
    }
  }

  private static VectorRecord record(String line) {
    JsonObject json = JsonParser.parseString(line).getAsJsonObject();
    return VectorRecord.builder(json.get("id").getAsString())
        .title(json.get("title").getAsString())
        .content(json.get("content").getAsString())
        .metadata("topic", json.getAsJsonObject("metadata").get("topic").getAsString())
        .build();
  }

  private static void search(VectorCollection docs) {
    SearchQuery query =
        SearchQuery.content("a musical instrument with strings")
            .limit(3)
            .filter(Where.eq("topic", "noun.artifact"));
    for (SearchHit hit : docs.search(query).hits()) {
      System.out.printf(
          "%.3f  %s: %s%n", hit.score(), hit.record().title(), hit.record().content());
    }
  }

  private static void snapshot(VectorCollection docs) throws IOException {
    SnapshotInfo snapshot = docs.snapshots().create();
    Path file = Path.of("quickstart.pb");
    docs.snapshots().download(snapshot.id(), file);
    SnapshotSummary summary = SnapshotReader.verify(file);
    System.out.printf("snapshot: %d records, checksums match%n", summary.recordCount());
    MergeResult merged = docs.snapshots().merge(file, MergeOptions.defaults());
    System.out.printf("merged: %d new, %d kept%n", merged.created(), merged.skipped());
    Files.delete(file);
  }

  private static void missing(VectorCollection docs) {
    try {
      docs.get("no such record");
    } catch (ProtovecException error) {
      System.out.println("refused: " + error.reason());
    }
  }
}
