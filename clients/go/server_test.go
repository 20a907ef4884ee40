package protovec_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc"

	"github.com/protovec/protovec/clients/go"
	"github.com/protovec/protovec/clients/go/internal/testserver"
	"github.com/protovec/protovec/clients/go/snapshot"
	"github.com/protovec/protovec/clients/go/where"
)

// cutting breaks its connections after so many bytes each way, as long as there are cuts left.
type cutting struct {
	bytes int64
	left  atomic.Int64
}

func (c *cutting) dial(ctx context.Context, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &cutConn{Conn: conn, cutting: c}, nil
}

type cutConn struct {
	net.Conn
	cutting *cutting
	passed  atomic.Int64
}

func (c *cutConn) count(passed int) {
	if c.passed.Add(int64(passed)) > c.cutting.bytes && c.cutting.left.Add(-1) >= 0 {
		c.Conn.Close()
	}
}

func (c *cutConn) Read(into []byte) (int, error) {
	count, err := c.Conn.Read(into)
	c.count(count)
	return count, err
}

func (c *cutConn) Write(bytes []byte) (int, error) {
	count, err := c.Conn.Write(bytes)
	c.count(count)
	return count, err
}

func dial(t *testing.T, address string, options ...protovec.DialOption) *protovec.Client {
	t.Helper()
	client, err := protovec.Dial(address, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func create(t *testing.T, client *protovec.Client, dimension int) *protovec.Collection {
	t.Helper()
	config := protovec.CollectionConfig{Dimension: dimension}
	if _, err := client.CreateCollection(t.Context(), "docs", config); err != nil {
		t.Fatal(err)
	}
	return client.Collection("docs")
}

func numbered(count int) func(func(*protovec.Record, error) bool) {
	content := string(bytes.Repeat([]byte("x"), 2_000))
	return func(yield func(*protovec.Record, error) bool) {
		for i := range count {
			record := &protovec.Record{
				ID: strconv.Itoa(i), Content: content, Embedding: []float32{1, float32(i)},
				Metadata: protovec.Metadata{"n": i},
			}
			if !yield(record, nil) {
				return
			}
		}
	}
}

// TestLoadsGoOn: connections break and the server is killed; every record is created once.
func TestLoadsGoOn(t *testing.T) {
	const count = 20_000
	server := testserver.Start(t)
	cuts := &cutting{bytes: 5 << 20}
	cuts.left.Store(4)
	client := dial(t, server.Address, protovec.WithGRPC(grpc.WithContextDialer(cuts.dial)))
	docs := create(t, client, 2)
	killed := false
	result, err := docs.Ingest(t.Context(), numbered(count), protovec.IngestMode(protovec.Insert),
		protovec.OnIngestProgress(func(progress protovec.IngestProgress) {
			if !killed && progress.Acknowledged > count/2 {
				killed = true
				server.Kill()
				server.Restart(t)
			}
		}))
	if err != nil {
		t.Fatal(err)
	}
	if result.Created != count || result.Failed != 0 || result.Updated != 0 || !result.Durable {
		t.Errorf("%+v", result)
	}
	if result.Reconnects < 3 || !killed {
		t.Errorf("%d reconnects: nothing was tested", result.Reconnects)
	}
	if stored, err := docs.Count(t.Context(), nil); err != nil || stored != count {
		t.Errorf("%d records are stored: %v", stored, err)
	}
}

// TestTransfersGoOn: a snapshot crosses connections that break, both ways.
func TestTransfersGoOn(t *testing.T) {
	server := testserver.Start(t)
	docs := create(t, dial(t, server.Address), 2)
	if _, err := docs.InsertMany(t.Context(), numbered(5_000)); err != nil {
		t.Fatal(err)
	}
	taken, err := docs.Snapshots().Create(t.Context(), protovec.SnapshotOptions{})
	if err != nil {
		t.Fatal(err)
	}
	cuts := &cutting{bytes: 3 << 20}
	cuts.left.Store(5)
	client := dial(t, server.Address, protovec.WithGRPC(grpc.WithContextDialer(cuts.dial)))
	snapshots := client.Collection("docs").Snapshots()
	path := filepath.Join(t.TempDir(), "docs.pb")
	size, err := snapshots.DownloadFile(t.Context(), taken.ID, path)
	if err != nil || uint64(size) != taken.SizeBytes {
		t.Fatalf("%d bytes of %d: %v", size, taken.SizeBytes, err)
	}
	uploaded, err := snapshots.UploadFile(t.Context(), path, protovec.UploadOptions{})
	if err != nil || uploaded.RecordCount != 5_000 {
		t.Fatalf("%+v: %v", uploaded, err)
	}
	if cuts.left.Load() > 0 {
		t.Errorf("%d cuts were not made: nothing was tested", cuts.left.Load())
	}
	reader, err := snapshot.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := reader.Verify(); err != nil || reader.RecordCount() != 5_000 {
		t.Errorf("%d records: %v", reader.RecordCount(), err)
	}
}

// TestErrorsOfSourcesAndTargets: what callers' code fails with comes back as it is.
func TestErrorsOfSourcesAndTargets(t *testing.T) {
	server := testserver.Start(t)
	docs := create(t, dial(t, server.Address), 2)
	own := errors.New("my own")
	source := func(yield func(*protovec.Record, error) bool) {
		_ = yield(&protovec.Record{ID: "a", Embedding: []float32{1, 0}}, nil) && yield(nil, own)
	}
	if _, err := docs.InsertMany(t.Context(), source); err != own {
		t.Errorf("InsertMany: %v", err)
	}
	if _, err := docs.Ingest(t.Context(), source); err != own {
		t.Errorf("Ingest: %v", err)
	}
	if _, err := docs.InsertMany(t.Context(), numbered(10)); err != nil {
		t.Fatal(err)
	}
	taken, err := docs.Snapshots().Create(t.Context(), protovec.SnapshotOptions{})
	if err != nil {
		t.Fatal(err)
	}
	reading, writing := io.Pipe()
	reading.CloseWithError(own)
	if _, err := docs.Snapshots().Download(t.Context(), taken.ID, writing); err != own {
		t.Errorf("Download: %v", err)
	}
}

// TestContexts: cancellation and deadlines are told by errors.Is, too.
func TestContexts(t *testing.T) {
	server := testserver.Start(t)
	client := dial(t, server.Address)
	docs := create(t, client, 2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := docs.Count(ctx, where.Eq("n", 1)); !errors.Is(err, context.Canceled) || protovec.ReasonOf(err) != "CANCELLED" {
		t.Errorf("%v", err)
	}
	hurried := dial(t, server.Address, protovec.WithTimeout(1))
	if _, err := hurried.ServerInfo(t.Context()); !errors.Is(err, context.DeadlineExceeded) || protovec.ReasonOf(err) != "DEADLINE_EXCEEDED" {
		t.Errorf("%v", err)
	}
	client.Close()
	if _, err := docs.Count(t.Context(), nil); protovec.ReasonOf(err) != protovec.ReasonClientClosed {
		t.Errorf("%v", err)
	}
	for _, err := range docs.Export(t.Context()) {
		if protovec.ReasonOf(err) != protovec.ReasonClientClosed {
			t.Errorf("%v", err)
		}
	}
}
