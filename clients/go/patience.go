package protovec

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const firstReopening = 50 * time.Millisecond

// patience is how long a load is tried: streams that break are opened again after a while that grows,
// until nothing was gained for too long.
type patience struct {
	limit    time.Duration
	since    time.Time
	failures int
	// last is what the last stream failed with, if nothing was gained since.
	last *Error
}

func newPatience(limit time.Duration) *patience { return &patience{limit: limit, since: time.Now()} }

// left is how long it still lasts.
func (p *patience) left() time.Duration { return p.limit - time.Since(p.since) }

// renew: nothing is amiss, it begins anew.
func (p *patience) renew() { p.since = time.Now() }

// gained: the next failure is the first.
func (p *patience) gained() {
	p.failures, p.last = 0, nil
	p.renew()
}

// after waits until it is worth trying again, or tells why it is not.
func (p *patience) after(ctx context.Context, err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || ctx.Err() != nil || !mayPass(e) {
		return err
	}
	p.last = e
	left := p.left()
	if left <= 0 {
		return p.exhausted()
	}
	p.failures++
	return pause(ctx, min(left, delayAfter(p.failures, e.RetryAfter, firstReopening)))
}

// exhausted is what a load fails with when patience has ended.
func (p *patience) exhausted() error {
	message := fmt.Sprintf("no batch was kept for %v, so the load was given up", p.limit)
	if p.last == nil {
		return NewError(codes.DeadlineExceeded, "", message, nil, nil)
	}
	return NewError(p.last.Code, p.last.Reason, p.last.Message+"; "+message, p.last.Metadata, p.last)
}

// mayPass: the server asks to come back, restarts or is not reached, or the connection broke.
func mayPass(e *Error) bool {
	switch {
	case e.RetryAfter > 0:
		return true
	case e.Code == codes.Unavailable:
		return e.Reason != ReasonTLSFailed
	case e.Code == codes.Canceled, e.Code == codes.Internal, e.Code == codes.Unknown:
		// What gRPC, or a proxy, makes of a stream that was cut; a server gives its reasons, too.
		told, ok := status.FromError(e.cause)
		return ok && e.cause != nil && len(told.Details()) == 0
	}
	return false
}
