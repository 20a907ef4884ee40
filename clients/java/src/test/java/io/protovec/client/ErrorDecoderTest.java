package io.protovec.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class ErrorDecoderTest {
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  @Test
  void readsTheDetails() {
    BadRequest.FieldViolation violation =
        BadRequest.FieldViolation.newBuilder().setField("a.b").setDescription("no").build();
    com.google.rpc.Status details =
        com.google.rpc.Status.newBuilder()
            .addDetails(
                Any.pack(ErrorInfo.newBuilder().setReason("WHY").putMetadata("k", "v").build()))
            .addDetails(Any.pack(BadRequest.newBuilder().addFieldViolations(violation).build()))
            .addDetails(
                Any.pack(
                    RetryInfo.newBuilder()
                        .setRetryDelay(Duration.newBuilder().setNanos(250_000_000))
                        .build()))
            .build();
    Metadata trailers = new Metadata();
    trailers.put(DETAILS, details.toByteArray());
    var error = ErrorDecoder.decode(Status.ABORTED.withDescription("told"), trailers);
    assertEquals(Status.Code.ABORTED, error.code());
    assertEquals("told", error.getMessage());
    assertEquals("WHY", error.reason());
    assertEquals(List.of(new FieldViolation("a.b", "no")), error.fieldViolations());
    assertEquals(java.time.Duration.ofMillis(250), error.retryAfter().orElseThrow());
    assertEquals(Map.of("k", "v"), error.metadata());
  }

  @Test
  void damagedDetailsDoNotHideTheStatus() {
    Metadata trailers = new Metadata();
    trailers.put(DETAILS, new byte[] {(byte) 0xff, 1, 2});
    var error = ErrorDecoder.decode(Status.NOT_FOUND.withDescription("gone"), trailers);
    assertEquals(Status.Code.NOT_FOUND, error.code());
    assertEquals("NOT_FOUND", error.reason());
    assertEquals("gone", error.getMessage());
  }

  @Test
  void tellsTlsFromAServerThatIsNotThere() {
    Status tls = Status.UNAVAILABLE.withCause(new SSLHandshakeException("bad certificate"));
    assertEquals("TLS_FAILED", ErrorDecoder.decode(tls, new Metadata()).reason());
    Status gone = Status.UNAVAILABLE.withCause(new java.net.ConnectException("refused"));
    var error = ErrorDecoder.decode(gone, new Metadata());
    assertEquals("UNAVAILABLE", error.reason());
    assertTrue(error.getMessage().contains("refused"), error.getMessage());
  }
}
