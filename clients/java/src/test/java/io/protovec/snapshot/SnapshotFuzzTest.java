package io.protovec.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.protovec.client.VectorRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files: refused, and what was handed out before that is as it was written. */
class SnapshotFuzzTest {
  private static final int STORMS = 3_000;

  @ParameterizedTest
  @ValueSource(
      strings = {"snapshot-v1.pb", "snapshot-v1.compressed.pb", "snapshot-v1.two-parts.pb"})
  void noticesEveryFlippedBit(String name) throws IOException {
    byte[] bytes = golden(name);
    List<VectorRecord> whole = SnapshotReaderTest.read(bytes, false);
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      String what = name + " with bit " + bit + " flipped";
      assertDamaged(bytes, whole, what);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"snapshot-v1.pb", "snapshot-v1.compressed.pb", "snapshot-v1.two-parts.pb"})
  void noticesEveryCut(String name) throws IOException {
    byte[] bytes = golden(name);
    List<VectorRecord> whole = SnapshotReaderTest.read(bytes, false);
    // The first part of two is a whole snapshot.
    int part = golden("snapshot-v1.pb").length;
    for (int length = 0; length < bytes.length; length++) {
      if (name.contains("two-parts") && length == part) continue;
      assertDamaged(Arrays.copyOf(bytes, length), whole, name + " cut to " + length);
    }
  }

  @Test
  void survivesStorms() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String[] names = {
      "snapshot-v1.pb",
      "snapshot-v1.compressed.pb",
      "snapshot-v1.two-parts.pb",
      "snapshot-v1.unsealed.pb"
    };
    for (int storm = 0; storm < STORMS; storm++) {
      byte[] bytes = golden(names[random.nextInt(names.length)]);
      for (int hits = 1 + random.nextInt(8); hits > 0; hits--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        SnapshotReaderTest.read(bytes, random.nextBoolean());
      } catch (SnapshotDamagedException refused) {
        assertEquals("DATA_LOSS", refused.code().name(), "seed " + seed);
      } catch (RuntimeException | Error crash) {
        throw new AssertionError("storm " + storm + " of seed " + seed, crash);
      }
    }
  }

  private static void assertDamaged(byte[] bytes, List<VectorRecord> whole, String what) {
    List<VectorRecord> before = new ArrayList<>();
    InputStream input = new ByteArrayInputStream(bytes);
    try (SnapshotReader reader = SnapshotReader.of(input, "test", false)) {
      assertThrows(
          SnapshotDamagedException.class, () -> reader.forEachRemaining(before::add), what);
    }
    assertTrue(before.size() <= whole.size(), what);
    assertEquals(whole.subList(0, before.size()), before, what);
  }

  private static byte[] golden(String name) throws IOException {
    return Files.readAllBytes(SnapshotReaderTest.GOLDEN.resolve(name));
  }
}
