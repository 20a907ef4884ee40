package io.protovec.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.protovec.v1.Checksum;
import io.protovec.v1.Footer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32;

/**
 * One part of a snapshot while it is read: its header as it comes together, and what its checksums
 * and its footer must say.
 *
 * <p>Invariant: nothing is decoded from a sealed part before a checksum covers it, the version
 * aside, which tells whether the part can be read at all.
 */
final class SnapshotPart {
  /** Bounds what a hostile file makes us keep; headers take some hundred bytes. */
  private static final int HEADER_BYTES_MAX = 64 * 1024;

  /** What is known of the seals of a part. */
  enum Seal {
    /** No checksum so far. */
    UNKNOWN,
    /** Checksums cover it. */
    SEALED,
    /** There are none, which was allowed. */
    UNSEALED
  }

  private final int index;
  private final long start;
  private final ByteArrayOutputStream fields = new ByteArrayOutputStream();
  private final MessageDigest digest = sha256();
  private int seen;
  private long records;
  private SnapshotHeader header;
  Seal seal = Seal.UNKNOWN;

  SnapshotPart(int index, long start) {
    this.index = index;
    this.start = start;
  }

  int index() {
    return index;
  }

  /** Offset of its first byte in the file. */
  long start() {
    return start;
  }

  /** Null until the header has been completed. */
  SnapshotHeader header() {
    return header;
  }

  boolean isSealed() {
    return seal == Seal.SEALED;
  }

  /** Keeps a header field: its bytes with tag. */
  void addHeaderField(int tag, byte[] bytes, int from, int to) throws Malformed {
    int number = tag >>> 3;
    if ((seen & (1 << number)) != 0) {
      throw new Malformed("header field " + number + " occurs twice in the part");
    }
    if (isSealed()) {
      throw new Malformed("header field " + number + " comes after the first checksum of the part");
    }
    seen |= 1 << number;
    if (fields.size() + (to - from) > HEADER_BYTES_MAX) {
      throw new Malformed("the header takes more than " + HEADER_BYTES_MAX + " bytes");
    }
    fields.write(bytes, from, to - from);
  }

  /** Decodes the header fields so far. */
  void completeHeader() throws Malformed {
    header = SnapshotHeader.decode(ByteString.copyFrom(fields.toByteArray()));
  }

  /** Bytes that are over and belong to the part. */
  void digest(byte[] bytes, int from, int to) {
    digest.update(bytes, from, to - from);
  }

  /**
   * Checks a checksum against the bytes since the one before it, which lie at {@code offset} of the
   * file.
   */
  void verifyChecksum(Checksum checksum, byte[] bytes, int from, int to, long offset)
      throws Malformed {
    long covered = to - from;
    if (checksum.getStart() != offset - start || checksum.getLength() != covered) {
      throw new Malformed(
          "this checksum covers "
              + Long.toUnsignedString(checksum.getLength())
              + " bytes from "
              + Long.toUnsignedString(checksum.getStart())
              + " of its part, but it follows "
              + covered
              + " bytes from "
              + (offset - start)
              + ": "
              + Format.MOVED);
    }
    CRC32 crc = new CRC32();
    crc.update(bytes, from, to - from);
    if ((int) crc.getValue() != checksum.getCrc()) {
      throw new Malformed(
          "the "
              + covered
              + " bytes before this checksum do not match it: the file is damaged, copy it again or"
              + " use another one");
    }
  }

  /** Checks how many records a checksum counts. */
  void countRecords(Checksum checksum, long found) throws Malformed {
    if (checksum.getRecords() != found) {
      throw new Malformed(
          "this checksum counts "
              + Long.toUnsignedString(checksum.getRecords())
              + " records, there are "
              + found);
    }
    records += found;
  }

  /** Checks the footer, which starts at {@code offset} of the file. */
  void verifyFooter(Footer footer, long offset) throws Malformed {
    long length = offset - start;
    if (footer.getRecordCount() != records) {
      throw new Malformed(
          "the footer counts "
              + Long.toUnsignedString(footer.getRecordCount())
              + " records, the part has "
              + records);
    }
    if (footer.getPartLength() != length) {
      throw new Malformed(
          "the footer ends a part of "
              + Long.toUnsignedString(footer.getPartLength())
              + " bytes, this one has "
              + length);
    }
    if (!footer.getSha256().asReadOnlyByteBuffer().equals(ByteBuffer.wrap(digest.digest()))) {
      throw new Malformed(
          "the SHA-256 of the part is not the one in its footer: the file is damaged");
    }
  }

  static Malformed undecodable(String what, InvalidProtocolBufferException cause) {
    return new Malformed(what + " cannot be decoded: " + cause.getMessage(), cause);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
