package protovec

import (
	"context"
	"iter"
	"strconv"

	"google.golang.org/protobuf/proto"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// InsertMany writes records over one stream, in messages of about 1 MiB, and takes them from the
// source no faster than the server stores them. Refused records are counted and reported; the others
// are stored. A stream that breaks keeps what the server had stored; [Collection.Ingest] goes on by
// itself. An error that the source gives ends the call and is returned as it is. No deadline but
// that of the context.
func (c *Collection) InsertMany(ctx context.Context, records iter.Seq2[*Record, error], options ...WriteOption) (*LoadResult, error) {
	settings, mode, err := writeOptions(options)
	if err == nil {
		err = c.client.open()
	}
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.client.records.BatchInsert(ctx)
	if err != nil {
		return nil, fromRPC(ctx, err)
	}
	first := true
	var sent LoadProgress
	send := func(messages []*pb.VectorRecord) error {
		request := &pb.BatchInsertRequest{Records: messages}
		if first {
			request.Collection, request.WriteMode = c.name, mode
		}
		first = false
		if err := stream.Send(request); err != nil {
			return err
		}
		sent.Records += uint64(len(messages))
		if settings.onProgress != nil {
			sent.Bytes += uint64(proto.Size(request))
			settings.onProgress(sent)
		}
		return nil
	}
	// What Send fails with when the server has ended the stream is told by its answer.
	if err := pack(records, send); err != nil && !ended(err) {
		return nil, fromRPC(ctx, err)
	}
	response, err := stream.CloseAndRecv()
	if err != nil {
		return nil, fromRPC(ctx, err)
	}
	return &LoadResult{
		Created:  response.GetCreatedCount(),
		Updated:  response.GetUpdatedCount(),
		Failed:   response.GetFailedCount(),
		Errors:   recordErrors(response.GetErrors()),
		Sequence: response.GetSequence(),
		Durable:  response.GetDurable(),
	}, nil
}

// sourceError keeps what a source fails with apart from what a call fails with.
type sourceError struct{ error }

// pack hands the records over in messages, at least one, which is empty when there are none: a
// missing collection is told then too.
func pack(records iter.Seq2[*Record, error], send func([]*pb.VectorRecord) error) error {
	var message packer
	index, sent := 0, false
	for record, err := range records {
		if err != nil {
			return sourceError{err}
		}
		encoded, err := sendable(record)
		if err != nil {
			return within(err, "records["+strconv.Itoa(index)+"]")
		}
		index++
		if message.add(encoded) {
			if err := send(message.take()); err != nil {
				return err
			}
			sent = true
		}
	}
	if sent && len(message.records) == 0 {
		return nil
	}
	return send(message.records)
}
