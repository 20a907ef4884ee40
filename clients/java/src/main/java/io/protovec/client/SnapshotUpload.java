package io.protovec.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.protovec.v1.GetUploadRequest;
import io.protovec.v1.GetUploadResponse;
import io.protovec.v1.Snapshot;
import io.protovec.v1.SnapshotServiceGrpc;
import io.protovec.v1.UploadSnapshotRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Brings a snapshot file to the server. When the connection breaks, the server is asked how much it
 * has, and the upload goes on from there.
 */
final class SnapshotUpload {
  private static final int PIECE_BYTES = 1024 * 1024;

  private final Transport transport;
  private final UploadSnapshotRequest announced;
  private final Path file;
  private final CallSettings settings;

  SnapshotUpload(
      Transport transport,
      String collection,
      Path file,
      boolean allowUnsealed,
      CallSettings settings)
      throws IOException {
    this.transport = transport;
    this.file = file;
    this.settings = settings;
    this.announced =
        UploadSnapshotRequest.newBuilder()
            .setCollection(collection)
            .setSnapshotId(Uuid7.next())
            .setSizeBytes(Files.size(file))
            .setSha256(ByteString.copyFrom(Digests.ofFile(file)))
            .setAllowUnsealed(allowUnsealed)
            .build();
  }

  Snapshot run() throws IOException {
    Resumption resumption = new Resumption(transport);
    boolean ask = false;
    long received = 0;
    while (true) {
      try {
        if (ask) {
          GetUploadResponse progress = progress();
          if (progress.hasSnapshot()) return progress.getSnapshot();
          received = progress.getReceivedBytes();
        }
        return send(received);
      } catch (ProtovecException error) {
        ask = true;
        resumption.after(error, received);
      }
    }
  }

  private GetUploadResponse progress() {
    GetUploadRequest request =
        GetUploadRequest.newBuilder()
            .setCollection(announced.getCollection())
            .setSnapshotId(announced.getSnapshotId())
            .build();
    try {
      return transport.unary(SnapshotServiceGrpc.getGetUploadMethod(), request, settings);
    } catch (ProtovecException error) {
      if (!error.reason().equals("SNAPSHOT_NOT_FOUND")) throw error;
      return GetUploadResponse.getDefaultInstance();
    }
  }

  /** Sends what follows the first {@code received} bytes. */
  private Snapshot send(long received) throws IOException {
    var call = transport.open(SnapshotServiceGrpc.getUploadSnapshotMethod(), settings);
    boolean answered = false;
    try (FileChannel channel = FileChannel.open(file)) {
      InputStream bytes = Channels.newInputStream(channel.position(received));
      UploadSnapshotRequest.Builder request = announced.toBuilder();
      long offset = received;
      for (boolean first = true; ; first = false) {
        byte[] piece = bytes.readNBytes(PIECE_BYTES);
        if (piece.length == 0 && !first) break;
        // The array is this message's own.
        ByteString data = UnsafeByteOperations.unsafeWrap(piece);
        request.setOffset(offset).setData(data).setCrc(SnapshotDownload.crcOf(data));
        if (!call.sendWhenReady(request.build())) break;
        request = UploadSnapshotRequest.newBuilder();
        offset += piece.length;
      }
      Snapshot snapshot = call.answer().getSnapshot();
      answered = true;
      return snapshot;
    } finally {
      if (!answered) call.cancel();
    }
  }
}
