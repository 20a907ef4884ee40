package io.protovec.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.protovec.testing.CuttingProxy;
import io.protovec.testing.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class IngestTest {
  private static final int COUNT = 12_000;

  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start();
    try (ProtovecClient client = Protovec.connect(server.address())) {
      client.createCollection("docs", CollectionOptions.dimension(2));
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static Stream<VectorRecord> source(int count) {
    return LiveServerTest.records(count, 1_000);
  }

  @Test
  void survivesConnectionsThatBreak() throws IOException {
    try (CuttingProxy proxy = new CuttingProxy(server.port(), 2_700_000, 3);
        ProtovecClient client = Protovec.connect(proxy.address())) {
      VectorCollection docs = client.collection("docs");
      IngestOptions options = IngestOptions.defaults().mode(WriteMode.INSERT);
      IngestResult result = docs.ingest(source(COUNT).iterator(), options);
      assertEquals(COUNT, result.created());
      assertEquals(0, result.failed());
      assertTrue(result.durable());
      assertEquals(3, proxy.cuts());
      assertEquals(3, result.reconnects());
      assertEquals(COUNT, docs.count());
    }
  }

  @Test
  void survivesAKilledServer() throws Exception {
    AtomicBoolean killed = new AtomicBoolean();
    AtomicReference<Exception> failure = new AtomicReference<>();
    IngestOptions options =
        IngestOptions.defaults()
            .mode(WriteMode.INSERT)
            .onProgress(
                progress -> {
                  if (progress.acknowledged() < 3_000 || killed.getAndSet(true)) return;
                  try {
                    server.kill();
                    server.restart();
                  } catch (IOException | InterruptedException e) {
                    failure.set(e);
                  }
                });
    try (ProtovecClient client = Protovec.connect(server.address())) {
      IngestResult result = client.collection("docs").ingest(source(COUNT).iterator(), options);
      assertEquals(null, failure.get());
      assertEquals(COUNT, result.created());
      assertEquals(0, result.failed());
      assertTrue(result.reconnects() >= 1);
      assertEquals(COUNT, client.collection("docs").count());
    }
  }

  @Test
  void goesOnUnderItsKey() throws Exception {
    IngestOptions options = IngestOptions.defaults().mode(WriteMode.INSERT).key("load", 0);
    RuntimeException own = new IllegalStateException("enough");
    try (ProtovecClient client = Protovec.connect(server.address())) {
      VectorCollection docs = client.collection("docs");
      AtomicReference<IngestProgress> last = new AtomicReference<>();
      int most = 2 * COUNT;
      Stream<VectorRecord> first =
          source(most)
              .peek(
                  it -> {
                    if (it.id().equals("r23500")) throw own;
                  });
      assertThrows(
          IllegalStateException.class,
          () -> docs.ingest(first.iterator(), options.onProgress(last::set)));
      // No more than the window is taken ahead, so that some was acknowledged by then.
      assertTrue(last.get().acknowledged() > 0);
      IngestResult result = docs.ingest(source(most).iterator(), options);
      assertEquals(most, result.created());
      assertEquals(0, result.failed());

      var other =
          assertThrows(IngestException.class, () -> docs.ingest(source(COUNT).iterator(), options));
      assertEquals("INGEST_SOURCE_CHANGED", other.reason());
      assertEquals(most, other.result().created());

      IngestOptions unknown = IngestOptions.defaults().key("never", 7);
      var expired =
          assertThrows(IngestException.class, () -> docs.ingest(source(1).iterator(), unknown));
      assertEquals("KEY_EXPIRED", expired.reason());
    }
  }

  @Test
  void countsRefusalsByTheirPlace() {
    Stream<VectorRecord> source =
        Stream.concat(source(5_000), Stream.of(VectorRecord.builder("bad").embedding(1).build()));
    try (ProtovecClient client = Protovec.connect(server.address())) {
      IngestResult result = client.collection("docs").ingest(source::iterator);
      assertEquals(1, result.failed());
      assertEquals(5_000, result.counts().errors().get(0).index());
      assertEquals("records[5000].embedding", result.counts().errors().get(0).field());

      Stream<VectorRecord> again =
          Stream.concat(source(5_000), Stream.of(VectorRecord.builder("bad").embedding(1).build()));
      IngestOptions strict = IngestOptions.defaults().stopOnRefusal();
      var error =
          assertThrows(
              IngestException.class,
              () -> client.collection("docs").ingest(again.iterator(), strict));
      assertEquals("records[5000].embedding", error.fieldViolations().get(0).field());
    }
  }

  @Test
  void givesUpInTheEnd() throws Exception {
    server.kill();
    IngestOptions impatient = IngestOptions.defaults().giveUpAfter(Duration.ofMillis(700));
    try (ProtovecClient client = Protovec.connect(server.address())) {
      var error =
          assertThrows(
              IngestException.class,
              () -> client.collection("docs").ingest(source(10).iterator(), impatient));
      assertTrue(error.getMessage().contains("given up"), error.getMessage());
      assertEquals(0, error.result().created());
    }
  }
}
