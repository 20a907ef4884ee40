package io.protovec.client;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.protovec.client.ProtovecException.Details;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;

/**
 * Makes exceptions of what gRPC reports. Never throws: details that cannot be read must not hide
 * the status that they came with.
 */
final class ErrorDecoder {
  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  private ErrorDecoder() {}

  static ProtovecException decode(StatusRuntimeException error) {
    return decode(error.getStatus(), error.getTrailers(), error);
  }

  static ProtovecException decode(Status status, Metadata trailers) {
    return decode(status, trailers, status.getCause());
  }

  private static ProtovecException decode(Status status, Metadata trailers, Throwable cause) {
    Details details = detailsOf(trailers);
    Throwable failure = status.getCause();
    if (status.getCode() == Status.Code.UNAVAILABLE && failure != null) {
      return unreachable(failure, cause);
    }
    String message = status.getDescription();
    if (message == null || message.isEmpty()) message = status.getCode().name();
    return new ProtovecException(status.getCode(), message, details, cause);
  }

  /** The connection failed: TLS is told from a server that is not there. */
  private static ProtovecException unreachable(Throwable failure, Throwable cause) {
    String why = rootMessage(failure);
    if (!isTls(failure)) {
      String message =
          "The server cannot be reached ("
              + why
              + "); check the address, and whether "
              + "the server runs and asks for TLS";
      return new ProtovecException(Status.Code.UNAVAILABLE, message, Details.NONE, cause);
    }
    String message =
        "No secure connection ("
            + why
            + "); check the server's name and certificate, "
            + "the authority given with tls.ca, and whether the server asks for a client certificate";
    return new ProtovecException(
        Status.Code.UNAVAILABLE, message, Details.because("TLS_FAILED"), cause);
  }

  private static boolean isTls(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof SSLException || at instanceof GeneralSecurityException) return true;
    }
    return false;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) root = root.getCause();
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  private static Details detailsOf(Metadata trailers) {
    if (trailers == null) return Details.NONE;
    String reason = "";
    List<FieldViolation> violations = new ArrayList<>();
    java.time.Duration retryAfter = null;
    Map<String, String> metadata = new HashMap<>();
    try {
      com.google.rpc.Status encoded = trailers.get(DETAILS);
      if (encoded == null) return Details.NONE;
      for (Any any : encoded.getDetailsList()) {
        if (any.is(ErrorInfo.class)) {
          ErrorInfo info = any.unpack(ErrorInfo.class);
          reason = info.getReason();
          metadata.putAll(info.getMetadataMap());
        } else if (any.is(BadRequest.class)) {
          for (BadRequest.FieldViolation it : any.unpack(BadRequest.class).getFieldViolationsList())
            violations.add(new FieldViolation(it.getField(), it.getDescription()));
        } else if (any.is(RetryInfo.class)) {
          Duration delay = any.unpack(RetryInfo.class).getRetryDelay();
          retryAfter = java.time.Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
        }
      }
    } catch (InvalidProtocolBufferException | RuntimeException damaged) {
      return new Details(reason, violations, retryAfter, metadata);
    }
    return new Details(reason, violations, retryAfter, metadata);
  }
}
