package io.protovec.client;

import io.protovec.v1.BatchDeleteRecordsRequest;
import io.protovec.v1.BatchGetRecordsRequest;
import io.protovec.v1.BatchGetRecordsResponse;
import io.protovec.v1.CountRecordsRequest;
import io.protovec.v1.DeleteRecordRequest;
import io.protovec.v1.ExportRecordsRequest;
import io.protovec.v1.ExportRecordsResponse;
import io.protovec.v1.Filter;
import io.protovec.v1.GetRecordRequest;
import io.protovec.v1.ListRecordsRequest;
import io.protovec.v1.RecordServiceGrpc;
import io.protovec.v1.SearchServiceGrpc;
import io.protovec.v1.UpsertRecordRequest;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The records of one collection. Every method throws {@link ProtovecException}: NOT_FOUND, reason
 * COLLECTION_NOT_FOUND, when the collection is missing; DATA_LOSS, reason STORAGE_CORRUPTED, when a
 * file of it is damaged.
 */
public final class VectorCollection {
  private final Transport transport;
  private final String name;
  private final CallSettings settings;

  VectorCollection(Transport transport, String name, CallSettings settings) {
    this.transport = transport;
    this.name = name;
    this.settings = settings;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The same, whose calls take at most so long, streams included; zero: without end. */
  public VectorCollection withTimeout(Duration timeout) {
    return new VectorCollection(transport, name, CallSettings.within(timeout));
  }

  /** Its snapshots. */
  public Snapshots snapshots() {
    return new Snapshots(transport, name, settings);
  }

  /** Creates the record or replaces it whole. One without an id gets a UUIDv7. */
  public WriteResult upsert(VectorRecord record) {
    return write(record, WriteMode.UPSERT);
  }

  /** Writes a record: ALREADY_EXISTS or NOT_FOUND when the mode does not allow it. */
  public WriteResult write(VectorRecord record, WriteMode mode) {
    return write(record, mode, Optional.empty());
  }

  /**
   * Writes a record: ABORTED, reason REVISION_MISMATCH, unless the stored one has this revision.
   */
  public WriteResult write(VectorRecord record, WriteMode mode, Optional<Long> expectedRevision) {
    UpsertRecordRequest.Builder request =
        UpsertRecordRequest.newBuilder()
            .setCollection(name)
            .setRecord(RecordPacker.withId(record))
            .setWriteMode(mode.toProto());
    expectedRevision.ifPresent(request::setExpectedRevision);
    var method = RecordServiceGrpc.getUpsertRecordMethod();
    return WriteResult.of(transport.unary(method, request.build(), settings));
  }

  /** Creates or replaces records, in calls of about 1 MiB. What is refused is in the result. */
  public LoadResult upsertMany(Iterable<VectorRecord> records) {
    return writeMany(records, WriteMode.UPSERT);
  }

  /** Writes records, in calls of about 1 MiB, each atomic. What is refused is in the result. */
  public LoadResult writeMany(Iterable<VectorRecord> records, WriteMode mode) {
    return new BulkUpsert(transport, name, mode, settings).run(records);
  }

  /** Creates or replaces any number of records over one stream. */
  public LoadResult insertMany(Iterable<VectorRecord> records) {
    return insertMany(records.iterator(), LoadOptions.defaults());
  }

  /** Creates or replaces any number of records over one stream, and closes the source. */
  public LoadResult insertMany(Stream<VectorRecord> records) {
    try (records) {
      return insertMany(records.iterator(), LoadOptions.defaults());
    }
  }

  /**
   * Writes any number of records over one stream, in bounded memory and no faster than the server
   * stores them. What is refused is in the result, what the source throws ends the load; messages
   * of about 1 MiB that were sent before may be stored.
   */
  public LoadResult insertMany(Iterator<VectorRecord> records, LoadOptions options) {
    return new BulkInsert(transport, name, options, settings).run(records);
  }

  /** {@link #ingest(Iterator, IngestOptions)} with a new key and the default options. */
  public IngestResult ingest(Iterable<VectorRecord> records) {
    return ingest(records.iterator(), IngestOptions.defaults());
  }

  /**
   * Writes any number of records, and goes on when the connection breaks or the server restarts:
   * nothing is lost and nothing is written twice. Keeps at most about 20 MiB of records that are
   * not acknowledged. What the source throws ends the load and is thrown as it is.
   *
   * @throws IngestException when it fails, with how far it came
   */
  public IngestResult ingest(Iterator<VectorRecord> records, IngestOptions options) {
    return new Ingest(transport, name, records, options, settings).run();
  }

  /** Reads a record: NOT_FOUND, reason RECORD_NOT_FOUND, when there is none. */
  public VectorRecord get(String id) {
    GetRecordRequest request = GetRecordRequest.newBuilder().setCollection(name).setId(id).build();
    var method = RecordServiceGrpc.getGetRecordMethod();
    return VectorRecord.fromProto(transport.unary(method, request, settings).getRecord());
  }

  /** Reads a record that may be missing. */
  public Optional<VectorRecord> find(String id) {
    try {
      return Optional.of(get(id));
    } catch (ProtovecException error) {
      if (error.reason().equals("RECORD_NOT_FOUND")) return Optional.empty();
      throw error;
    }
  }

  /** Reads at most 10,000 records; missing ones are listed. */
  public RecordBatch getMany(List<String> ids) {
    BatchGetRecordsRequest request =
        BatchGetRecordsRequest.newBuilder().setCollection(name).addAllIds(ids).build();
    BatchGetRecordsResponse response =
        transport.unary(RecordServiceGrpc.getBatchGetRecordsMethod(), request, settings);
    return new RecordBatch(
        response.getRecordsList().stream().map(VectorRecord::fromProto).toList(),
        response.getMissingIdsList());
  }

  /** Deletes a record: NOT_FOUND, reason RECORD_NOT_FOUND, when there is none. */
  public void delete(String id) {
    DeleteRecordRequest request =
        DeleteRecordRequest.newBuilder().setCollection(name).setId(id).build();
    transport.unary(RecordServiceGrpc.getDeleteRecordMethod(), request, settings);
  }

  /** Deletes at most 10,000 records; missing ones are no error. Returns how many there were. */
  public long deleteMany(List<String> ids) {
    return deleteMany(BatchDeleteRecordsRequest.newBuilder().addAllIds(ids));
  }

  /** Deletes the records that match. Returns how many there were. */
  public long deleteMany(Filter filter) {
    return deleteMany(BatchDeleteRecordsRequest.newBuilder().setFilter(filter));
  }

  private long deleteMany(BatchDeleteRecordsRequest.Builder request) {
    var method = RecordServiceGrpc.getBatchDeleteRecordsMethod();
    return transport.unary(method, request.setCollection(name).build(), settings).getDeletedCount();
  }

  /** How many records there are. */
  public long count() {
    return count(CountRecordsRequest.newBuilder());
  }

  /** How many records match. */
  public long count(Filter filter) {
    return count(CountRecordsRequest.newBuilder().setFilter(filter));
  }

  private long count(CountRecordsRequest.Builder request) {
    var method = RecordServiceGrpc.getCountRecordsMethod();
    return transport.unary(method, request.setCollection(name).build(), settings).getCount();
  }

  /** Reads records in the byte order of their ids, a page with each call. */
  public Iterator<VectorRecord> list(ReadOptions options) {
    ListRecordsRequest.Builder request =
        ListRecordsRequest.newBuilder().setCollection(name).setPageSize(options.pageSize());
    if (options.filter() != null) request.setFilter(options.filter());
    if (options.mask() != null) request.setRecordMask(options.mask());
    return new RecordPages(transport, request, settings);
  }

  /**
   * Reads records as they are now, in no particular order, no faster than they are taken. Close it,
   * unless it is read to its end.
   */
  public CloseableIterator<VectorRecord> export(ReadOptions options) {
    ExportRecordsRequest.Builder request = ExportRecordsRequest.newBuilder().setCollection(name);
    if (options.filter() != null) request.setFilter(options.filter());
    if (options.mask() != null) request.setRecordMask(options.mask());
    StreamCall<ExportRecordsRequest, ExportRecordsResponse> call =
        transport.read(RecordServiceGrpc.getExportRecordsMethod(), request.build(), settings);
    return new AnswerIterator<>(
        call, it -> it.getRecordsList().stream().map(VectorRecord::fromProto).iterator());
  }

  /** Finds the nearest records. */
  public SearchResult search(SearchQuery query) {
    var method = SearchServiceGrpc.getSearchMethod();
    return SearchResult.of(transport.unary(method, query.of(name), settings));
  }

  /** Searches several times; a bad search refuses all, by its place: {@code searches[3].vector}. */
  public List<SearchResult> searchMany(List<SearchQuery> queries) {
    return new SearchMany(transport, name, settings).run(queries);
  }

  /**
   * Searches any number of times over one stream. Answers come as they are ready, which may be in
   * another order; a search that is refused does not stop the others. At most 256 queries are taken
   * ahead of the answers, on the thread that reads these. Close it, unless it is read to its end.
   */
  public CloseableIterator<SearchAnswer> searchStream(Iterator<SearchQuery> queries) {
    return new SearchStream(transport, name, queries, settings);
  }
}
