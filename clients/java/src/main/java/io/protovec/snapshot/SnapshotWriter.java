package io.protovec.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.protovec.client.ProtovecException;
import io.protovec.client.VectorRecord;
import io.protovec.v1.Checksum;
import io.protovec.v1.Codec;
import io.protovec.v1.Footer;
import io.protovec.v1.Fragment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a sealed snapshot file of one part, as a stream, in constant memory. Call {@link
 * #finish()} when all records are there: a file that is only closed has no footer and is no
 * snapshot. Ids must not occur twice, which is not checked here.
 */
public final class SnapshotWriter implements AutoCloseable {
  private static final int RECORD_BYTES_MAX = 3 * 1024 * 1024;
  private static final int ID_BYTES_MAX = 255;

  private final DigestOutputStream output;
  private final SnapshotHeader header;
  private final boolean compressed;
  private final ByteArrayOutputStream block = new ByteArrayOutputStream();
  private final ByteArrayOutputStream fragment = new ByteArrayOutputStream();
  private long fragmentRecords;
  private long blockStart;
  private long blockRecords;
  private long records;
  private boolean finished;

  private SnapshotWriter(OutputStream output, SnapshotHeader header, boolean compressed)
      throws IOException {
    this.output = new DigestOutputStream(output, SnapshotPart.sha256());
    this.header = header;
    this.compressed = compressed;
    header.toProto().writeTo(block);
  }

  /** Creates a file, or replaces one. Floats hardly compress, texts do. */
  public static SnapshotWriter create(Path file, SnapshotHeader header, boolean compressed)
      throws IOException {
    return new SnapshotWriter(Files.newOutputStream(file), header, compressed);
  }

  /**
   * Appends a record.
   *
   * @throws ProtovecException INVALID_ARGUMENT when it has no id, another dimension or no room in a
   *     snapshot
   */
  public void add(VectorRecord record) throws IOException {
    check(record);
    blockRecords += 1;
    records += 1;
    if (!compressed) {
      append(block, Format.RECORD, record.toProto());
    } else {
      append(fragment, Format.RECORD, record.toProto());
      fragmentRecords += 1;
      if (fragment.size() < Format.BLOCK_BYTES) return;
      endFragment();
    }
    if (block.size() >= Format.BLOCK_BYTES) endBlock();
  }

  /** Seals the file. Returns how many records it has. */
  public long finish() throws IOException {
    if (finished) return records;
    finished = true;
    if (fragmentRecords > 0) endFragment();
    if (block.size() > 0) endBlock();
    MessageDigest digest = output.getMessageDigest();
    Footer footer =
        Footer.newBuilder()
            .setRecordCount(records)
            .setPartLength(blockStart)
            .setSha256(ByteString.copyFrom(digest.digest()))
            .build();
    append(output, Format.FOOTER, footer);
    output.flush();
    return records;
  }

  @Override
  public void close() throws IOException {
    output.close();
  }

  private void check(VectorRecord record) {
    int idBytes = record.toProto().getIdBytes().size();
    if (idBytes < 1 || idBytes > ID_BYTES_MAX) {
      throw ProtovecException.invalid(
          "id", "The id has " + idBytes + " bytes; from 1 to " + ID_BYTES_MAX + " are allowed");
    }
    int dimension = record.toProto().getEmbeddingCount();
    if (dimension != header.dimension()) {
      String what = "The embedding has " + dimension + " values; the snapshot's have ";
      throw ProtovecException.invalid("embedding", what + header.dimension());
    }
    for (int i = 0; i < dimension; i++) {
      if (!Float.isFinite(record.toProto().getEmbedding(i))) {
        throw ProtovecException.invalid("embedding[" + i + "]", "A value is not finite");
      }
    }
    int bytes = record.toProto().getSerializedSize();
    if (bytes > RECORD_BYTES_MAX) {
      String what = "The record takes " + bytes + " bytes; the most is " + RECORD_BYTES_MAX;
      throw ProtovecException.invalid("content", what);
    }
  }

  private void endFragment() throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(data)) {
      fragment.writeTo(gzip);
    }
    Fragment message =
        Fragment.newBuilder()
            .setCodec(Codec.CODEC_GZIP)
            .setData(ByteString.copyFrom(data.toByteArray()))
            .setRecordCount(fragmentRecords)
            .setInflatedSize(fragment.size())
            .setCrc(crc(data.toByteArray()))
            .build();
    append(block, Format.FRAGMENT, message);
    fragment.reset();
    fragmentRecords = 0;
  }

  /** Writes the block and the checksum that covers it; the checksum begins the next block. */
  private void endBlock() throws IOException {
    byte[] bytes = block.toByteArray();
    Checksum checksum =
        Checksum.newBuilder()
            .setStart(blockStart)
            .setLength(bytes.length)
            .setRecords(blockRecords)
            .setCrc(crc(bytes))
            .build();
    output.write(bytes);
    block.reset();
    append(block, Format.CHECKSUM, checksum);
    blockStart += bytes.length + block.size();
    block.writeTo(output);
    block.reset();
    blockRecords = 0;
  }

  private static void append(OutputStream target, int tag, MessageLite message) throws IOException {
    CodedOutputStream coded = CodedOutputStream.newInstance(target);
    coded.writeUInt32NoTag(tag);
    coded.writeMessageNoTag(message);
    coded.flush();
  }

  private static int crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
