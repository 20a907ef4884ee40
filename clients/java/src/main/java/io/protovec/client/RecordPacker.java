package io.protovec.client;

import com.google.protobuf.CodedOutputStream;
import io.protovec.v1.VectorRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers records until they fill a message of about 1 MiB. A record has 3 MiB at most, so that a
 * message stays below 4 MiB. Where a message ends follows from the records and their order alone.
 */
final class RecordPacker {
  /** The most records that a server takes in one message. */
  private static final int RECORDS_MAX = 10_000;

  private static final int MESSAGE_BYTES = 1024 * 1024;

  private List<VectorRecord> records = new ArrayList<>();
  private long first;
  private long bytes;

  /** Adds a record; one without an id gets a UUIDv7. Returns whether the message is full. */
  boolean add(io.protovec.client.VectorRecord record) {
    if (record == null) {
      String field = "records[" + (first + records.size()) + "]";
      throw ProtovecException.invalid(field, field + " is null; leave it out");
    }
    VectorRecord message = withId(record);
    records.add(message);
    bytes += CodedOutputStream.computeMessageSize(2, message);
    return bytes >= MESSAGE_BYTES || records.size() >= RECORDS_MAX;
  }

  /** Place of the message's first record among all that were added. */
  long first() {
    return first;
  }

  /** Bytes of the records in the message. */
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  /** The records of the message, which is then begun anew. */
  List<VectorRecord> take() {
    List<VectorRecord> taken = records;
    first += taken.size();
    records = new ArrayList<>(taken.size());
    bytes = 0;
    return taken;
  }

  /** As the schema has it, with an id. */
  static VectorRecord withId(io.protovec.client.VectorRecord record) {
    VectorRecord message = record.toProto();
    if (!message.getId().isEmpty()) return message;
    return message.toBuilder().setId(Uuid7.next()).build();
  }
}
