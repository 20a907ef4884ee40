package protovec_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	protovec "github.com/protovec/protovec/clients/go"
	"github.com/protovec/protovec/clients/go/internal/testserver"
)

// counted are records 0 to count; told hears of each before it is taken.
func counted(count int, told func(int)) iter.Seq2[*protovec.Record, error] {
	return sized(count, 2000, told)
}

// sized are such records with contents of so many bytes.
func sized(count, bytes int, told func(int)) iter.Seq2[*protovec.Record, error] {
	content := strings.Repeat("x", bytes)
	return func(yield func(*protovec.Record, error) bool) {
		for i := range count {
			told(i)
			record := &protovec.Record{ID: fmt.Sprint("r", i), Content: content, Embedding: []float32{1, float32(i)}}
			if !yield(record, nil) {
				return
			}
		}
	}
}

func quiet(int) {}

// newDocs is an empty collection of two dimensions.
func newDocs(t *testing.T, server *testserver.Server) *protovec.Collection {
	t.Helper()
	client, err := protovec.Dial(server.Address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	if _, err := client.CreateCollection(t.Context(), "docs", protovec.CollectionConfig{Dimension: 2}); err != nil {
		t.Fatal(err)
	}
	return client.Collection("docs")
}

func wantCount(t *testing.T, docs *protovec.Collection, want uint64) {
	t.Helper()
	if count, err := docs.Count(context.Background(), nil); err != nil || count != want {
		t.Fatalf("the collection has %d records (%v), not %d", count, err, want)
	}
}

func TestIngestGoesOnAfterTheServerWasKilled(t *testing.T) {
	server := testserver.Start(t)
	docs := newDocs(t, server)
	const count = 30_000
	kills := 0
	source := counted(count, func(i int) {
		// Twice, while batches are on their way.
		if i == count/3 || i == 2*count/3 {
			server.Kill()
			server.Restart(t)
			kills++
		}
	})
	// Insert would refuse what is sent twice: exact counts mean that nothing was applied twice.
	result, err := docs.Ingest(t.Context(), source, protovec.IngestMode(protovec.Insert))
	if err != nil {
		t.Fatal(err)
	}
	if result.Created != count || result.Updated != 0 || result.Failed != 0 || !result.Durable {
		t.Fatalf("the load counts %+v", result.LoadResult)
	}
	if kills != 2 || result.Reconnects == 0 {
		t.Fatalf("%d kills, %d reconnects", kills, result.Reconnects)
	}
	wantCount(t, docs, count)
}

func TestIngestGoesOnInAnotherRunUnderItsKey(t *testing.T) {
	docs := newDocs(t, testserver.Start(t))
	ctx, cancel := context.WithCancel(t.Context())
	const count = 20_000
	_, err := docs.Ingest(ctx, counted(count, quiet), protovec.IngestMode(protovec.Insert),
		protovec.OnIngestProgress(func(progress protovec.IngestProgress) {
			if progress.AcknowledgedBatches >= 3 {
				cancel()
			}
		}))
	broken, ok := errors.AsType[*protovec.IngestError](err)
	if !ok || !errors.Is(err, context.Canceled) {
		t.Fatalf("the cancelled load gave %v", err)
	}
	if broken.Result.AcknowledgedBatches < 3 || broken.Result.Created == 0 || broken.Result.Created >= count {
		t.Fatalf("the cancelled load counts %+v", broken.Result)
	}
	again := protovec.ResumeKey(broken.Result.Key, broken.Result.AcknowledgedBatches)
	result, err := docs.Ingest(t.Context(), counted(count, quiet), protovec.IngestMode(protovec.Insert), again)
	if err != nil {
		t.Fatal(err)
	}
	if result.Created != count || result.Failed != 0 {
		t.Fatalf("both runs count %+v", result.LoadResult)
	}
	wantCount(t, docs, count)

	// Another source under the same key is noticed: one that ends before, and one that is cut elsewhere.
	for _, other := range []iter.Seq2[*protovec.Record, error]{counted(count/2, quiet), sized(2*count, 1500, quiet)} {
		_, err = docs.Ingest(t.Context(), other, again)
		if reason := protovec.ReasonOf(err); reason != "INGEST_SOURCE_CHANGED" {
			t.Fatalf("another source gave %v", err)
		}
	}
	wantCount(t, docs, count)
	// And so is a key that the server does not know.
	_, err = docs.Ingest(t.Context(), counted(1, quiet), protovec.ResumeKey("unknown", 7))
	if reason := protovec.ReasonOf(err); reason != "KEY_EXPIRED" {
		t.Fatalf("a key that is not known gave %v", err)
	}
}

func TestIngestReportsPlacesInTheSource(t *testing.T) {
	docs := newDocs(t, testserver.Start(t))
	bad := map[int]bool{1: true, 2_500: true}
	source := func(yield func(*protovec.Record, error) bool) {
		for record, err := range counted(3_000, quiet) {
			var i int
			if _, scanned := fmt.Sscanf(record.ID, "r%d", &i); scanned != nil {
				t.Fatal(scanned)
			}
			if bad[i] {
				record.Embedding = []float32{1}
			}
			if !yield(record, err) {
				return
			}
		}
	}
	result, err := docs.Ingest(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	if result.Created != 2_998 || result.Failed != 2 || len(result.Errors) != 2 {
		t.Fatalf("the load counts %+v", result.LoadResult)
	}
	for _, refused := range result.Errors {
		if !bad[int(refused.Index)] || refused.Field != fmt.Sprintf("records[%d].embedding", refused.Index) ||
			refused.ID != fmt.Sprint("r", refused.Index) || refused.Reason != protovec.ReasonInvalidEmbedding {
			t.Errorf("a refusal says %+v", refused)
		}
	}
	_, err = docs.Ingest(t.Context(), source, protovec.StopOnRefusal())
	if protovec.ReasonOf(err) != protovec.ReasonInvalidEmbedding {
		t.Fatalf("the load that stops gave %v", err)
	}
	if e, _ := errors.AsType[*protovec.Error](err); e.Field() != "records[1].embedding" {
		t.Fatalf("the load that stops blames %q", e.Field())
	}
}

func TestIngestGivesBackWhatItsSourceFailsWith(t *testing.T) {
	docs := newDocs(t, testserver.Start(t))
	torn := errors.New("the source tore")
	source := func(yield func(*protovec.Record, error) bool) {
		for record, err := range counted(10, quiet) {
			if !yield(record, err) {
				return
			}
		}
		yield(nil, torn)
	}
	if _, err := docs.Ingest(t.Context(), source); err != torn {
		t.Fatalf("it gave %v", err)
	}
}

func TestIngestGivesUpOnAServerThatStaysAway(t *testing.T) {
	server := testserver.Start(t)
	docs := newDocs(t, server)
	server.Kill()
	_, err := docs.Ingest(t.Context(), counted(1, quiet), protovec.GiveUpAfter(300*time.Millisecond))
	e, ok := errors.AsType[*protovec.Error](err)
	if !ok || protovec.CodeName(e.Code) != "UNAVAILABLE" || !strings.Contains(e.Message, "given up") {
		t.Fatalf("it gave %v", err)
	}
}
