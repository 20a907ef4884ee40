package io.protovec.client;

import io.protovec.v1.Filter;
import io.protovec.v1.FilterGroup;
import io.protovec.v1.MetadataCondition;
import io.protovec.v1.MetadataValueList;
import io.protovec.v1.NumberRange;
import io.protovec.v1.StringList;
import io.protovec.v1.TimeRange;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Builds filters: {@code Where.all(Where.eq("lang", "en"), Where.gte("year", 2020))}. They are the
 * generated messages, so filters from elsewhere combine with these. Conditions on texts other than
 * {@code eq}, {@code ne} and {@code oneOf} ignore case. A record without the key never matches,
 * except for {@code exists(key, false)}.
 */
public final class Where {
  private Where() {}

  /** Every filter matches. */
  public static Filter all(Filter... filters) {
    return Filter.newBuilder().setAllOf(group(filters)).build();
  }

  /** At least one filter matches. */
  public static Filter any(Filter... filters) {
    return Filter.newBuilder().setAnyOf(group(filters)).build();
  }

  /** No filter matches. */
  public static Filter none(Filter... filters) {
    return Filter.newBuilder().setNoneOf(group(filters)).build();
  }

  /** The value is equal, case included; of a list of texts, one of them. */
  public static Filter eq(String key, String value) {
    return eq(key, MetadataValue.of(value));
  }

  /** The value is equal. */
  public static Filter eq(String key, long value) {
    return eq(key, MetadataValue.of(value));
  }

  /** The value is equal. */
  public static Filter eq(String key, double value) {
    return eq(key, MetadataValue.of(value));
  }

  /** The value is equal. */
  public static Filter eq(String key, boolean value) {
    return eq(key, MetadataValue.of(value));
  }

  /** The value is equal. */
  public static Filter eq(String key, MetadataValue value) {
    return metadata(key, MetadataCondition.newBuilder().setEquals(value.toProto()));
  }

  /** The key is there and its value is not equal. */
  public static Filter ne(String key, String value) {
    return ne(key, MetadataValue.of(value));
  }

  /** The key is there and its value is not equal. */
  public static Filter ne(String key, MetadataValue value) {
    return metadata(key, MetadataCondition.newBuilder().setNotEquals(value.toProto()));
  }

  /** The text contains this one. */
  public static Filter contains(String key, String part) {
    return metadata(key, MetadataCondition.newBuilder().setContains(part));
  }

  /** The text starts with this one. */
  public static Filter startsWith(String key, String part) {
    return metadata(key, MetadataCondition.newBuilder().setStartsWith(part));
  }

  /** The text ends with this one. */
  public static Filter endsWith(String key, String part) {
    return metadata(key, MetadataCondition.newBuilder().setEndsWith(part));
  }

  /** The value equals one of these texts. */
  public static Filter oneOf(String key, String... values) {
    return oneOf(key, Arrays.stream(values).map(MetadataValue::of).toList());
  }

  /** The value equals one of these. */
  public static Filter oneOf(String key, List<MetadataValue> values) {
    MetadataValueList.Builder list = MetadataValueList.newBuilder();
    values.forEach(value -> list.addValues(value.toProto()));
    return metadata(key, MetadataCondition.newBuilder().setOneOf(list));
  }

  /** The number is greater. */
  public static Filter gt(String key, double bound) {
    return range(key, NumberRange.newBuilder().setGt(bound).build());
  }

  /** The number is greater or equal. */
  public static Filter gte(String key, double bound) {
    return range(key, NumberRange.newBuilder().setGte(bound).build());
  }

  /** The number is less. */
  public static Filter lt(String key, double bound) {
    return range(key, NumberRange.newBuilder().setLt(bound).build());
  }

  /** The number is less or equal. */
  public static Filter lte(String key, double bound) {
    return range(key, NumberRange.newBuilder().setLte(bound).build());
  }

  /** The number lies within the bounds. */
  public static Filter range(String key, NumberRange range) {
    return metadata(key, MetadataCondition.newBuilder().setRange(range));
  }

  /** The key is there, or is not. */
  public static Filter exists(String key, boolean there) {
    return metadata(key, MetadataCondition.newBuilder().setExists(there));
  }

  /** The title contains this text. */
  public static Filter titleContains(String part) {
    return Filter.newBuilder().setTitleContains(part).build();
  }

  /** The extension is one of these. */
  public static Filter extensionIn(String... extensions) {
    return Filter.newBuilder().setExtensionIn(texts(Arrays.asList(extensions))).build();
  }

  /** The record has an extension and it is none of these. */
  public static Filter extensionNotIn(String... extensions) {
    return Filter.newBuilder().setExtensionNotIn(texts(Arrays.asList(extensions))).build();
  }

  /** The content's length in Unicode code points lies within the bounds. */
  public static Filter contentLength(NumberRange range) {
    return Filter.newBuilder().setContentLength(range).build();
  }

  /** The id is one of these. */
  public static Filter ids(List<String> ids) {
    return Filter.newBuilder().setIds(texts(ids)).build();
  }

  /** The record was created from one instant on and before another. */
  public static Filter createdIn(Instant start, Instant end) {
    return Filter.newBuilder().setCreateTime(times(start, end)).build();
  }

  /** The record was last written from one instant on and before another. */
  public static Filter updatedIn(Instant start, Instant end) {
    return Filter.newBuilder().setUpdateTime(times(start, end)).build();
  }

  private static FilterGroup group(Filter... filters) {
    return FilterGroup.newBuilder().addAllFilters(Arrays.asList(filters)).build();
  }

  private static Filter metadata(String key, MetadataCondition.Builder condition) {
    return Filter.newBuilder().setMetadata(condition.setKey(key)).build();
  }

  private static StringList texts(List<String> values) {
    return StringList.newBuilder().addAllValues(values).build();
  }

  private static TimeRange times(Instant start, Instant end) {
    TimeRange.Builder range = TimeRange.newBuilder();
    if (start != null) range.setStart(Times.toProto(start));
    if (end != null) range.setEnd(Times.toProto(end));
    return range.build();
  }
}
