package io.protovec.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VectorRecordTest {
  @Test
  void keepsWhatItWasGiven() {
    VectorRecord record =
        VectorRecord.builder("a")
            .embedding(9)
            .embedding(1, 0.5f)
            .metadata("text", "x")
            .metadata("whole", 9_007_199_254_740_993L)
            .metadata("real", 2.0)
            .metadata("flag", true)
            .metadata("tags", List.of("p", "q"))
            .build();
    assertArrayEquals(new float[] {1, 0.5f}, record.embedding());
    assertEquals(9_007_199_254_740_993L, record.metadata().get("whole").asLong());
    assertEquals(MetadataValue.of(2.0), record.metadata().get("real"));
    assertEquals(List.of("p", "q"), record.metadata().get("tags").asTexts());
    assertTrue(record.filePath().isEmpty());
    assertEquals(record, VectorRecord.fromProto(record.toProto()));
  }

  @Test
  void refusesWhatIsNoText() {
    var builder = VectorRecord.builder("a");
    var error = assertThrows(ProtovecException.class, () -> builder.content("half \ud83d"));
    assertEquals("content", error.fieldViolations().get(0).field());
    assertEquals("🚀", builder.content("🚀").build().content());
  }

  @Test
  void idsAreMadeOnceAndSort() {
    List<String> ids = IntStream.range(0, 10_000).mapToObj(i -> Uuid7.next()).toList();
    assertEquals(ids.stream().sorted().distinct().toList(), ids);
    assertTrue(ids.get(0).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-.{12}"));
  }

  @Test
  void messagesEndWhereTheRecordsSay() {
    RecordPacker packer = new RecordPacker();
    VectorRecord large = VectorRecord.builder("l").content("x".repeat(600_000)).build();
    assertEquals(false, packer.add(large));
    assertTrue(packer.add(large));
    assertEquals(2, packer.take().size());
    VectorRecord small = VectorRecord.builder("s").build();
    int count = 1;
    while (!packer.add(small)) count++;
    assertEquals(10_000, count);
    assertEquals(2, packer.first());
    packer.take();
    var error = assertThrows(ProtovecException.class, () -> packer.add(null));
    assertEquals("records[10002]", error.fieldViolations().get(0).field());
  }
}
