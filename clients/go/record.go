package protovec

import (
	"iter"
	"slices"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// Record is one stored record: a text, its embedding and what a service wants to remember about both.
type Record struct {
	// ID identifies the record within its collection: 1 to 255 bytes of UTF-8. Empty: the client
	// makes a UUIDv7 before it sends the record.
	ID string
	// Content is the text that the embedding stands for.
	Content string
	// Title is a short name.
	Title string
	// FilePath is where the text came from. nil: unknown.
	FilePath *string
	// Extension is that of the file, or the kind of source. nil: unknown.
	Extension *string
	// Embedding is the vector, of the collection's dimension. It may be left out where the collection
	// has an embedder.
	Embedding []float32
	// Metadata are values to filter by.
	Metadata Metadata
	// CreateTime is when the record was first stored. Set by the server; only merges take it.
	CreateTime time.Time
	// UpdateTime is when the record was last written. Set as CreateTime is.
	UpdateTime time.Time
	// Revision is the log sequence of the last change. Set by the server.
	Revision uint64
}

// Proto is the generated message of the record, which shares nothing with it that can change. It
// fails for texts that are not UTF-8 and for metadata of kinds that there are not, with the field.
func (r *Record) Proto() (*pb.VectorRecord, error) {
	texts := []struct{ field, text string }{{"id", r.ID}, {"content", r.Content}, {"title", r.Title}}
	if r.FilePath != nil {
		texts = append(texts, struct{ field, text string }{"file_path", *r.FilePath})
	}
	if r.Extension != nil {
		texts = append(texts, struct{ field, text string }{"extension", *r.Extension})
	}
	for _, one := range texts {
		if !utf8.ValidString(one.text) {
			return nil, invalid(one.field, "%s is not UTF-8", one.field)
		}
	}
	metadata, err := r.Metadata.proto()
	if err != nil {
		return nil, err
	}
	return &pb.VectorRecord{
		Id:         r.ID,
		Content:    r.Content,
		Title:      r.Title,
		FilePath:   copied(r.FilePath),
		Extension:  copied(r.Extension),
		Embedding:  slices.Clone(r.Embedding),
		Metadata:   metadata,
		CreateTime: protoTime(r.CreateTime),
		UpdateTime: protoTime(r.UpdateTime),
	}, nil
}

// RecordOf is the record of a generated message, which it may share memory with.
func RecordOf(message *pb.VectorRecord) *Record {
	return &Record{
		ID:         message.GetId(),
		Content:    message.GetContent(),
		Title:      message.GetTitle(),
		FilePath:   message.FilePath,
		Extension:  message.Extension,
		Embedding:  message.GetEmbedding(),
		Metadata:   metadataOf(message.GetMetadata()),
		CreateTime: goTime(message.GetCreateTime()),
		UpdateTime: goTime(message.GetUpdateTime()),
		Revision:   message.GetRevision(),
	}
}

// Records is a source of these records, for InsertMany and Ingest.
func Records(records ...*Record) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		for _, record := range records {
			if !yield(record, nil) {
				return
			}
		}
	}
}

// sendable is the message of a record that a write sends; one without an id gets one.
func sendable(r *Record) (*pb.VectorRecord, error) {
	if r == nil {
		return nil, invalid("id", "the record is nil")
	}
	message, err := r.Proto()
	if err != nil {
		return nil, err
	}
	if message.Id == "" {
		message.Id = NewID()
	}
	return message, nil
}

func recordsOf(messages []*pb.VectorRecord) []*Record {
	records := make([]*Record, len(messages))
	for i, message := range messages {
		records[i] = RecordOf(message)
	}
	return records
}

func copied(text *string) *string {
	if text == nil {
		return nil
	}
	return new(*text)
}

func protoTime(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

func goTime(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}
