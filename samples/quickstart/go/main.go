// Loads records, searches them, takes a snapshot, reads it without the server and merges it back.
package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log"
	"os"
	"path/filepath"

	protovec "github.com/protovec/protovec/clients/go"
	"github.com/protovec/protovec/clients/go/snapshot"
	"github.com/protovec/protovec/clients/go/where"
)

const name = "quickstart-go"

func main() {
	ctx := context.Background()
	address := cmp.Or(append(os.Args[1:], os.Getenv("PROTOVEC_ADDRESS"), "127.0.0.1:50051")...)
	client := must(protovec.Dial(address))
	defer client.Close()
	if err := client.DeleteCollection(ctx, name); err != nil && !protovec.IsNotFound(err) {
		log.Fatal(err)
	}
	// The server makes the vectors of texts.
	config := protovec.CollectionConfig{Embedder: protovec.BuiltinEmbedder()}
	must(client.CreateCollection(ctx, name, config))
	notes := client.Collection(name)
	loaded := must(notes.InsertMany(ctx, records(cmp.Or(os.Getenv("PROTOVEC_RECORDS"), "records.jsonl"))))
	fmt.Printf("loaded: %d records, %d refused\n", loaded.Created, loaded.Failed)

	query := protovec.Query{
		Content: "a musical instrument with strings",
		Filter:  where.Eq("topic", "noun.artifact"),
		Limit:   3,
	}
	for _, hit := range must(notes.Search(ctx, query)).Hits {
		fmt.Printf("%.3f  %s: %s\n", hit.Score, hit.Record.Title, hit.Record.Content)
	}

	file := filepath.Join(os.TempDir(), protovec.NewID()+".pb")
	defer os.Remove(file)
	taken := must(notes.Snapshots().Create(ctx, protovec.SnapshotOptions{}))
	must(notes.Snapshots().DownloadFile(ctx, taken.ID, file))
	// No server is needed to read the file; its checksums are verified on the way.
	reader := must(snapshot.Open(file))
	defer reader.Close()
	if err := reader.Verify(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("snapshot: %d records, sealed: %t\n", reader.RecordCount(), reader.Sealed())
	// Every record is there already, so nothing changes.
	merged := must(notes.Snapshots().MergeFile(ctx, file, protovec.MergeOptions{}))
	fmt.Printf("merged: %d new, %d kept\n", merged.Created, merged.Skipped)

	if _, err := notes.Get(ctx, "no such record"); err != nil {
		fmt.Println("as expected:", protovec.ReasonOf(err))
	}
	if err := client.DeleteCollection(ctx, name); err != nil {
		log.Fatal(err)
	}
}

// records are one JSON object a line: id, title, content, metadata.
func records(path string) iter.Seq2[*protovec.Record, error] {
	file := must(os.Open(path))
	return func(yield func(*protovec.Record, error) bool) {
		defer file.Close()
		for lines := bufio.NewScanner(file); lines.Scan(); {
			var record protovec.Record
			if err := json.Unmarshal(lines.Bytes(), &record); !yield(&record, err) {
				return
			}
		}
	}
}

// must ends the program when there is an error; a real one tells its callers.
func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
