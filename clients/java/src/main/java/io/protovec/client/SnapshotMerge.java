package io.protovec.client;

import com.google.protobuf.ByteString;
import io.protovec.v1.MergeRecordsRequest;
import io.protovec.v1.MergeRecordsResponse;
import io.protovec.v1.SnapshotServiceGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;

/** Streams a snapshot file or records into a merge, as fast as the server takes them. */
final class SnapshotMerge {
  private static final int CHUNK_BYTES = 1024 * 1024;

  private final StreamCall<MergeRecordsRequest, MergeRecordsResponse> call;
  private MergeRecordsRequest.Builder next;

  SnapshotMerge(
      Transport transport, String collection, MergeOptions options, CallSettings settings) {
    this.call = transport.open(SnapshotServiceGrpc.getMergeRecordsMethod(), settings);
    this.next =
        MergeRecordsRequest.newBuilder()
            .setCollection(collection)
            .setPolicy(options.policy().toProto())
            .setDryRun(options.isDryRun())
            .setAllowUnsealed(options.acceptsUnsealed());
  }

  MergeResult file(InputStream bytes) throws IOException {
    boolean answered = false;
    try {
      for (boolean first = true; ; first = false) {
        byte[] chunk = bytes.readNBytes(CHUNK_BYTES);
        // An empty file is sent, too: the server tells what is wrong with it.
        if (chunk.length == 0 && !first) break;
        if (!send(next.setSnapshotChunk(ByteString.copyFrom(chunk)))) break;
      }
      MergeResult result = MergeResult.of(call.answer().getResult());
      answered = true;
      return result;
    } finally {
      if (!answered) call.cancel();
    }
  }

  MergeResult records(Iterator<VectorRecord> source) {
    boolean answered = false;
    boolean sent = false;
    RecordPacker packer = new RecordPacker();
    try {
      while (source.hasNext()) {
        if (!packer.add(source.next())) continue;
        sent = true;
        if (!sendBatch(packer)) break;
      }
      if (!packer.isEmpty() || !sent) sendBatch(packer);
      MergeResult result = MergeResult.of(call.answer().getResult());
      answered = true;
      return result;
    } finally {
      if (!answered) call.cancel();
    }
  }

  private boolean sendBatch(RecordPacker packer) {
    next.getBatchBuilder().addAllRecords(packer.take());
    return send(next);
  }

  private boolean send(MergeRecordsRequest.Builder request) {
    boolean sent = call.sendWhenReady(request.build());
    next = MergeRecordsRequest.newBuilder();
    return sent;
  }
}
