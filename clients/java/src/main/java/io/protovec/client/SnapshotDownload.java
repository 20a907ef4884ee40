package io.protovec.client;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.protovec.client.ProtovecException.Details;
import io.protovec.v1.DownloadSnapshotRequest;
import io.protovec.v1.DownloadSnapshotResponse;
import io.protovec.v1.SnapshotServiceGrpc;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Reads a snapshot file from the server. Every chunk is checked against its CRC and its offset
 * before it is written; a download that breaks off goes on where it stopped.
 */
final class SnapshotDownload {
  private final Transport transport;
  private final String collection;
  private final String id;
  private final CallSettings settings;
  private long offset;

  SnapshotDownload(Transport transport, String collection, String id, CallSettings settings) {
    this.transport = transport;
    this.collection = collection;
    this.id = id;
    this.settings = settings;
  }

  /** Writes the whole file. Returns its length. */
  long writeTo(OutputStream target) throws IOException {
    Resumption resumption = new Resumption(transport);
    while (true) {
      try {
        writeRest(target);
        return offset;
      } catch (ProtovecException error) {
        resumption.after(error, offset);
      }
    }
  }

  private void writeRest(OutputStream target) throws IOException {
    DownloadSnapshotRequest request =
        DownloadSnapshotRequest.newBuilder()
            .setCollection(collection)
            .setSnapshotId(id)
            .setOffset(offset)
            .build();
    var call = transport.read(SnapshotServiceGrpc.getDownloadSnapshotMethod(), request, settings);
    try {
      for (var chunk = call.next(); chunk != null; chunk = call.next()) {
        check(chunk);
        chunk.getData().writeTo(target);
        offset += chunk.getData().size();
      }
    } finally {
      call.cancel();
    }
  }

  private void check(DownloadSnapshotResponse chunk) {
    if (chunk.getOffset() == offset && crcOf(chunk.getData()) == chunk.getCrc()) return;
    throw damaged(id, offset, "was damaged on its way");
  }

  static int crcOf(ByteString data) {
    CRC32 crc = new CRC32();
    data.asReadOnlyByteBufferList().forEach(crc::update);
    return (int) crc.getValue();
  }

  static ProtovecException damaged(String id, long offset, String what) {
    String message = "Snapshot " + id + " " + what + " at offset " + offset + "; download it again";
    Map<String, String> metadata = Map.of("offset", Long.toString(offset));
    Details details = new Details("CHECKSUM_MISMATCH", List.of(), null, metadata);
    return new ProtovecException(Status.Code.DATA_LOSS, message, details, null);
  }
}
