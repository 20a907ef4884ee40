package protovec

import (
	"bytes"
	"errors"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

func TestServiceConfigIsThePublishedOne(t *testing.T) {
	published, err := os.ReadFile("../../docs/service-config.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.TrimSpace(published), bytes.TrimSpace([]byte(serviceConfig))) {
		t.Error("service-config.json is not docs/service-config.json: copy it")
	}
}

func TestKeysAreNotSentInPlainText(t *testing.T) {
	for address, may := range map[string]bool{
		"127.0.0.1:50051": true, "localhost:50051": true, "[::1]:50051": true, "dns:///LOCALHOST:1": true,
		"unix:///tmp/socket": true, "10.0.0.1:50051": false, "localhost.example.com:50051": false,
		"127.0.0.1.example.com:50051": false, "dns:///db.example.com:50051": false, "db:50051": false,
	} {
		client, err := Dial(address, WithAPIKey("secret"))
		if (err == nil) != may {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && (ReasonOf(err) != "INVALID_ARGUMENT" || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%s: %v", address, err)
		}
		if err == nil {
			client.Close()
		}
	}
	client, err := Dial("db.example.com:443", WithTLS(nil), WithAPIKey("secret"))
	if err != nil {
		t.Fatal(err)
	}
	client.Close()
	if _, err := Dial("127.0.0.1:1", WithAPIKey("two words")); err == nil || strings.Contains(err.Error(), "words") {
		t.Errorf("%v", err)
	}
}

func TestErrorsCarryTheDetails(t *testing.T) {
	told, err := status.New(codes.ResourceExhausted, "too much").WithDetails(
		&errdetails.ErrorInfo{Reason: "OVERLOADED", Metadata: map[string]string{"worker": "2"}},
		&errdetails.RetryInfo{RetryDelay: durationpb.New(250 * time.Millisecond)},
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "limit", Description: "too large"}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	var e *Error
	if !errors.As(fromRPC(t.Context(), told.Err()), &e) {
		t.Fatal("not an *Error")
	}
	if e.Code != codes.ResourceExhausted || e.Reason != ReasonOverloaded || e.Metadata["worker"] != "2" ||
		e.RetryAfter != 250*time.Millisecond || e.Field() != "limit" || status.Code(e) != e.Code {
		t.Errorf("%+v", e)
	}
	if text := e.Error(); text != "protovec: RESOURCE_EXHAUSTED (OVERLOADED): too much" {
		t.Error(text)
	}
}

func TestMetadataComesBack(t *testing.T) {
	sent := &Record{
		ID: "a", FilePath: new(""), Embedding: []float32{1, -0.5},
		Metadata: Metadata{
			"text": "ß", "yes": true, "int": int64(math.MinInt64), "double": 2.0, "tags": []string{"a", ""}, "none": []string{},
		},
		CreateTime: time.Unix(1, 5).UTC(),
	}
	message, err := sent.Proto()
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := proto.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	var decoded pb.VectorRecord
	if err := proto.Unmarshal(encoded, &decoded); err != nil {
		t.Fatal(err)
	}
	if got := RecordOf(&decoded); !reflect.DeepEqual(got, sent) {
		t.Errorf("%+v", got)
	}
}

func TestRecordsThatCannotBeSent(t *testing.T) {
	for field, record := range map[string]*Record{
		"record.content":         {Content: "\xff"},
		"record.metadata[big]":   {Metadata: Metadata{"big": uint64(math.MaxUint64)}},
		"record.metadata[other]": {Metadata: Metadata{"other": struct{}{}}},
		"record.id":              nil,
	} {
		_, err := sendable(record)
		e, ok := within(err, "record").(*Error)
		if !ok || e.Code != codes.InvalidArgument || e.Field() != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestQueriesNameOneThing(t *testing.T) {
	for _, query := range []Query{{}, {RecordID: "a", Content: "b"}, {Vector: []float32{1}, RecordID: "a"}} {
		if _, err := query.proto(); ReasonOf(err) != "INVALID_ARGUMENT" {
			t.Errorf("%+v: %v", query, err)
		}
	}
	if _, err := (&Query{Content: "a", Limit: -1}).proto(); err == nil || err.(*Error).Field() != "limit" {
		t.Errorf("%v", err)
	}
}

func TestMessagesStayBelowTheServersLimit(t *testing.T) {
	const serverBytes = 4 << 20
	long := strings.Repeat("x", 3<<20-100)
	records := []*Record{{ID: "a", Content: long}, {ID: "b", Content: long}, {ID: "c"}, {ID: "d", Content: long[:1<<20]}}
	for range 25_000 {
		records = append(records, &Record{ID: "e"})
	}
	count := 0
	err := pack(Records(records...), func(messages []*pb.VectorRecord) error {
		size := proto.Size(&pb.BatchInsertRequest{Records: messages})
		if size > serverBytes || len(messages) > messageRecords || len(messages) == 0 {
			t.Errorf("a message of %d records and %d bytes", len(messages), size)
		}
		count += len(messages)
		return nil
	})
	if err != nil || count != len(records) {
		t.Errorf("%d records: %v", count, err)
	}
}

func TestIDsSortByTheirMaking(t *testing.T) {
	ids := make([]string, 20_000)
	for i := range ids {
		ids[i] = NewID()
	}
	if !slices.IsSorted(ids) || len(slices.Compact(ids)) != 20_000 {
		t.Error("ids are not in the order of their making, or not unique")
	}
	if id := ids[0]; len(id) != 36 || id[14] != '7' || !strings.ContainsRune("89ab", rune(id[19])) {
		t.Errorf("%s is no UUIDv7", id)
	}
}

func TestPathsAreThoseOfTheSource(t *testing.T) {
	for field, wanted := range map[string]string{
		"records[3].embedding": "records[1003].embedding", "batch.records[0].id": "records[1000].id", "collection": "collection",
	} {
		if got := shiftPath(field, 1000); got != wanted {
			t.Errorf("%s became %s", field, got)
		}
	}
	moved := shiftSearches(within(invalid("limit", "too large"), "searches[3]"), 1000).(*Error)
	if moved.Field() != "searches[1003].limit" {
		t.Error(moved.Field())
	}
}

func TestCodeNames(t *testing.T) {
	for code, name := range map[codes.Code]string{
		codes.OK: "OK", codes.Canceled: "CANCELLED", codes.NotFound: "NOT_FOUND", codes.DataLoss: "DATA_LOSS",
		codes.DeadlineExceeded: "DEADLINE_EXCEEDED", codes.Unauthenticated: "UNAUTHENTICATED",
	} {
		if CodeName(code) != name {
			t.Errorf("%v is called %s", code, CodeName(code))
		}
	}
}
