package protovec

import (
	"context"
	"math/rand/v2"
	"time"
)

const longestDelay = 4 * time.Second

// delayAfter is how long to wait after so many failures in a row: twice as long each time, and a random
// part more, so that many clients of one server do not come back together. asked is what the server
// asked for, 0 for nothing.
func delayAfter(failures int, asked, first time.Duration) time.Duration {
	delay := asked
	if delay == 0 {
		delay = min(longestDelay, first<<min(failures-1, 16))
	}
	return delay + time.Duration(rand.Float64()/2*float64(delay))
}

// pause waits, or fails with the error of the context.
func pause(ctx context.Context, delay time.Duration) error {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fromRPC(ctx, ctx.Err())
	}
}
