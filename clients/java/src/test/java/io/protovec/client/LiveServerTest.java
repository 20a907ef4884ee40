package io.protovec.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Context;
import io.grpc.Status;
import io.protovec.snapshot.SnapshotReader;
import io.protovec.testing.CuttingProxy;
import io.protovec.testing.TestServer;
import io.protovec.v1.GetIndexRequest;
import io.protovec.v1.IndexServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LiveServerTest {
  private static TestServer server;
  private ProtovecClient client;
  private VectorCollection docs;

  @BeforeAll
  static void start() throws IOException {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void connect() {
    client = Protovec.connect(server.address());
    client.createCollection("docs", CollectionOptions.dimension(2));
    docs = client.collection("docs");
  }

  @AfterEach
  void disconnect() {
    client.close();
    try (ProtovecClient another = Protovec.connect(server.address())) {
      another.deleteCollection("docs");
    }
  }

  static VectorRecord record(int i, int contentLength) {
    return VectorRecord.builder("r" + i)
        .content("x".repeat(contentLength))
        .embedding(i + 1, 1)
        .metadata("n", i)
        .build();
  }

  static Stream<VectorRecord> records(int count, int contentLength) {
    return IntStream.range(0, count).mapToObj(i -> record(i, contentLength));
  }

  @Test
  void closingAnExportEarlyCancelsIt() {
    docs.insertMany(records(2_000, 10_000));
    for (int round = 0; round < 20; round++) {
      CloseableIterator<VectorRecord> all = docs.export(ReadOptions.all());
      all.next();
      assertTrue(all.hasNext());
      all.close();
      assertFalse(all.hasNext());
    }
    assertEquals(2_000, docs.count());
    try (CloseableIterator<VectorRecord> all = docs.export(ReadOptions.all().fields("title"))) {
      assertEquals(2_000, all.stream().filter(it -> it.content().isEmpty()).count());
    }
  }

  @Test
  void aCancelledContextEndsAStream() {
    docs.insertMany(records(2_000, 10_000));
    Context.CancellableContext context = Context.current().withCancellation();
    CloseableIterator<VectorRecord> all =
        assertDoesNotThrowIn(context, () -> docs.export(ReadOptions.all()));
    all.next();
    context.cancel(null);
    var error = assertThrows(ProtovecException.class, () -> all.forEachRemaining(it -> {}));
    assertEquals(Status.Code.CANCELLED, error.code());
  }

  private static <T> T assertDoesNotThrowIn(
      Context context, java.util.concurrent.Callable<T> work) {
    try {
      return context.call(work);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anInterruptEndsALoadAndStays() {
    Iterator<VectorRecord> endless =
        Stream.iterate(0, i -> i + 1)
            .map(
                i -> {
                  if (i == 5_000) Thread.currentThread().interrupt();
                  return record(i, 1_000);
                })
            .iterator();
    LoadOptions options = LoadOptions.defaults();
    var error = assertThrows(ProtovecException.class, () -> docs.insertMany(endless, options));
    assertTrue(Thread.interrupted());
    assertEquals(Status.Code.CANCELLED, error.code());
  }

  @Test
  void whatASourceThrowsEndsALoadAsItIs() {
    RuntimeException own = new IllegalStateException("the source broke");
    Stream<VectorRecord> source =
        records(5_000, 1_000)
            .peek(
                it -> {
                  if (it.id().equals("r4000")) throw own;
                });
    assertSame(own, assertThrows(IllegalStateException.class, () -> docs.insertMany(source)));
    Stream<VectorRecord> again =
        records(5_000, 1_000)
            .peek(
                it -> {
                  if (it.id().equals("r4000")) throw own;
                });
    assertSame(own, assertThrows(IllegalStateException.class, () -> docs.ingest(again::iterator)));
  }

  @Test
  void aLoadTellsWhatWasSent() {
    List<Long> sent = new ArrayList<>();
    LoadResult result =
        docs.insertMany(
            records(20_000, 2_000).iterator(), LoadOptions.defaults().onProgress(sent::add));
    assertEquals(20_000, result.created());
    assertTrue(sent.size() >= 38, sent.size() + " messages");
    assertEquals(20_000, sent.get(sent.size() - 1));
  }

  @Test
  void aSourceIsNotReadAheadOfAServerThatDoesNotRead() throws IOException {
    AtomicInteger taken = new AtomicInteger();
    Iterator<VectorRecord> endless =
        Stream.generate(() -> record(taken.getAndIncrement(), 10_000)).iterator();
    // Connections are accepted by the system, and nobody ever reads from them.
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ProtovecClient stuck = Protovec.connect("127.0.0.1:" + silent.getLocalPort())) {
      VectorCollection collection = stuck.collection("docs").withTimeout(Duration.ofSeconds(2));
      LoadOptions options = LoadOptions.defaults();
      var error =
          assertThrows(ProtovecException.class, () -> collection.insertMany(endless, options));
      assertEquals(Status.Code.DEADLINE_EXCEEDED, error.code());
    }
    assertTrue(taken.get() < 1_000, taken.get() + " records were taken");
  }

  @Test
  void aDeadlineEndsACall() {
    docs.insertMany(records(5_000, 1_000));
    VectorCollection hurried = docs.withTimeout(Duration.ofMillis(1));
    var error =
        assertThrows(
            ProtovecException.class,
            () -> hurried.export(ReadOptions.all()).forEachRemaining(it -> {}));
    assertEquals(Status.Code.DEADLINE_EXCEEDED, error.code());
    assertThrows(ProtovecException.class, () -> docs.withTimeout(Duration.ofMillis(-1)));
  }

  @Test
  void streamsManySearches() {
    docs.insertMany(records(300, 10));
    List<SearchQuery> queries = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      queries.add(i == 777 ? SearchQuery.vector(1) : SearchQuery.recordId("r" + i % 300).limit(3));
    }
    List<SearchQuery> answered = new ArrayList<>();
    try (CloseableIterator<SearchAnswer> answers = docs.searchStream(queries.iterator())) {
      answers.forEachRemaining(
          it -> {
            answered.add(it.query());
            assertEquals(it.query() == queries.get(777), it.error().isPresent());
            if (it.error().isEmpty()) assertEquals(3, it.result().hits().size());
          });
    }
    assertEquals(2_000, answered.stream().map(System::identityHashCode).distinct().count());
    try (CloseableIterator<SearchAnswer> none =
        docs.searchStream(List.<SearchQuery>of().iterator())) {
      assertFalse(none.hasNext());
    }
    try (CloseableIterator<SearchAnswer> left = docs.searchStream(queries.iterator())) {
      left.next();
    }
    assertEquals(300, docs.count());
  }

  @Test
  void dividesManySearchesWhoseAnswersAreLarge() {
    docs.insertMany(records(200, 20_000));
    List<SearchQuery> queries =
        IntStream.range(0, 300).mapToObj(i -> SearchQuery.vector(i + 1, 1).limit(5)).toList();
    List<SearchResult> results = docs.searchMany(queries);
    assertEquals(300, results.size());
    assertEquals(docs.search(queries.get(299)).hits(), results.get(299).hits());
    List<SearchQuery> bad = new ArrayList<>(queries);
    bad.set(270, SearchQuery.vector(1, 2, 3));
    var error = assertThrows(ProtovecException.class, () -> docs.searchMany(bad));
    assertTrue(
        error.fieldViolations().get(0).field().startsWith("searches[270]"), error.getMessage());
  }

  @Test
  void splitsLargeWritesAndKeepsPlaces() {
    List<VectorRecord> records = new ArrayList<>(records(3_000, 2_000).toList());
    records.set(2_900, VectorRecord.builder("bad").embedding(1, 2, 3).build());
    LoadResult result = docs.upsertMany(records);
    assertEquals(2_999, result.created());
    assertEquals(2_900, result.errors().get(0).index());
    assertEquals("records[2900].embedding", result.errors().get(0).field());
    assertEquals("INVALID_EMBEDDING", result.errors().get(0).reason());
  }

  @Test
  void madeIdsComeBack() {
    WriteResult result = docs.upsert(VectorRecord.builder().embedding(1, 1).build());
    assertEquals(result.id(), docs.get(result.id()).id());
    assertTrue(docs.find("missing").isEmpty());
  }

  @Test
  void snapshotsGoThereAndBack(@TempDir Path folder) throws IOException {
    docs.insertMany(records(3_000, 2_000));
    SnapshotInfo snapshot = docs.snapshots().create(SnapshotOptions.defaults().compressed(false));
    Path file = folder.resolve("docs.pb");
    assertEquals(snapshot.sizeBytes(), docs.snapshots().download(snapshot.id(), file));
    assertEquals(3_000, SnapshotReader.verify(file).recordCount());
    docs.deleteMany(Where.gte("n", 1_000));
    assertEquals(2_000, docs.snapshots().merge(file, MergeOptions.defaults()).created());
    SnapshotInfo uploaded = docs.snapshots().upload(file);
    assertTrue(docs.snapshots().validate(uploaded.id()).getValid());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void transfersGoOnWhenTheConnectionBreaks(@TempDir Path folder) throws IOException {
    docs.insertMany(records(3_000, 2_000));
    SnapshotInfo snapshot = docs.snapshots().create();
    Path file = folder.resolve("docs.pb");
    docs.snapshots().download(snapshot.id(), file);
    try (CuttingProxy proxy = new CuttingProxy(server.port(), 2_500_000, 2);
        ProtovecClient cut = Protovec.connect(proxy.address())) {
      SnapshotInfo uploaded = cut.collection("docs").snapshots().upload(file);
      assertEquals(snapshot.sha256(), uploaded.sha256());
      assertEquals(2, proxy.cuts());
    }
  }

  @Test
  void everythingElseIsReachableByStubs() {
    var index = client.stub(IndexServiceGrpc::newBlockingStub);
    GetIndexRequest request = GetIndexRequest.newBuilder().setCollection("docs").build();
    assertEquals(0, index.getIndex(request).getIndex().getPendingRecords());
  }

  @Test
  void aClosedClientSaysSo() {
    client.close();
    client.close();
    var error = assertThrows(ProtovecException.class, () -> docs.count());
    assertEquals("CLIENT_CLOSED", error.reason());
  }

  @Test
  void aServerThatIsNotThereIsNamed() throws IOException {
    int free;
    try (var socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    try (ProtovecClient nobody = Protovec.connect("127.0.0.1:" + free)) {
      var error = assertThrows(ProtovecException.class, nobody::serverInfo);
      assertEquals(Status.Code.UNAVAILABLE, error.code());
      assertTrue(error.getMessage().contains("check the address"), error.getMessage());
    }
  }
}
