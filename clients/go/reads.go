package protovec

import (
	"context"
	"iter"
	"slices"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// batchIDs is the most ids that a server takes in one call.
const batchIDs = 10_000

// ReadOption sets which records, and what of them, List, Export, Get and GetMany read.
type ReadOption func(*readSettings)

type readSettings struct {
	filter   *pb.Filter
	fields   []string
	pageSize uint32
}

// Matching reads the records that match alone. For List and Export. Package where builds filters.
func Matching(filter *pb.Filter) ReadOption { return func(s *readSettings) { s.filter = filter } }

// Fields are those of a record to read, in proto names: content, file_path, metadata. The id always
// comes. Default: all.
func Fields(paths ...string) ReadOption {
	return func(s *readSettings) { s.fields = slices.Clone(paths) }
}

// PageSize is the most records that List asks for at a time, 1 to 1,000. Default: 100.
func PageSize(records uint32) ReadOption { return func(s *readSettings) { s.pageSize = records } }

func readOptions(options []ReadOption) readSettings {
	var settings readSettings
	for _, option := range options {
		option(&settings)
	}
	return settings
}

// Get reads one record. NOT_FOUND, reason RECORD_NOT_FOUND, when there is none with this id.
func (c *Collection) Get(ctx context.Context, id string, options ...ReadOption) (*Record, error) {
	settings := readOptions(options)
	request := &pb.GetRecordRequest{Collection: c.name, Id: id, RecordMask: mask(settings.fields)}
	response, err := unary(ctx, c.client, c.client.records.GetRecord, request)
	if err != nil {
		return nil, err
	}
	return RecordOf(response.GetRecord()), nil
}

// GetMany reads records, in the order of the ids, and tells the ids that have none. More than 10,000
// ids travel in several calls.
func (c *Collection) GetMany(ctx context.Context, ids []string, options ...ReadOption) (records []*Record, missing []string, err error) {
	settings := readOptions(options)
	for some := range slices.Chunk(ids, batchIDs) {
		request := &pb.BatchGetRecordsRequest{Collection: c.name, Ids: some, RecordMask: mask(settings.fields)}
		response, err := unary(ctx, c.client, c.client.records.BatchGetRecords, request)
		if err != nil {
			return nil, nil, err
		}
		records = append(records, recordsOf(response.GetRecords())...)
		missing = append(missing, response.GetMissingIds()...)
	}
	return records, missing, c.client.open()
}

// Count counts the records that match; a nil filter counts all.
func (c *Collection) Count(ctx context.Context, filter *pb.Filter) (uint64, error) {
	request := &pb.CountRecordsRequest{Collection: c.name, Filter: filter}
	response, err := unary(ctx, c.client, c.client.records.CountRecords, request)
	return response.GetCount(), err
}

// List reads records page by page, in the byte order of their ids. Changes made meanwhile may appear.
// An error is the last that the sequence gives. Each page has the deadline of a unary call.
func (c *Collection) List(ctx context.Context, options ...ReadOption) iter.Seq2[*Record, error] {
	settings := readOptions(options)
	return func(yield func(*Record, error) bool) {
		request := &pb.ListRecordsRequest{
			Collection: c.name, PageSize: settings.pageSize,
			Filter: settings.filter, RecordMask: mask(settings.fields),
		}
		for {
			response, err := unary(ctx, c.client, c.client.records.ListRecords, request)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, message := range response.GetRecords() {
				if !yield(RecordOf(message), nil) {
					return
				}
			}
			request.PageToken = response.GetNextPageToken()
			if request.PageToken == "" {
				return
			}
		}
	}
}

// Export reads records as they are when the sequence is begun, over one stream, in no particular
// order. An error is the last that the sequence gives; leaving the loop ends the call.
func (c *Collection) Export(ctx context.Context, options ...ReadOption) iter.Seq2[*Record, error] {
	settings := readOptions(options)
	return func(yield func(*Record, error) bool) {
		request := &pb.ExportRecordsRequest{
			Collection: c.name, Filter: settings.filter, RecordMask: mask(settings.fields),
		}
		for response, err := range receive(ctx, c.client, c.client.records.ExportRecords, request) {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, message := range response.GetRecords() {
				if !yield(RecordOf(message), nil) {
					return
				}
			}
		}
	}
}

func mask(paths []string) *fieldmaskpb.FieldMask {
	if len(paths) == 0 {
		return nil
	}
	return &fieldmaskpb.FieldMask{Paths: paths}
}
