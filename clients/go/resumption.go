package protovec

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc/codes"
)

const (
	transferFailures = 8
	transferDelay    = 100 * time.Millisecond
)

// resumption goes on with transfers that broke off, as long as they get ahead: after so many failures
// in a row without another byte the last one is reported.
type resumption struct {
	failures int
	furthest int64
}

// after waits until it is worth trying again; reached are the bytes that are over. It fails with err
// when it is not.
func (r *resumption) after(ctx context.Context, err error, reached int64) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || ctx.Err() != nil || !mayResume(e) {
		return err
	}
	if reached > r.furthest {
		r.failures = 0
		r.furthest = reached
	}
	r.failures++
	if r.failures >= transferFailures {
		return err
	}
	return pause(ctx, delayAfter(r.failures, e.RetryAfter, transferDelay))
}

// mayResume: the connection broke, the server restarts, or has not noticed that the last try ended.
func mayResume(e *Error) bool {
	if e.Reason == ReasonTLSFailed {
		return false
	}
	return e.Code == codes.Unavailable || e.Reason == ReasonOverloaded && e.RetryAfter > 0
}
