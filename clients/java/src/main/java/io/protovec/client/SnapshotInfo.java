package io.protovec.client;

import com.google.protobuf.ByteString;
import io.protovec.v1.Snapshot;
import io.protovec.v1.SnapshotFormat;
import java.time.Instant;

/**
 * A snapshot on the server.
 *
 * @param id UUID that the server gave it
 * @param collection name of the collection
 * @param json whether it is JSON; else it is binary
 * @param compressed whether its records are compressed
 * @param sizeBytes length of the file
 * @param recordCount records in it
 * @param createTime when it was taken
 * @param logSequence log sequence that it includes
 * @param sha256 of the file, 32 bytes
 */
public record SnapshotInfo(
    String id,
    String collection,
    boolean json,
    boolean compressed,
    long sizeBytes,
    long recordCount,
    Instant createTime,
    long logSequence,
    ByteString sha256) {
  static SnapshotInfo of(Snapshot message) {
    return new SnapshotInfo(
        message.getSnapshotId(),
        message.getCollection(),
        message.getFormat() == SnapshotFormat.SNAPSHOT_FORMAT_JSON,
        message.getCompressed(),
        message.getSizeBytes(),
        message.getRecordCount(),
        Times.fromProto(message.getCreateTime()),
        message.getLogSequence(),
        message.getSha256());
  }
}
