package protovec_test

import (
	"errors"
	"fmt"
	"testing"

	protovec "github.com/protovec/protovec/clients/go"
	"github.com/protovec/protovec/clients/go/internal/testserver"
)

// newCircle is a collection of 100 records, whose ids are their places.
func newCircle(t *testing.T) *protovec.Collection {
	t.Helper()
	docs := newDocs(t, testserver.Start(t))
	var records []*protovec.Record
	for i := range 100 {
		records = append(records, &protovec.Record{ID: fmt.Sprint(i), Embedding: []float32{float32(i), 100 - float32(i)}})
	}
	if _, err := docs.UpsertMany(t.Context(), records); err != nil {
		t.Fatal(err)
	}
	return docs
}

func TestSearchStreamAnswersEachQueryOnce(t *testing.T) {
	docs := newCircle(t)
	const count = 3_000
	// Every seventh is refused by the server, every eleventh by the client.
	queries := func(yield func(protovec.Query, error) bool) {
		for i := range count {
			query := protovec.Query{RecordID: fmt.Sprint(i % 100), Limit: 1}
			if i%7 == 0 {
				query.RecordID = "none"
			}
			if i%11 == 0 {
				query = protovec.Query{}
			}
			if !yield(query, nil) {
				return
			}
		}
	}
	seen := map[int]bool{}
	for answer, err := range docs.SearchStream(t.Context(), queries) {
		if err != nil {
			t.Fatal(err)
		}
		i := answer.Index
		if seen[i] {
			t.Fatalf("query %d was answered twice", i)
		}
		seen[i] = true
		switch {
		case i%11 == 0:
			if protovec.ReasonOf(answer.Err) != "INVALID_ARGUMENT" || answer.Result != nil {
				t.Fatalf("query %d, which asks for nothing, gave %v", i, answer.Err)
			}
		case i%7 == 0:
			if protovec.ReasonOf(answer.Err) != protovec.ReasonRecordNotFound {
				t.Fatalf("query %d, for a record that is missing, gave %v", i, answer.Err)
			}
		case answer.Err != nil || answer.Query.RecordID != fmt.Sprint(i%100) || len(answer.Result.Hits) != 1:
			t.Fatalf("query %d gave %+v", i, answer)
		}
	}
	if len(seen) != count {
		t.Fatalf("%d of %d queries were answered", len(seen), count)
	}
}

func TestSearchStreamTakesNoMoreThanIsReadAndEndsWithItsLoop(t *testing.T) {
	docs := newCircle(t)
	taken, over := 0, false
	queries := func(yield func(protovec.Query, error) bool) {
		defer func() { over = true }()
		for yield(protovec.Query{RecordID: "1"}, nil) {
			taken++
		}
	}
	for _, err := range docs.SearchStream(t.Context(), queries) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	// No race: the source has ended when the loop has.
	if !over || taken > 300 {
		t.Fatalf("the source ended: %t, after %d queries", over, taken)
	}
}

func TestSearchStreamOfNothingAndOfATornSource(t *testing.T) {
	docs := newCircle(t)
	for answer, err := range docs.SearchStream(t.Context(), protovec.Queries()) {
		t.Fatalf("no queries gave %v, %v", answer, err)
	}
	torn := errors.New("the source tore")
	var last error
	for _, err := range docs.SearchStream(t.Context(), func(yield func(protovec.Query, error) bool) {
		if yield(protovec.Query{RecordID: "1"}, nil) {
			yield(protovec.Query{}, torn)
		}
	}) {
		last = err
	}
	if last != torn {
		t.Fatalf("a torn source gave %v", last)
	}
}
