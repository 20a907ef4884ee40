package io.protovec.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.protovec.client.ProtovecException;
import io.protovec.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Runs the cases that every client of Protovec is held to. */
class ConformanceTest {
  /** What this client can do and not every client has to. */
  private static final Set<String> FEATURES = Set.of("diff", "write_snapshot_file");

  @TempDir static Path folder;
  private static Servers servers;
  private static Report report;
  private static Path cases;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    String told = System.getenv("PROTOVEC_CONFORMANCE");
    cases = told == null ? TestServer.repository().resolve("test/conformance") : Path.of(told);
    servers = new Servers(folder);
    report = new Report();
  }

  @AfterAll
  static void stop() throws IOException {
    servers.close();
  }

  @TestFactory
  List<DynamicContainer> features() throws IOException {
    List<DynamicContainer> features = new ArrayList<>();
    try (Stream<Path> files = Files.list(cases)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".json")).sorted().toList()) {
        JsonObject feature = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        String name = file.getFileName().toString().replaceFirst("\\.json$", "");
        List<DynamicTest> tests = new ArrayList<>();
        feature.getAsJsonArray("cases").forEach(it -> tests.add(test(name, it.getAsJsonObject())));
        features.add(DynamicContainer.dynamicContainer(name, tests));
      }
    }
    if (features.isEmpty()) throw new IOException("there are no cases in " + cases);
    return features;
  }

  private static DynamicTest test(String feature, JsonObject testCase) {
    String name = testCase.get("name").getAsString();
    return DynamicTest.dynamicTest(
        name,
        () -> {
          String missing = missing(testCase);
          if (missing != null) {
            report.add(feature, name, "skipped", missing);
            Assumptions.abort(missing);
          }
          try {
            run(testCase);
          } catch (Exception | AssertionError failure) {
            report.add(feature, name, "failed", String.valueOf(failure.getMessage()));
            throw failure;
          }
          report.add(feature, name, "passed", "");
        });
  }

  private static String missing(JsonObject testCase) {
    if (!testCase.has("needs")) return null;
    for (String need : Json.texts(testCase.get("needs"))) {
      if (!FEATURES.contains(need)) return "this client has no " + need;
    }
    return null;
  }

  private static void run(JsonObject testCase) throws IOException {
    Path files = Files.createTempDirectory(folder, "case");
    Map<String, JsonElement> saved = new HashMap<>();
    Path golden = cases.resolveSibling("golden");
    try (Steps steps = new Steps(servers, golden, files)) {
      steps.clear();
      int number = 0;
      for (JsonElement element : testCase.getAsJsonArray("steps")) {
        JsonObject step = element.getAsJsonObject();
        String where = "step " + ++number + " (" + step.get("do").getAsString() + ")";
        JsonElement answer = runStep(steps, step, saved, where);
        if (step.has("save")) saved.put(step.get("save").getAsString(), answer);
      }
    }
  }

  private static JsonElement runStep(
      Steps steps, JsonObject step, Map<String, JsonElement> saved, String where)
      throws IOException {
    JsonElement with = step.has("with") ? replaced(step.get("with"), saved) : new JsonObject();
    JsonElement answer;
    try {
      answer = steps.run(step.get("do").getAsString(), with.getAsJsonObject());
    } catch (ProtovecException error) {
      if (!step.has("error")) throw new AssertionError(where + ": " + error.getMessage(), error);
      check(step.get("error"), Json.error(error), where + ": error");
      return Json.error(error);
    }
    if (answer == null) throw new AssertionError(where + ": this runner does not know it");
    if (step.has("error")) throw new AssertionError(where + " succeeded: " + answer);
    if (step.has("expect")) check(replaced(step.get("expect"), saved), answer, where + ": answer");
    return answer;
  }

  private static void check(JsonElement expected, JsonElement actual, String where) {
    String mismatch = Subset.mismatch(expected, actual, where);
    if (mismatch != null) throw new AssertionError(mismatch);
  }

  /** The same with {@code "$name.path"} replaced by what was saved. */
  private static JsonElement replaced(JsonElement json, Map<String, JsonElement> saved) {
    if (json.isJsonArray()) {
      JsonArray array = new JsonArray();
      json.getAsJsonArray().forEach(it -> array.add(replaced(it, saved)));
      return array;
    }
    if (json.isJsonObject()) {
      JsonObject object = new JsonObject();
      json.getAsJsonObject()
          .entrySet()
          .forEach(it -> object.add(it.getKey(), replaced(it.getValue(), saved)));
      return object;
    }
    boolean text = json instanceof JsonPrimitive primitive && primitive.isString();
    if (!text || !json.getAsString().startsWith("$")) return json;
    String[] path = json.getAsString().substring(1).split("\\.");
    JsonElement value = saved.get(path[0]);
    for (int i = 1; i < path.length && value != null; i++) {
      value = value.getAsJsonObject().get(path[i]);
    }
    return value == null ? json : value;
  }
}
