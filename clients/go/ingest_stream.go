package protovec

import (
	"context"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// farewell is how long the end of a stream is waited for when everything is acknowledged.
const farewell = 2 * time.Second

const endingTime = 2 * time.Second

// ingestStream is one stream of a load: opened, then batches one way and acknowledgements the other,
// to its end.
type ingestStream struct {
	load     *ingestLoad
	patience *patience
	// opened is called when batches may be cut.
	opened func()

	isOpen, paused, closing bool
}

// received is an answer of the server, or the end of the stream.
type received struct {
	response *pb.IngestRecordsResponse
	err      error
}

// run opens the load and sends until everything is acknowledged, then gives nil, or until the stream
// ends, then gives why. final: another stream would not help, for what is wrong is on this side.
func (s *ingestStream) run(ctx context.Context, records pb.RecordServiceClient, collection string) (err error, final bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	acknowledged := s.load.rewind()
	stream, err := records.IngestRecords(ctx)
	if err != nil {
		return fromRPC(ctx, err), false
	}
	open := &pb.IngestOpen{
		IdempotencyKey:     s.load.settings.key,
		AcknowledgedNumber: acknowledged,
		WriteMode:          s.load.settings.modeProto,
		AckLevel:           ackLevelProto(s.load.settings.durable),
		StopOnRefusal:      s.load.settings.stopOnRefusal,
	}
	// A failure to send is told by the receiving side.
	_ = stream.Send(&pb.IngestRecordsRequest{
		Collection: collection, Message: &pb.IngestRecordsRequest_Open{Open: open},
	})
	incoming := make(chan received)
	go receiveAll(ctx, stream, incoming)
	outgoing := make(chan *batch)
	written := make(chan struct{}, 1)
	go sendAll(ctx, stream, outgoing, written)
	return s.drive(ctx, stream, incoming, outgoing, written)
}

// receiveAll reads the stream to its end.
func receiveAll(ctx context.Context, stream grpc.BidiStreamingClient[pb.IngestRecordsRequest, pb.IngestRecordsResponse], incoming chan<- received) {
	for {
		response, err := stream.Recv()
		select {
		case incoming <- received{response, err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// sendAll hands batches to the connection, which may make it wait.
func sendAll(ctx context.Context, stream grpc.BidiStreamingClient[pb.IngestRecordsRequest, pb.IngestRecordsResponse], outgoing <-chan *batch, written chan<- struct{}) {
	for {
		select {
		case next := <-outgoing:
			message := &pb.IngestBatch{Number: next.number, Records: next.records}
			request := &pb.IngestRecordsRequest{Message: &pb.IngestRecordsRequest_Batch{Batch: message}}
			if stream.Send(request) != nil {
				return
			}
			written <- struct{}{}
		case <-ctx.Done():
			return
		}
	}
}

// drive brings the source and the two directions together.
func (s *ingestStream) drive(
	ctx context.Context,
	stream grpc.BidiStreamingClient[pb.IngestRecordsRequest, pb.IngestRecordsResponse],
	incoming <-chan received, outgoing chan<- *batch, written <-chan struct{},
) (error, bool) {
	busy := false
	for {
		complete, failure := s.load.state()
		if failure != nil {
			return failure, true
		}
		if complete && s.isOpen {
			_ = stream.CloseSend()
			// The end of the stream, so that the server does not see a cancelled call.
			select {
			case <-incoming:
			case <-time.After(farewell):
			case <-ctx.Done():
			}
			return nil, true
		}
		if s.isOpen && !s.paused && !s.closing && !busy {
			if next := s.load.next(); next != nil {
				busy = true
				select {
				case outgoing <- next:
				case <-ctx.Done():
				}
				continue
			}
		}
		timer, err := s.timer()
		if err != nil {
			return err, true
		}
		select {
		case <-written:
			busy = false
		case <-s.load.changed:
		case <-timer:
		case answer := <-incoming:
			if err, over, final := s.take(ctx, answer); over {
				return err, final
			}
		case <-ctx.Done():
			return fromRPC(ctx, ctx.Err()), true
		}
	}
}

// drain gives the server a moment to end the stream by itself, so that it does not count it as broken.
func drain(ctx context.Context, incoming <-chan received) {
	late := time.After(endingTime)
	for {
		select {
		case answer := <-incoming:
			if answer.err != nil {
				return
			}
		case <-late:
			return
		case <-ctx.Done():
			return
		}
	}
}

// timer ends when patience does; nothing to wait for renews it.
func (s *ingestStream) timer() (<-chan time.Time, error) {
	if s.isOpen && (s.paused || !s.load.waits()) {
		s.patience.renew()
		return nil, nil
	}
	left := s.patience.left()
	if left <= 0 {
		return nil, s.patience.exhausted()
	}
	return time.After(left), nil
}

// take handles an answer; over: the stream is of no more use.
func (s *ingestStream) take(ctx context.Context, answer received) (err error, over, final bool) {
	if answer.err == io.EOF {
		return s.cutShort(), true, false
	}
	if answer.err != nil {
		return s.inSource(fromRPC(ctx, answer.err)), true, false
	}
	switch message := answer.response.GetMessage().(type) {
	case *pb.IngestRecordsResponse_Opened:
		gained, err := s.load.opened(message.Opened)
		if err != nil {
			return err, true, true
		}
		if gained {
			s.patience.gained()
		}
		s.isOpen = true
		s.opened()
	case *pb.IngestRecordsResponse_Ack:
		// Its counts are not in this answer, but in the one that opens the load again.
		if message.Ack.GetRepeated() {
			return unavailable("a batch was kept before it was sent"), true, false
		}
		if err := s.load.acknowledge(message.Ack); err != nil {
			return err, true, true
		}
		s.patience.gained()
	case *pb.IngestRecordsResponse_Pause:
		s.paused = true
	case *pb.IngestRecordsResponse_Resume:
		s.paused = false
	case *pb.IngestRecordsResponse_Closing:
		s.closing = true
	}
	s.load.progress(s.paused)
	return nil, false, false
}

func (s *ingestStream) cutShort() error {
	if s.closing {
		return unavailable("the server ends and takes no more batches")
	}
	return unavailable("the server ended the stream before it had acknowledged everything")
}

// inSource is the error with places in the source instead of those in the batch, which is the one
// that is due: what was sent before it is acknowledged before a stream ends.
func (s *ingestStream) inSource(err error) error {
	e, ok := err.(*Error)
	due := s.load.due()
	if !ok || due == nil {
		return err
	}
	for i := range e.Violations {
		e.Violations[i].Field = shiftPath(e.Violations[i].Field, due.first)
	}
	return e
}

func unavailable(message string) error {
	return NewError(codes.Unavailable, "", message, nil, nil)
}
