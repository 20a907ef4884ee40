package io.protovec.client;

import io.protovec.v1.CreateSnapshotRequest;
import io.protovec.v1.DeleteSnapshotRequest;
import io.protovec.v1.DiffSnapshotsRequest;
import io.protovec.v1.ListSnapshotsRequest;
import io.protovec.v1.MergeSnapshotRequest;
import io.protovec.v1.RestoreSnapshotRequest;
import io.protovec.v1.SnapshotReport;
import io.protovec.v1.SnapshotServiceGrpc;
import io.protovec.v1.ValidateSnapshotRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * The snapshots of one collection. Methods that name a snapshot throw NOT_FOUND, reason
 * SNAPSHOT_NOT_FOUND, when there is none; I/O errors of this machine are IOExceptions.
 */
public final class Snapshots {
  private final Transport transport;
  private final String collection;
  private final CallSettings settings;

  Snapshots(Transport transport, String collection, CallSettings settings) {
    this.transport = transport;
    this.collection = collection;
    this.settings = settings;
  }

  /** Takes a snapshot of the collection as it is now. */
  public SnapshotInfo create() {
    return create(SnapshotOptions.defaults());
  }

  /** Takes a snapshot of the collection, or of some of its records, as it is now. */
  public SnapshotInfo create(SnapshotOptions options) {
    CreateSnapshotRequest request = options.of(collection);
    var method = SnapshotServiceGrpc.getCreateSnapshotMethod();
    var last = transport.read(method, request, settings).answer();
    if (last.hasSnapshot()) return SnapshotInfo.of(last.getSnapshot());
    throw ProtovecException.internal("The server ended the call without a snapshot");
  }

  /** The snapshots, newest first. */
  public List<SnapshotInfo> list() {
    ListSnapshotsRequest request =
        ListSnapshotsRequest.newBuilder().setCollection(collection).build();
    var method = SnapshotServiceGrpc.getListSnapshotsMethod();
    return transport.unary(method, request, settings).getSnapshotsList().stream()
        .map(SnapshotInfo::of)
        .toList();
  }

  /** Deletes a snapshot. */
  public void delete(String id) {
    DeleteSnapshotRequest request =
        DeleteSnapshotRequest.newBuilder().setCollection(collection).setSnapshotId(id).build();
    transport.unary(SnapshotServiceGrpc.getDeleteSnapshotMethod(), request, settings);
  }

  /**
   * Writes a snapshot to a file, which replaces one that is there only when the whole of it has
   * arrived and its SHA-256 is the one on record: DATA_LOSS, reason CHECKSUM_MISMATCH. When the
   * connection breaks it is made again, and the download goes on. Returns the length in bytes.
   */
  public long download(String id, Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Path part = target.resolveSibling("." + target.getFileName() + "." + Uuid7.next() + ".part");
    try {
      long size;
      try (OutputStream output = Files.newOutputStream(part)) {
        size = download(id, output);
      }
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      return size;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /**
   * Writes a snapshot to a stream, and flushes it. What was written is to be used only when this
   * returns: the SHA-256 is known at the end. Returns the length in bytes.
   */
  public long download(String id, OutputStream target) throws IOException {
    SnapshotInfo info = infoOf(id);
    DigestOutputStream output = new DigestOutputStream(target, Digests.sha256());
    long size = new SnapshotDownload(transport, collection, id, settings).writeTo(output);
    output.flush();
    byte[] digest = output.getMessageDigest().digest();
    if (info == null || Arrays.equals(digest, info.sha256().toByteArray())) return size;
    throw SnapshotDownload.damaged(id, 0, "has another SHA-256 than the one on record");
  }

  /** Null when there is none, which the download itself reports. */
  private SnapshotInfo infoOf(String id) {
    return list().stream().filter(it -> it.id().equals(id)).findFirst().orElse(null);
  }

  /**
   * Brings a snapshot file to the server, where it becomes a snapshot of this collection once it
   * has been checked whole. The file is read once before, for its SHA-256. When the connection
   * breaks it is made again, and the upload goes on.
   */
  public SnapshotInfo upload(Path file) throws IOException {
    return upload(file, false);
  }

  /** {@link #upload(Path)}, of a file that may be without checksums and footer. */
  public SnapshotInfo upload(Path file, boolean allowUnsealed) throws IOException {
    return SnapshotInfo.of(
        new SnapshotUpload(transport, collection, file, allowUnsealed, settings).run());
  }

  /** Reads a snapshot whole on the server; damage is in the report, not an error. */
  public SnapshotReport validate(String id) {
    ValidateSnapshotRequest request =
        ValidateSnapshotRequest.newBuilder().setCollection(collection).setSnapshotId(id).build();
    var method = SnapshotServiceGrpc.getValidateSnapshotMethod();
    var last = transport.read(method, request, settings).answer();
    if (last.hasReport()) return last.getReport();
    throw ProtovecException.internal("The server ended the call without a report");
  }

  /** Replaces the content of this collection by that of a snapshot. */
  public RestoreResult restore(String id) {
    return restore(id, RestoreOptions.defaults());
  }

  /** Replaces the content of this or another collection by that of a snapshot. */
  public RestoreResult restore(String id, RestoreOptions options) {
    RestoreSnapshotRequest request = options.of(collection, id);
    var method = SnapshotServiceGrpc.getRestoreSnapshotMethod();
    var last = transport.read(method, request, settings).answer();
    return new RestoreResult(last.getRecordsRestored(), last.getSequence());
  }

  /** Merges a snapshot of this collection into it: all of it, or none and the call fails. */
  public MergeResult merge(String id, MergeOptions options) {
    return merge(id, "", options);
  }

  /** Merges a snapshot of another collection into this one: all of it, or none. */
  public MergeResult merge(String id, String fromCollection, MergeOptions options) {
    MergeSnapshotRequest request =
        MergeSnapshotRequest.newBuilder()
            .setCollection(collection)
            .setSnapshotId(id)
            .setSourceCollection(fromCollection)
            .setPolicy(options.policy().toProto())
            .setDryRun(options.isDryRun())
            .build();
    var method = SnapshotServiceGrpc.getMergeSnapshotMethod();
    return MergeResult.of(transport.read(method, request, settings).answer().getResult());
  }

  /** Merges a snapshot file into this collection: all of it, or none. */
  public MergeResult merge(Path file, MergeOptions options) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      return new SnapshotMerge(transport, collection, options, settings).file(bytes);
    }
  }

  /** Merges records, whose times are kept: all of them, or none. */
  public MergeResult merge(Iterator<VectorRecord> records, MergeOptions options) {
    return new SnapshotMerge(transport, collection, options, settings).records(records);
  }

  /** Compares a snapshot with the collection as it is now. Close it, unless it is read whole. */
  public SnapshotDiff diff(String id) {
    return diff(id, "", "");
  }

  /** Compares a snapshot with another one, of another collection unless its name is empty. */
  public SnapshotDiff diff(String id, String otherId, String otherCollection) {
    DiffSnapshotsRequest request =
        DiffSnapshotsRequest.newBuilder()
            .setCollection(collection)
            .setSnapshotId(id)
            .setOtherSnapshotId(otherId)
            .setOtherCollection(otherCollection)
            .build();
    return new SnapshotDiff(
        transport.read(SnapshotServiceGrpc.getDiffSnapshotsMethod(), request, settings));
  }
}
