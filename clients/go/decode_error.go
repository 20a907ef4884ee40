package protovec

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// fromRPC is what gRPC reported, with the details that the server attached to it. Errors of the
// context stay visible to errors.Is.
func fromRPC(ctx context.Context, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	if source, ok := err.(sourceError); ok {
		return source.error
	}
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	told := status.Convert(err)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		told = status.FromContextError(err)
	}
	e := NewError(told.Code(), "", told.Message(), nil, err)
	switch {
	case e.Code == codes.DeadlineExceeded:
		e.cause = errors.Join(context.DeadlineExceeded, err)
	case e.Code == codes.Canceled && ctx.Err() != nil:
		e.cause = errors.Join(context.Cause(ctx), err)
	case e.Code == codes.Unavailable && strings.Contains(e.Message, handshakeFailed):
		e.Reason = ReasonTLSFailed
		e.Message = "no secure connection: " + tlsAdvice(e.Message) + " (" + e.Message + ")"
	case e.Code == codes.Internal && strings.Contains(e.Message, "error while marshaling"):
		// gRPC's word for a text that is not UTF-8; nothing was sent.
		e.Code, e.Reason = codes.InvalidArgument, "INVALID_ARGUMENT"
	}
	for _, detail := range told.Details() {
		e.add(detail)
	}
	return e
}

func (e *Error) add(detail any) {
	switch detail := detail.(type) {
	case *errdetails.ErrorInfo:
		if detail.GetReason() != "" {
			e.Reason = detail.GetReason()
		}
		e.Metadata = detail.GetMetadata()
	case *errdetails.BadRequest:
		for _, violation := range detail.GetFieldViolations() {
			e.Violations = append(e.Violations,
				FieldViolation{Field: violation.GetField(), Description: violation.GetDescription()})
		}
	case *errdetails.RetryInfo:
		// Even a delay of nothing says that repeating helps.
		e.RetryAfter = max(detail.GetRetryDelay().AsDuration(), time.Nanosecond)
	}
}

const handshakeFailed = "authentication handshake failed"

// tlsAdvice says what to do about a handshake that failed.
func tlsAdvice(message string) string {
	for _, known := range []struct{ part, advice string }{
		{"unknown authority", "the certificate was not issued by an authority that is trusted; give the server's with WithCA"},
		{"has expired or is not yet valid", "the server's certificate is not valid now; it needs a new one, or check the clocks"},
		{"certificate is valid for", "the server's certificate is for another name; connect by that name, or set ServerName with WithTLS"},
		{"doesn't contain any IP SANs", "the server's certificate is for a name; connect by that name, or set ServerName with WithTLS"},
		{"first record does not look like a TLS handshake", "the server does not speak TLS; connect without"},
		{"certificate required", "the server asks for a certificate of the client; give it with WithTLS"},
	} {
		if strings.Contains(message, known.part) {
			return known.advice
		}
	}
	return "the server or this client refused it; see WithTLS and WithCA"
}
