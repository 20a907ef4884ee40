// Loads vectors from a file of little-endian floats over one stream, and tells how long that took.
//
//	load ADDRESS COLLECTION VECTORS_FILE COUNT DIMENSION
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log"
	"math"
	"os"
	"strconv"
	"time"

	protovec "github.com/protovec/protovec/clients/go"
)

func main() {
	if len(os.Args) != 6 {
		log.Fatal("usage: load ADDRESS COLLECTION VECTORS_FILE COUNT DIMENSION")
	}
	count, err := strconv.Atoi(os.Args[4])
	if err != nil {
		log.Fatalf("COUNT is %q, no number", os.Args[4])
	}
	dimension, err := strconv.Atoi(os.Args[5])
	if err != nil || dimension < 1 {
		log.Fatalf("DIMENSION is %q, no number above 0", os.Args[5])
	}
	if err := load(context.Background(), os.Args[1], os.Args[2], os.Args[3], count, dimension); err != nil {
		log.Fatal(err)
	}
}

func load(ctx context.Context, address, name, path string, count, dimension int) error {
	client, err := protovec.Dial(address)
	if err != nil {
		return err
	}
	defer client.Close()
	config := protovec.CollectionConfig{Dimension: dimension, Metric: protovec.Cosine}
	_, err = client.CreateCollection(ctx, name, config)
	if err != nil && protovec.ReasonOf(err) != protovec.ReasonAlreadyExists {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	begin := time.Now()
	loaded, err := client.Collection(name).InsertMany(ctx, rows(file, count, dimension))
	if err != nil {
		return err
	}
	seconds := time.Since(begin).Seconds()
	if loaded.Failed > 0 {
		return fmt.Errorf("%d records were refused, the first with %s", loaded.Failed, loaded.Errors[0].Message)
	}
	return json.NewEncoder(os.Stdout).Encode(struct {
		Language string  `json:"language"`
		Records  uint64  `json:"records"`
		Seconds  float64 `json:"seconds"`
	}{"go", loaded.Created + loaded.Updated, math.Round(seconds*1000) / 1000})
}

// rows are the records of the first rows of the file.
func rows(file io.Reader, count, dimension int) iter.Seq2[*protovec.Record, error] {
	return func(yield func(*protovec.Record, error) bool) {
		input := bufio.NewReaderSize(file, 1<<20)
		row := make([]byte, 4*dimension)
		for i := range count {
			if _, err := io.ReadFull(input, row); err != nil {
				yield(nil, fmt.Errorf("row %d of the vectors: %w", i, err))
				return
			}
			embedding := make([]float32, dimension)
			for j := range embedding {
				embedding[j] = math.Float32frombits(binary.LittleEndian.Uint32(row[4*j:]))
			}
			id := strconv.Itoa(i)
			record := &protovec.Record{
				ID: id, Content: "record " + id, Embedding: embedding, Metadata: protovec.Metadata{"n": i},
			}
			if !yield(record, nil) {
				return
			}
		}
	}
}
