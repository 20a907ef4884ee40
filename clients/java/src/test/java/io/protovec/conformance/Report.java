package io.protovec.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What became of each case, a line of JSON each, in the file that PROTOVEC_REPORT names. */
final class Report {
  private final Path file;

  Report() throws IOException {
    String name = System.getenv("PROTOVEC_REPORT");
    file = name == null ? null : Path.of(name);
    if (file != null) Files.writeString(file, "");
  }

  void add(String feature, String name, String result, String why) throws IOException {
    if (file == null) return;
    String line = Json.of("file", feature, "case", name, "result", result, "why", why) + "\n";
    Files.writeString(file, line, StandardOpenOption.APPEND);
  }
}
