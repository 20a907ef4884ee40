package protovec

import (
	"context"
	"fmt"
	"io"
	"iter"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// openSearches is how many queries are taken ahead of the answers that were read.
const openSearches = 256

// Answer is what came of one search of a stream.
type Answer struct {
	// Index is the place of the query in the source, from 0.
	Index int
	// Query as it was given.
	Query Query
	// Result is what it found; nil when it was refused or failed.
	Result *SearchResult
	// Err is why there is no result, an [*Error]; the searches after it go on.
	Err error
}

// SearchStream runs any number of searches over one stream, each answered as soon as it is ready, in
// any order; Index and Query tell which one it is. A search that is refused has an Err and does not
// end the stream. At most 256 queries are taken ahead of the answers that were read; the source is
// read on a goroutine of its own, which has ended when the loop has. Leaving the loop early cancels the
// call. An error of the stream or the source comes last, with no answer.
func (c *Collection) SearchStream(ctx context.Context, queries iter.Seq2[Query, error]) iter.Seq2[*Answer, error] {
	return func(yield func(*Answer, error) bool) {
		if err := c.client.open(); err != nil {
			yield(nil, err)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		stream, err := c.client.search.SearchStream(ctx)
		if err != nil {
			yield(nil, fromRPC(ctx, err))
			return
		}
		searches := &streamedSearches{
			ctx: ctx, cancel: cancel, stream: stream, collection: c.name,
			sent: map[uint64]Query{}, refused: map[uint64]*Answer{}, room: make(chan struct{}, openSearches),
		}
		fed := make(chan struct{})
		go func() {
			defer close(fed)
			searches.feed(queries)
		}()
		defer func() { cancel(); <-fed }()
		searches.receive(yield)
	}
}

// Queries is a source of these queries, for SearchStream.
func Queries(queries ...Query) iter.Seq2[Query, error] {
	return func(yield func(Query, error) bool) {
		for _, query := range queries {
			if !yield(query, nil) {
				return
			}
		}
	}
}

type streamedSearches struct {
	ctx        context.Context
	cancel     context.CancelFunc
	stream     grpc.BidiStreamingClient[pb.SearchStreamRequest, pb.SearchStreamResponse]
	collection string
	// room has a token for each query that was taken and whose answer was not handed out.
	room chan struct{}

	mutex sync.Mutex
	// sent are the queries that were not answered, by request id, which is the place and one.
	sent map[uint64]Query
	// refused are the answers to queries that could not even be sent, by request id.
	refused map[uint64]*Answer
	// failure is why the source ended, if not because it was at its end.
	failure error
	// empty: the source had no query, and the call was cancelled for that.
	empty bool
}

// feed sends the queries, as many as may be open at a time.
func (s *streamedSearches) feed(queries iter.Seq2[Query, error]) {
	index := 0
	for query, err := range queries {
		if err != nil {
			s.fail(err)
			return
		}
		select {
		case s.room <- struct{}{}:
		case <-s.ctx.Done():
			return
		}
		// io.EOF: the receiving side learns why.
		if s.send(index, query) != nil {
			return
		}
		index++
	}
	// Without a first message the server would not know the collection; there is nothing to answer.
	if index == 0 {
		s.mutex.Lock()
		s.empty = true
		s.mutex.Unlock()
		s.cancel()
		return
	}
	_ = s.stream.CloseSend()
}

func (s *streamedSearches) send(index int, query Query) error {
	request, err := query.proto()
	if err != nil {
		// What cannot be sent is sent as a search for nothing: its refusal is
		// the moment at which this one is handed out.
		request = &pb.SearchRequest{}
	}
	id := uint64(index) + 1
	s.mutex.Lock()
	s.sent[id] = query
	if err != nil {
		s.refused[id] = &Answer{Index: index, Query: query, Err: err}
	}
	s.mutex.Unlock()
	return s.stream.Send(&pb.SearchStreamRequest{Collection: s.collection, RequestId: id, Search: request})
}

func (s *streamedSearches) fail(err error) {
	s.mutex.Lock()
	s.failure = err
	s.mutex.Unlock()
	s.cancel()
}

// receive hands the answers out until there are no more.
func (s *streamedSearches) receive(yield func(*Answer, error) bool) {
	for {
		response, err := s.stream.Recv()
		if err != nil {
			if err = s.ending(err); err != nil {
				yield(nil, err)
			}
			return
		}
		answer, err := s.answer(response)
		if err != nil {
			yield(nil, err)
			return
		}
		<-s.room
		if !yield(answer, nil) {
			return
		}
	}
}

func (s *streamedSearches) answer(response *pb.SearchStreamResponse) (*Answer, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	id := response.GetRequestId()
	query, ok := s.sent[id]
	if !ok {
		message := fmt.Sprintf("the server answered request %d, which is not under way", id)
		return nil, NewError(codes.Internal, "", message, nil, nil)
	}
	delete(s.sent, id)
	answer := &Answer{Index: int(id - 1), Query: query}
	if refused, ok := s.refused[id]; ok {
		delete(s.refused, id)
		return refused, nil
	}
	if refused := response.GetError(); refused != nil {
		answer.Err = searchError(refused)
	} else {
		answer.Result = searchResult(response.GetResponse())
	}
	return answer, nil
}

// ending is what a stream that has ended failed with; nil when every query was answered.
func (s *streamedSearches) ending(err error) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch {
	case s.failure != nil:
		return s.failure
	case s.empty:
		return nil
	case err != io.EOF:
		return fromRPC(s.ctx, err)
	case len(s.sent) > 0:
		return NewError(codes.Internal, "", "the server ended the stream before it was complete", nil, nil)
	}
	return nil
}

func searchError(refused *pb.SearchError) error {
	e := NewError(codes.Code(refused.GetCode()), refused.GetReason(), refused.GetMessage(), nil, nil)
	if refused.GetField() != "" {
		e.Violations = []FieldViolation{{Field: refused.GetField(), Description: refused.GetMessage()}}
	}
	return e
}
