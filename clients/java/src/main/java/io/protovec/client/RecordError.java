package io.protovec.client;

import io.grpc.Status;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why one record of several was refused.
 *
 * @param index its place among the records that were given, from 0
 * @param id its id; empty when it could not be read
 * @param code the gRPC status that a single write of it would have got
 * @param reason stable, such as {@code INVALID_EMBEDDING}
 * @param message for people
 * @param field path of the field at fault, such as {@code records[3].embedding}
 */
public record RecordError(
    long index, String id, Status.Code code, String reason, String message, String field) {
  private static final Pattern PLACE = Pattern.compile("^(?:batch\\.)?records\\[(\\d+)]");

  /** {@code offset}: place of the request's first record among all that were given. */
  static RecordError of(io.protovec.v1.RecordError message, long offset) {
    return new RecordError(
        message.getIndex() + offset,
        message.getId(),
        Status.fromCodeValue(message.getCode()).getCode(),
        message.getReason(),
        message.getMessage(),
        shifted(message.getField(), offset));
  }

  /** The path with the place among all records instead of that in the request. */
  static String shifted(String field, long offset) {
    Matcher place = PLACE.matcher(field);
    if (!place.find()) return field;
    return "records["
        + (Long.parseLong(place.group(1)) + offset)
        + "]"
        + field.substring(place.end());
  }
}
