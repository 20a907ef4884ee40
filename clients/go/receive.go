package protovec

import (
	"context"
	"io"
	"iter"

	"google.golang.org/grpc"
)

// receive gives the answers of a stream of the server. The call begins when the sequence does, and is
// cancelled when the loop is left. It has no deadline but that of the context.
func receive[Request, Response any](
	ctx context.Context,
	c *Client,
	method func(context.Context, *Request, ...grpc.CallOption) (grpc.ServerStreamingClient[Response], error),
	request *Request,
) iter.Seq2[*Response, error] {
	return func(yield func(*Response, error) bool) {
		if err := c.open(); err != nil {
			yield(nil, err)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		answers, err := method(ctx, request)
		for err == nil {
			var response *Response
			response, err = answers.Recv()
			if err == nil && !yield(response, nil) {
				return
			}
		}
		if !ended(err) {
			yield(nil, fromRPC(ctx, err))
		}
	}
}

// last is the last answer of a stream, of which told hears every one.
func last[Response any](answers iter.Seq2[*Response, error], told func(*Response)) (*Response, error) {
	var final *Response
	for response, err := range answers {
		if err != nil {
			return nil, err
		}
		if told != nil {
			told(response)
		}
		final = response
	}
	return final, nil
}

// ended tells whether err is the end that a stream comes to by itself.
func ended(err error) bool { return err == io.EOF }
