package protovec

import (
	"regexp"
	"strconv"
	"time"

	"google.golang.org/grpc/codes"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// UpsertResult is what Upsert did.
type UpsertResult struct {
	ID string
	// Created: the record did not exist; else it was replaced.
	Created bool
	// Sequence is that of the write in the log: the record's revision.
	Sequence uint64
	// Durable: the write is on stable storage.
	Durable    bool
	UpdateTime time.Time
}

// RecordError is why one record of many was refused.
type RecordError struct {
	// Index is its place in the records that were given, from 0.
	Index uint64
	// ID is empty when it could not be read.
	ID string
	// Code is the status that a single write of this record would have got.
	Code codes.Code
	// Reason is stable, such as INVALID_EMBEDDING.
	Reason string
	// Message is for people.
	Message string
	// Field is the path of the field at fault, such as records[3].embedding.
	Field string
}

// RecordResult is what became of one record of UpsertMany.
type RecordResult struct {
	ID      string
	Created bool
	// Err is why the record was refused; nil when it was written.
	Err *RecordError
}

// LoadResult is what InsertMany did.
type LoadResult struct {
	Created, Updated, Failed uint64
	// Errors are the first 1,000 refusals.
	Errors []RecordError
	// Sequence is that of the last message in the log; 0 when nothing was written.
	Sequence uint64
	// Durable: everything that is counted is on stable storage.
	Durable bool
}

func recordErrors(messages []*pb.RecordError) []RecordError {
	refused := make([]RecordError, len(messages))
	for i, message := range messages {
		refused[i] = recordError(message, 0)
	}
	return refused
}

// recordError: offset is the place of the request's first record among all that were given.
func recordError(message *pb.RecordError, offset uint64) RecordError {
	return RecordError{
		Index:   message.GetIndex() + offset,
		ID:      message.GetId(),
		Code:    codes.Code(message.GetCode()),
		Reason:  message.GetReason(),
		Message: message.GetMessage(),
		Field:   shiftPath(message.GetField(), offset),
	}
}

var placeOfRecord = regexp.MustCompile(`^(?:batch\.)?records\[(\d+)\]`)

// shiftPath makes records[3].embedding of a request that began at record 1000 records[1003].embedding.
// Other paths stay as they are.
func shiftPath(field string, offset uint64) string {
	place := placeOfRecord.FindStringSubmatchIndex(field)
	if place == nil {
		return field
	}
	index, err := strconv.ParseUint(field[place[2]:place[3]], 10, 64)
	if err != nil {
		return field
	}
	return "records[" + strconv.FormatUint(index+offset, 10) + "]" + field[place[1]:]
}
