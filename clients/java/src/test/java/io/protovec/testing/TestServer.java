package io.protovec.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real server on a free port with a data directory of its own. */
public final class TestServer implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile("listens on \\S*?([\\w.\\[\\]:]+:(\\d+))");

  private final Path data;
  private final List<String> flags;
  private Process process;
  private String address;

  private TestServer(Path data, List<String> flags) {
    this.data = data;
    this.flags = flags;
  }

  /** Starts one; {@code flags} are those of {@code protovec serve}. */
  public static TestServer start(String... flags) throws IOException {
    Path data = Files.createTempDirectory("protovec-java-");
    TestServer server = new TestServer(data, List.of(flags));
    server.run("127.0.0.1:0");
    return server;
  }

  /** The folder of the repository. */
  public static Path repository() {
    return Path.of("").toAbsolutePath().getParent().getParent();
  }

  /** The command line of the server. */
  public static ProcessBuilder protovec(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("node", "dist/cli/main.js"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(repository().toFile());
    builder.environment().put("NO_COLOR", "1");
    return builder;
  }

  /** {@code host:port}; the same after a restart. */
  public String address() {
    return address;
  }

  /** The port alone. */
  public int port() {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** Kills the server as a crash would. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts it again on the same data and address. */
  public void restart() throws IOException {
    run(address);
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }

  private void run(String listen) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("serve", "--listen", listen));
    arguments.addAll(List.of("--data-dir", data.toString(), "--log-level", "error"));
    arguments.addAll(flags);
    process = protovec(arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      Matcher match = LISTENS.matcher(line);
      if (!match.find()) continue;
      address = match.group(1);
      return;
    }
    throw new IOException("the server did not start; is dist/ built (npm run build)?");
  }
}
