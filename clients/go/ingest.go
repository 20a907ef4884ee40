package protovec

import (
	"context"
	"iter"
	"sync"

	"google.golang.org/grpc/codes"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// Ingest loads records and goes on by itself when a connection breaks or the server restarts: it
// keeps what is not acknowledged, about 16 MiB at most, opens the load again and sends the rest.
// Nothing is lost, nothing is written twice, and the counts are exact. It has no deadline but the
// context's; it gives up after five minutes without progress, but waits for a server that says that
// it is behind. What the source yields as an error ends the load and is returned as it is; everything
// else is an [*IngestError], whose Result tells how far the load came.
//
// The source is read on a goroutine of its own, which has ended when Ingest returns: a source that
// waits for something else should end when the context does.
func (c *Collection) Ingest(ctx context.Context, records iter.Seq2[*Record, error], options ...IngestOption) (*IngestResult, error) {
	settings, err := ingestOptions(options)
	if err != nil {
		return nil, err
	}
	load := newIngestLoad(settings)
	if err := c.client.open(); err != nil {
		return nil, load.explained(err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fed := make(chan struct{})
	begin := make(chan struct{})
	go func() {
		defer close(fed)
		// A load that cannot be opened takes nothing from its source.
		select {
		case <-begin:
			load.feed(ctx, records)
		case <-ctx.Done():
		}
	}()
	patience := newPatience(settings.giveUpAfter)
	var once sync.Once
	opened := func() { once.Do(func() { close(begin) }) }
	err = c.runIngest(ctx, load, patience, opened)
	cancel()
	<-fed
	if err == nil {
		return load.result(), nil
	}
	if source, ok := err.(sourceError); ok {
		return nil, source.error
	}
	return nil, load.explained(err)
}

// runIngest opens stream after stream until everything is acknowledged.
func (c *Collection) runIngest(ctx context.Context, load *ingestLoad, patience *patience, opened func()) error {
	for {
		stream := ingestStream{load: load, patience: patience, opened: opened}
		err, final := stream.run(ctx, c.client.records, c.name)
		if err == nil || final {
			return err
		}
		if err := patience.after(ctx, err); err != nil {
			return err
		}
	}
}

// IngestResult is what Ingest did. The counts are exact, and with those of earlier runs under the
// same key. Errors are the first 1,000 refusals that this run was told of, by their place in the
// source: those whose acknowledgement was lost with a connection are counted only.
type IngestResult struct {
	LoadResult
	// Key is the load's name: Ingest with it and the same source goes on where this ended.
	Key string
	// AcknowledgedBatches are kept; give the number with the key.
	AcknowledgedBatches uint64
	// Reconnects is how often the load was opened again.
	Reconnects int
}

// IngestError is why a load failed, and how far it came. errors.As finds the [*Error] in it, too.
type IngestError struct {
	// Err is why.
	Err error
	// Result is what is kept, as far as the server has told.
	Result *IngestResult
}

// Error gives the reason of the failure.
func (e *IngestError) Error() string { return e.Err.Error() }

// Unwrap gives the [*Error].
func (e *IngestError) Unwrap() error { return e.Err }

// IngestProgress is how far a load is, with what earlier runs under its key did.
type IngestProgress struct {
	// Acknowledged records are kept or were refused.
	Acknowledged uint64
	// AcknowledgedBatches of them.
	AcknowledgedBatches uint64
	// Failed are the records that were refused.
	Failed uint64
	// Paused: the server has asked to wait.
	Paused bool
	// Reconnects is how often the load was opened again.
	Reconnects int
}

func brokenRules(what string) *Error {
	return NewError(codes.Internal, "", "the server breaks the rules of a load: "+what, nil, nil)
}

// ackLevelProto is when a batch is acknowledged.
func ackLevelProto(durable bool) pb.IngestAckLevel {
	if durable {
		return pb.IngestAckLevel_INGEST_ACK_LEVEL_DURABLE
	}
	return pb.IngestAckLevel_INGEST_ACK_LEVEL_WRITTEN
}
