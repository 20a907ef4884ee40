package io.protovec.snapshot;

import com.google.protobuf.InvalidProtocolBufferException;
import io.protovec.client.CloseableIterator;
import io.protovec.client.VectorRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;

/**
 * The records of a snapshot file, in its order, part after part: of records with one id the last
 * one counts. That the file is whole is known when it has been read to its end without an
 * exception; what must not act on half a file keeps the records aside until then. Damage is a
 * {@link SnapshotDamagedException}, a failure to read an {@link UncheckedIOException}.
 */
public final class SnapshotReader implements CloseableIterator<VectorRecord> {
  private static final int ID_BYTES_MAX = 255;

  private final InputStream input;
  private final String name;
  private final BlockReader blocks;
  private int nextOfBlock;
  private int countOfBlock;

  /** The fragment that is being read: its records, and where it lies in the file. */
  private byte[] inflated;

  private final Slices inflatedRecords = new Slices();
  private int nextInflated;
  private long fragmentOffset;
  private VectorRecord next;
  private long recordsRead;
  private boolean over;

  /** What the file was found to be; thrown again, so that damage is never taken for the end. */
  private SnapshotDamagedException damage;

  private SnapshotReader(InputStream input, String name, boolean allowUnsealed) {
    this.input = input;
    this.name = name;
    this.blocks = new BlockReader(new ByteWindow(input), allowUnsealed);
  }

  /** Opens a sealed file, as Protovec writes them. */
  public static SnapshotReader open(Path file) throws IOException {
    return open(file, false);
  }

  /** Opens a file that, if so allowed, may be without checksums and footer. */
  public static SnapshotReader open(Path file, boolean allowUnsealed) throws IOException {
    return of(Files.newInputStream(file), file.toString(), allowUnsealed);
  }

  /** Reads from a stream, which is closed with the reader; errors call it by the name. */
  public static SnapshotReader of(InputStream input, String name, boolean allowUnsealed) {
    return new SnapshotReader(input, name, allowUnsealed);
  }

  /** Reads a whole sealed file, checks everything and tells what is in it. */
  public static SnapshotSummary verify(Path file) throws IOException {
    try (SnapshotReader reader = open(file)) {
      return reader.readAll();
    }
  }

  /** Reads what is left, and tells what the whole file had. */
  public SnapshotSummary readAll() {
    while (hasNext()) next();
    return new SnapshotSummary(blocks.parts(), recordsRead, blocks.allSealed(), header());
  }

  /**
   * What the part of the next record, or the last part, says about its records. Of an unsealed part
   * of more than 16 MiB, what its writer put after the records is known when they have been read.
   */
  public SnapshotHeader header() {
    return part().header();
  }

  /** The part of the next record, or the last part, from 0. */
  public int partIndex() {
    return part().index();
  }

  /** Records that were handed out. */
  public long recordsRead() {
    return recordsRead;
  }

  @Override
  public boolean hasNext() {
    if (damage != null) throw damage;
    long offset = -1;
    try {
      while (next == null && !over) {
        offset = -1;
        if (inflated != null && nextInflated < inflatedRecords.count()) {
          offset = fragmentOffset;
          int at = nextInflated++;
          next = decode(inflated, inflatedRecords.start(at), inflatedRecords.end(at));
        } else if (nextOfBlock < countOfBlock) {
          int at = nextOfBlock++;
          offset = blocks.offset(blocks.from(at));
          if (blocks.isFragment(at)) openFragment(at, offset);
          else next = decode(blocks.bytes(), blocks.from(at), blocks.to(at));
        } else {
          nextBlock();
        }
      }
    } catch (Malformed what) {
      long where = offset < 0 ? blocks.offset() : offset;
      damage = new SnapshotDamagedException(name, where, recordsRead, what);
      throw damage;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return next != null;
  }

  @Override
  public VectorRecord next() {
    if (!hasNext()) throw new NoSuchElementException();
    VectorRecord record = next;
    next = null;
    recordsRead += 1;
    return record;
  }

  @Override
  public void close() {
    over = true;
    next = null;
    try {
      input.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SnapshotPart part() {
    hasNext();
    if (blocks.part() == null) throw new IllegalStateException("closed before it was read");
    return blocks.part();
  }

  private void nextBlock() throws IOException, Malformed {
    inflated = null;
    nextOfBlock = 0;
    countOfBlock = 0;
    if (blocks.next()) countOfBlock = blocks.count();
    else over = true;
  }

  private void openFragment(int at, long offset) throws Malformed {
    var fragment = Fragments.decode(blocks.bytes(), blocks.from(at), blocks.to(at));
    inflated = Fragments.inflate(fragment, inflatedRecords);
    nextInflated = 0;
    fragmentOffset = offset;
  }

  private VectorRecord decode(byte[] bytes, int from, int to) throws Malformed {
    io.protovec.v1.VectorRecord record;
    try {
      record = io.protovec.v1.VectorRecord.parser().parseFrom(bytes, from, to - from);
    } catch (InvalidProtocolBufferException e) {
      throw SnapshotPart.undecodable("a record", e);
    }
    int idBytes = record.getIdBytes().size();
    if (idBytes < 1 || idBytes > ID_BYTES_MAX) {
      throw new Malformed("a record whose id has " + idBytes + " bytes, from 1 to 255 are allowed");
    }
    int dimension = blocks.part().header().dimension();
    if (record.getEmbeddingCount() != dimension) {
      throw new Malformed(
          "record "
              + record.getId()
              + " has an embedding of "
              + record.getEmbeddingCount()
              + " values, the snapshot says "
              + dimension);
    }
    for (int i = 0; i < dimension; i++) {
      if (!Float.isFinite(record.getEmbedding(i))) {
        throw new Malformed("record " + record.getId() + " has an embedding that is not finite");
      }
    }
    return VectorRecord.fromProto(record);
  }
}
