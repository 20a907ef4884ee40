package io.protovec.snapshot;

import io.grpc.Status;
import io.protovec.client.ProtovecException;
import java.util.Map;

/**
 * A file that is not a whole, valid snapshot: DATA_LOSS, reason STORAGE_CORRUPTED. Its metadata has
 * {@code file}, {@code offset} and {@code records_read}. Records that were handed out before it are
 * those that the file was written with.
 */
public final class SnapshotDamagedException extends ProtovecException {
  private static final long serialVersionUID = 1L;

  private final long offset;
  private final long recordsRead;

  SnapshotDamagedException(String file, long offset, long recordsRead, Malformed what) {
    super(
        Status.Code.DATA_LOSS,
        "STORAGE_CORRUPTED",
        file + ", offset " + offset + ", after " + recordsRead + " records: " + what.getMessage(),
        Map.of(
            "file", file,
            "offset", Long.toString(offset),
            "records_read", Long.toString(recordsRead)),
        what.getCause());
    this.offset = offset;
    this.recordsRead = recordsRead;
  }

  /** Where in the file, in bytes, it was noticed. */
  public long offset() {
    return offset;
  }

  /** Records that were read before. */
  public long recordsRead() {
    return recordsRead;
  }
}
