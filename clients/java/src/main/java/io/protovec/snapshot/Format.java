package io.protovec.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fixed facts of the snapshot file; snapshot.proto is the specification. */
final class Format {
  /** Tags ({@code number << 3 | wire type}) of the fields of StorageSnapshot. */
  static final int VERSION = 0x0a;

  static final int DIMENSION = 0x10;
  static final int RECORD = 0x1a;
  static final int INDEX_CONFIG = 0x22;
  static final int CREATED_AT = 0x2a;
  static final int COLLECTION = 0x32;
  static final int METRIC = 0x38;
  static final int EMBEDDING_MODEL = 0x42;
  static final int LOG_SEQUENCE = 0x48;
  static final int CHECKSUM = 0x52;
  static final int FRAGMENT = 0x5a;
  static final int FOOTER = 0x62;

  /** Highest field number that this version knows. */
  static final int KNOWN_FIELD_MAX = 12;

  /** Most bytes between two checksums that are held before the file is called damaged. */
  static final int BLOCK_BYTES_MAX = 16 * 1024 * 1024;

  /** Bytes of an unsealed part that are handed out together. */
  static final int BLOCK_BYTES = 1024 * 1024;

  /** The most that a compressed fragment is inflated to. */
  static final int FRAGMENT_BYTES_MAX = 4 * 1024 * 1024;

  /** Said whenever checksums are not where they belong. */
  static final String MOVED =
      "the file is damaged, or a program decoded it and encoded it again, which moves the checksums"
          + " to the end; such a program must clear `checksums` and `footers`, and the file be read"
          + " as an unsealed one";

  private static final Set<Integer> HEADER =
      Set.of(
          VERSION,
          DIMENSION,
          INDEX_CONFIG,
          CREATED_AT,
          COLLECTION,
          METRIC,
          EMBEDDING_MODEL,
          LOG_SEQUENCE);

  /** What our own files begin with. */
  static final String WRITTEN_VERSION = "1.0.0";

  private static final int MAJOR = 1;
  private static final int VERSION_BYTES_MAX = 32;
  private static final Pattern VERSION_PATTERN = Pattern.compile("(\\d+)\\.\\d+\\.\\d+");

  private Format() {}

  /** Whether a field describes the part rather than being a record or a seal. */
  static boolean isHeader(int tag) {
    return HEADER.contains(tag);
  }

  /** Refuses a version that cannot be read. */
  static void checkVersion(byte[] bytes, int start, int end) throws Malformed {
    int length = Math.min(end - start, VERSION_BYTES_MAX + 1);
    String version = new String(bytes, start, length, StandardCharsets.ISO_8859_1);
    Matcher match = VERSION_PATTERN.matcher(version);
    if (length > VERSION_BYTES_MAX || !match.matches()) {
      throw new Malformed("the version is not of the form 1.0.0: the file is damaged");
    }
    // Longer than any version of ours: newer, too.
    if (match.group(1).length() < 9 && Integer.parseInt(match.group(1)) <= MAJOR) return;
    throw new Malformed(
        "written in format " + version + ", this version reads " + MAJOR + ".x: use a newer one");
  }

  /** Refuses a file that does not begin as a snapshot in protobuf does. */
  static void checkOpening(byte[] bytes, int start, int end) throws Malformed {
    if (start == end) throw new Malformed("the file is empty: it is truncated, copy it again");
    if (bytes[start] == VERSION) return;
    int at = start;
    while (at < end && Character.isWhitespace(bytes[at])) at++;
    if (at < end && bytes[at] == '{') {
      throw new Malformed(
          "this is the JSON encoding, which this reader does not read; `protovec snapshot convert`"
              + " makes a binary one of it");
    }
    throw new Malformed(
        "the file does not start with the version of a snapshot: it is none, or it is damaged");
  }
}
