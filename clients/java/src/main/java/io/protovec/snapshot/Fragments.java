package io.protovec.snapshot;

import com.google.protobuf.InvalidProtocolBufferException;
import io.protovec.v1.Codec;
import io.protovec.v1.Fragment;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;

/**
 * Reads compressed fragments. Nothing is inflated before its CRC has been verified, and never more
 * than the fragment says, which is bounded; what it inflates to is held to what it says.
 */
final class Fragments {
  private Fragments() {}

  static Fragment decode(byte[] bytes, int from, int to) throws Malformed {
    try {
      return Fragment.parser().parseFrom(bytes, from, to - from);
    } catch (InvalidProtocolBufferException e) {
      throw SnapshotPart.undecodable("a compressed fragment", e);
    }
  }

  /** The inflated bytes, which hold records alone; their places are added to {@code records}. */
  static byte[] inflate(Fragment fragment, Slices records) throws Malformed {
    if (fragment.getCodec() != Codec.CODEC_GZIP) {
      throw new Malformed(
          "records compressed with codec "
              + fragment.getCodecValue()
              + ", which this version does not know");
    }
    CRC32 crc = new CRC32();
    byte[] data = fragment.getData().toByteArray();
    crc.update(data);
    if ((int) crc.getValue() != fragment.getCrc()) {
      throw new Malformed(
          "the " + data.length + " bytes of compressed records do not match their CRC");
    }
    long size = fragment.getInflatedSize();
    if (size < 0 || size > Format.FRAGMENT_BYTES_MAX) {
      throw new Malformed(
          "compressed records that inflate to "
              + Long.toUnsignedString(size)
              + " bytes, the most is "
              + Format.FRAGMENT_BYTES_MAX);
    }
    byte[] bytes = inflateTo(data, (int) size);
    findRecords(bytes, records);
    if (records.count() != fragment.getRecordCount()) {
      throw new Malformed(
          "compressed records that count "
              + Long.toUnsignedString(fragment.getRecordCount())
              + " records, there are "
              + records.count());
    }
    return bytes;
  }

  private static byte[] inflateTo(byte[] data, int size) throws Malformed {
    try (InputStream input = new GZIPInputStream(new ByteArrayInputStream(data))) {
      byte[] bytes = input.readNBytes(size);
      if (bytes.length == size && input.read() < 0) return bytes;
      throw new Malformed(
          "compressed records that do not inflate to the " + size + " bytes they say");
    } catch (IOException e) {
      throw new Malformed("compressed records that cannot be inflated: " + e.getMessage(), e);
    }
  }

  private static void findRecords(byte[] bytes, Slices records) throws Malformed {
    FieldScanner scanner = new FieldScanner();
    records.clear();
    for (int at = 0; at < bytes.length; at = (int) scanner.valueEnd) {
      if (!scanner.scan(bytes, at, bytes.length)) {
        throw new Malformed("compressed records that end within a field");
      }
      if (scanner.tag == Format.RECORD) {
        records.add(scanner.valueStart, (int) scanner.valueEnd);
      } else if (scanner.number() <= Format.KNOWN_FIELD_MAX) {
        throw new Malformed(
            "field " + scanner.number() + " among compressed records, where only records may be");
      }
    }
  }
}
