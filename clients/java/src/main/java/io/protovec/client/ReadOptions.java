package io.protovec.client;

import com.google.protobuf.FieldMask;
import io.protovec.v1.Filter;
import java.util.Arrays;

/**
 * Which records are read, and what of them: {@code ReadOptions.where(filter).fields("title")}.
 *
 * @param filter which records; null: all
 * @param mask fields of them; null: all
 * @param pageSize most records on a page, at most 1,000; 0: the server's default
 */
public record ReadOptions(Filter filter, FieldMask mask, int pageSize) {
  private static final ReadOptions ALL = new ReadOptions(null, null, 0);

  /** All records, whole. */
  public static ReadOptions all() {
    return ALL;
  }

  /** The records that match. */
  public static ReadOptions where(Filter filter) {
    return new ReadOptions(filter, null, 0);
  }

  /** The same with these fields of each record, such as {@code title}; the id always comes. */
  public ReadOptions fields(String... paths) {
    FieldMask fields = FieldMask.newBuilder().addAllPaths(Arrays.asList(paths)).build();
    return new ReadOptions(filter, fields, pageSize);
  }

  /** The same with pages of at most so many records. */
  public ReadOptions pageSize(int records) {
    return new ReadOptions(filter, mask, records);
  }
}
