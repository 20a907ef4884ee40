package io.protovec.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.protovec.client.MetadataValue;
import io.protovec.client.Metric;
import io.protovec.client.ProtovecException;
import io.protovec.client.VectorRecord;
import io.protovec.testing.TestServer;
import io.protovec.v1.StorageSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotReaderTest {
  static final Path GOLDEN = TestServer.repository().resolve("test/golden");

  static List<VectorRecord> read(byte[] file, boolean allowUnsealed) {
    List<VectorRecord> records = new ArrayList<>();
    InputStream input = new ByteArrayInputStream(file);
    try (SnapshotReader reader = SnapshotReader.of(input, "test", allowUnsealed)) {
      reader.forEachRemaining(records::add);
    }
    return records;
  }

  /** What protobuf itself makes of an unsealed file. */
  static List<VectorRecord> expected() throws IOException {
    byte[] bytes = Files.readAllBytes(GOLDEN.resolve("snapshot-v1.unsealed.pb"));
    return StorageSnapshot.parseFrom(bytes).getRecordsList().stream()
        .map(VectorRecord::fromProto)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"snapshot-v1.pb", "snapshot-v1.compressed.pb", "snapshot-v1.unsealed.pb"})
  void readsTheGoldenRecords(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(GOLDEN.resolve(name));
    assertEquals(expected(), read(bytes, name.contains("unsealed")));
  }

  @Test
  void readsValuesAsTheyWereWritten() throws IOException {
    try (SnapshotReader reader = SnapshotReader.open(GOLDEN.resolve("snapshot-v1.pb"))) {
      assertEquals(5, reader.header().dimension());
      assertEquals(Metric.EUCLIDEAN, reader.header().metric());
      assertEquals("golden", reader.header().collection());
      assertEquals("some/model@1", reader.header().embeddingModel());
      Map<String, MetadataValue> metadata = reader.next().metadata();
      assertEquals(Long.MAX_VALUE, metadata.get("int max").asLong());
      assertEquals(List.of("a", "", "ß"), metadata.get("tags").asTexts());
    }
  }

  @Test
  void readsAllParts() throws IOException {
    Path file = GOLDEN.resolve("snapshot-v1.two-parts.pb");
    try (SnapshotReader reader = SnapshotReader.open(file)) {
      for (int i = 0; i < 10; i++) {
        assertEquals(0, reader.partIndex());
        reader.next();
      }
      assertEquals("record 3", reader.next().id());
      assertEquals(1, reader.partIndex());
      SnapshotSummary summary = reader.readAll();
      assertEquals(2, summary.parts());
      assertEquals(12, summary.recordCount());
      assertTrue(summary.sealed());
    }
  }

  @Test
  void refusesAnUnsealedFileUnlessAsked() {
    Path file = GOLDEN.resolve("snapshot-v1.unsealed.pb");
    var error = assertThrows(SnapshotDamagedException.class, () -> SnapshotReader.verify(file));
    assertTrue(error.getMessage().contains("neither checksums nor a footer"), error.getMessage());
  }

  @Test
  void refusesJson() {
    Path file = GOLDEN.resolve("snapshot-v1.json");
    var error = assertThrows(SnapshotDamagedException.class, () -> SnapshotReader.verify(file));
    assertTrue(error.getMessage().contains("JSON"), error.getMessage());
  }

  @Test
  void tellsWhereDamageIsAndNeverTakesItForTheEnd() throws IOException {
    byte[] bytes = Files.readAllBytes(GOLDEN.resolve("snapshot-v1.two-parts.pb"));
    bytes[bytes.length - 50] ^= 4;
    SnapshotReader reader = SnapshotReader.of(new ByteArrayInputStream(bytes), "some.pb", false);
    List<String> ids = new ArrayList<>();
    var error =
        assertThrows(
            SnapshotDamagedException.class, () -> reader.forEachRemaining(it -> ids.add(it.id())));
    assertEquals(ids.size(), error.recordsRead());
    assertTrue(error.offset() > 2_900, error.getMessage());
    assertTrue(error.getMessage().startsWith("some.pb, offset "), error.getMessage());
    assertEquals("STORAGE_CORRUPTED", error.reason());
    assertThrows(SnapshotDamagedException.class, reader::hasNext);
  }

  @Test
  void refusesANewerMajorVersion() {
    StorageSnapshot newer =
        StorageSnapshot.newBuilder().setVersion("2.0.0").setDimension(1).build();
    var error = assertThrows(SnapshotDamagedException.class, () -> read(newer.toByteArray(), true));
    assertTrue(error.getMessage().contains("use a newer one"), error.getMessage());
  }

  @Test
  void refusesAnEmbeddingOfAnotherLength() {
    StorageSnapshot wrong =
        StorageSnapshot.newBuilder()
            .setVersion("1.0.0")
            .setDimension(3)
            .addRecords(VectorRecord.builder("a").embedding(1, 2).build().toProto())
            .build();
    var error = assertThrows(SnapshotDamagedException.class, () -> read(wrong.toByteArray(), true));
    assertTrue(error.getMessage().contains("2 values"), error.getMessage());
  }

  @Test
  void readsAnUnsealedFileOfManyBlocks() {
    StorageSnapshot.Builder snapshot =
        StorageSnapshot.newBuilder().setVersion("1.7.0").setDimension(1).setCollection("late");
    String content = "x".repeat(1_000_000);
    for (int i = 0; i < 40; i++) {
      snapshot.addRecords(
          VectorRecord.builder("r" + i).content(content).embedding(i).build().toProto());
    }
    List<VectorRecord> records = read(snapshot.build().toByteArray(), true);
    assertEquals(40, records.size());
    assertEquals("r39", records.get(39).id());
    assertFalse(records.get(39).content().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsWhatIsWritten(boolean compressed, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("mine.pb");
    List<VectorRecord> records = new ArrayList<>(expected());
    String content = "lorem ipsum ".repeat(60_000);
    for (int i = 0; i < 20; i++) {
      records.add(VectorRecord.builder("w" + i).content(content).embedding(1, 2, 3, 4, i).build());
    }
    SnapshotHeader header = SnapshotHeader.of(5, Metric.DOT, "mine");
    try (SnapshotWriter writer = SnapshotWriter.create(file, header, compressed)) {
      for (VectorRecord record : records) writer.add(record);
      var wrong = VectorRecord.builder("x").embedding(1).build();
      assertThrows(ProtovecException.class, () -> writer.add(wrong));
      assertThrows(SnapshotDamagedException.class, () -> SnapshotReader.verify(file));
      assertEquals(30, writer.finish());
    }
    assertEquals(records, read(Files.readAllBytes(file), false));
    assertEquals(header, SnapshotReader.verify(file).header());
  }

  @Test
  void allocatesNothingForALengthThatLies() {
    ByteString lie = ByteString.fromHex("0a05312e302e30" + "1afeffffff07" + "00");
    var error = assertThrows(SnapshotDamagedException.class, () -> read(lie.toByteArray(), true));
    assertTrue(error.getMessage().contains("the most is"), error.getMessage());
  }
}
