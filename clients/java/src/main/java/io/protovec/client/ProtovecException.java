package io.protovec.client;

import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a call failed with, by the server's word or before it was sent. Programs decide by {@link
 * #code()} and {@link #reason()}, which are stable; the message is for people.
 */
public class ProtovecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Status.Code code;
  private final String reason;

  @SuppressWarnings("serial") // The lists and maps of the JDK are.
  private final List<FieldViolation> fieldViolations;

  private final Duration retryAfter;

  @SuppressWarnings("serial")
  private final Map<String, String> metadata;

  /** Everything that an exception tells. */
  record Details(
      String reason,
      List<FieldViolation> fieldViolations,
      Duration retryAfter,
      Map<String, String> metadata) {
    static final Details NONE = new Details("", List.of(), null, Map.of());

    static Details because(String reason) {
      return new Details(reason, List.of(), null, Map.of());
    }
  }

  /**
   * For subclasses.
   *
   * @param code the gRPC status
   * @param reason the stable reason; empty: the name of the code
   * @param message for people
   * @param metadata facts for programs
   * @param cause what it comes from; may be null
   */
  protected ProtovecException(
      Status.Code code,
      String reason,
      String message,
      Map<String, String> metadata,
      Throwable cause) {
    this(code, message, new Details(reason, List.of(), null, metadata), cause);
  }

  ProtovecException(Status.Code code, String message, Details details, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.reason = details.reason().isEmpty() ? code.name() : details.reason();
    this.fieldViolations = List.copyOf(details.fieldViolations());
    this.retryAfter = details.retryAfter();
    this.metadata = Map.copyOf(details.metadata());
  }

  /** The same failure, as a subclass tells it. */
  ProtovecException(ProtovecException other) {
    this(other.code, other.getMessage(), other.details(), other);
  }

  /**
   * An argument that is refused before it is sent: INVALID_ARGUMENT.
   *
   * @param field its path, in the names of the schema
   * @param message what is wrong with it and what would be right
   * @return the exception, to be thrown
   */
  public static ProtovecException invalid(String field, String message) {
    return invalid(field, message, null);
  }

  static ProtovecException invalid(String field, String message, Throwable cause) {
    List<FieldViolation> violations = List.of(new FieldViolation(field, message));
    Details details = new Details("", violations, null, Map.of());
    return new ProtovecException(Status.Code.INVALID_ARGUMENT, message, details, cause);
  }

  static ProtovecException of(Status.Code code, String message) {
    return new ProtovecException(code, message, Details.NONE, null);
  }

  /** A server that does not keep to the schema. */
  static ProtovecException internal(String message) {
    return of(Status.Code.INTERNAL, message);
  }

  /** The thread was interrupted; it stays so. */
  static ProtovecException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    String message = "The thread was interrupted, so the call was cancelled";
    return new ProtovecException(Status.Code.CANCELLED, message, Details.NONE, cause);
  }

  /** The same failure with other words and violations. */
  ProtovecException with(String message, List<FieldViolation> violations) {
    Details details = new Details(reason, violations, retryAfter, metadata);
    return new ProtovecException(code, message, details, getCause());
  }

  private Details details() {
    return new Details(reason, fieldViolations, retryAfter, metadata);
  }

  /**
   * The gRPC status.
   *
   * @return such as {@code NOT_FOUND}
   */
  public Status.Code code() {
    return code;
  }

  /**
   * The stable reason, such as {@code RECORD_NOT_FOUND}.
   *
   * @return the reason; the name of the code when there is no better one
   */
  public String reason() {
    return reason;
  }

  /**
   * The fields at fault.
   *
   * @return empty when none is
   */
  public List<FieldViolation> fieldViolations() {
    return fieldViolations;
  }

  /**
   * How long the server asks to wait.
   *
   * @return present when repeating the call after so long may help
   */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /**
   * Facts for programs, such as the file and the offset of damage.
   *
   * @return by name; empty when there are none
   */
  public Map<String, String> metadata() {
    return metadata;
  }
}
