package protovec

import (
	"context"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// Upsert writes one record. An absent id is made here, so that repeating the call is safe.
func (c *Collection) Upsert(ctx context.Context, record *Record, options ...WriteOption) (*UpsertResult, error) {
	settings, mode, err := writeOptions(options)
	if err != nil {
		return nil, err
	}
	message, err := sendable(record)
	if err != nil {
		return nil, within(err, "record")
	}
	request := &pb.UpsertRecordRequest{
		Collection: c.name, Record: message, WriteMode: mode, ExpectedRevision: settings.revision,
	}
	response, err := unary(ctx, c.client, c.client.records.UpsertRecord, request)
	if err != nil {
		return nil, err
	}
	return &UpsertResult{
		ID:         response.GetId(),
		Created:    response.GetOutcome() == pb.WriteOutcome_WRITE_OUTCOME_CREATED,
		Sequence:   response.GetSequence(),
		Durable:    response.GetDurable(),
		UpdateTime: goTime(response.GetUpdateTime()),
	}, nil
}

// Delete deletes one record. NOT_FOUND, reason RECORD_NOT_FOUND, when there is none with this id.
func (c *Collection) Delete(ctx context.Context, id string) error {
	request := &pb.DeleteRecordRequest{Collection: c.name, Id: id}
	_, err := unary(ctx, c.client, c.client.records.DeleteRecord, request)
	return err
}

// DeleteMany deletes the records with these ids, at most 10,000, and tells how many there were.
// Missing ids are no error.
func (c *Collection) DeleteMany(ctx context.Context, ids []string) (uint64, error) {
	if len(ids) == 0 {
		return 0, c.client.open()
	}
	return c.deleteMany(ctx, &pb.BatchDeleteRecordsRequest{Collection: c.name, Ids: ids})
}

// DeleteWhere deletes the records that match and tells how many there were. [Collection.Count] tells
// before how many there are; [Collection.Clear] deletes all.
func (c *Collection) DeleteWhere(ctx context.Context, filter *pb.Filter) (uint64, error) {
	return c.deleteMany(ctx, &pb.BatchDeleteRecordsRequest{Collection: c.name, Filter: filter})
}

func (c *Collection) deleteMany(ctx context.Context, request *pb.BatchDeleteRecordsRequest) (uint64, error) {
	response, err := unary(ctx, c.client, c.client.records.BatchDeleteRecords, request)
	return response.GetDeletedCount(), err
}

// Clear deletes every record and tells how many there were.
func (c *Collection) Clear(ctx context.Context) (uint64, error) {
	request := &pb.ClearRecordsRequest{Collection: c.name}
	response, err := unary(ctx, c.client, c.client.records.ClearRecords, request)
	return response.GetDeletedCount(), err
}
