package protovec

import (
	"context"
	"fmt"
	"maps"
	"strconv"

	"google.golang.org/grpc/codes"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// UpsertMany writes records and gives a result for each, in order; refused ones do not stop the
// others. Many records travel in several calls, one after the other, so that of two records with one
// id the later one stays; each has the deadline. A call that fails leaves what earlier ones wrote;
// its error says how many records that is, in the metadata too, as answeredRecords.
func (c *Collection) UpsertMany(ctx context.Context, records []*Record, options ...WriteOption) ([]RecordResult, error) {
	settings, mode, err := writeOptions(options)
	if err != nil {
		return nil, err
	}
	results := make([]RecordResult, 0, len(records))
	for len(results) < len(records) {
		start := len(results)
		messages, err := nextMessages(records, start, settings.allOrNothing)
		if err == nil {
			request := &pb.BatchUpsertRecordsRequest{
				Collection: c.name, Records: messages, WriteMode: mode, AllOrNothing: settings.allOrNothing,
			}
			var response *pb.BatchUpsertRecordsResponse
			response, err = unary(ctx, c.client, c.client.records.BatchUpsertRecords, request)
			if err == nil && len(response.GetResults()) != len(messages) {
				err = NewError(codes.Internal, "", fmt.Sprintf(
					"the server sent %d results for %d records", len(response.GetResults()), len(messages)), nil, nil)
			}
			if err == nil {
				results = appendResults(results, response.GetResults(), uint64(start))
			}
		}
		if err != nil {
			return results, partly(err, start, len(records))
		}
	}
	return results, c.client.open()
}

// nextMessages are the records of the next call.
func nextMessages(records []*Record, start int, all bool) ([]*pb.VectorRecord, error) {
	var message packer
	for index := start; index < len(records); index++ {
		record, err := sendable(records[index])
		if err != nil {
			return nil, within(err, "records["+strconv.Itoa(index)+"]")
		}
		if !all && !message.fits(record) {
			break
		}
		if full := message.add(record); full && !all {
			break
		}
	}
	return message.records, nil
}

func appendResults(results []RecordResult, messages []*pb.RecordResult, offset uint64) []RecordResult {
	for _, message := range messages {
		result := RecordResult{
			ID:      message.GetId(),
			Created: message.GetOutcome() == pb.WriteOutcome_WRITE_OUTCOME_CREATED,
		}
		if message.GetError() != nil {
			result.Err = new(recordError(message.GetError(), offset))
		}
		results = append(results, result)
	}
	return results
}

// partly adds to an error how many records were answered before it.
func partly(err error, answered, total int) error {
	e, ok := err.(*Error)
	if !ok || answered == 0 {
		return err
	}
	told := *e
	told.Message = fmt.Sprintf("%s (after %d of %d records had been answered)", e.Message, answered, total)
	told.Metadata = map[string]string{"answeredRecords": strconv.Itoa(answered)}
	maps.Copy(told.Metadata, e.Metadata)
	return &told
}
