package protovec

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// Snapshots are those of one collection on the server. Package snapshot reads their files.
type Snapshots struct {
	client     *Client
	collection string
}

// Snapshots are those of the collection.
func (c *Collection) Snapshots() *Snapshots {
	return &Snapshots{client: c.client, collection: c.name}
}

// SnapshotInfo describes a snapshot on the server.
type SnapshotInfo struct {
	ID         string
	Collection string
	// JSON: it is written as JSON, else as protobuf.
	JSON bool
	// Compressed: its records are in compressed fragments.
	Compressed  bool
	SizeBytes   uint64
	RecordCount uint64
	CreateTime  time.Time
	// Sequence is the log sequence that it includes.
	Sequence uint64
	// SHA256 is that of the file.
	SHA256 []byte
}

// SnapshotFormat is how a snapshot is written.
type SnapshotFormat string

// The formats. A SnapshotFormat that is empty is what the collection's configuration says.
const (
	// Binary is a protobuf message; the only format that package snapshot reads.
	Binary SnapshotFormat = "binary"
	// JSON is the same message in protobuf's JSON.
	JSON SnapshotFormat = "json"
)

// SnapshotOptions are those of Create; the zero value takes all records.
type SnapshotOptions struct {
	// Format of the file. Empty: as the collection's configuration says.
	Format SnapshotFormat
	// Compressed puts the records into compressed fragments; Binary alone. nil: as the configuration
	// says.
	Compressed *bool
	// Filter tells which records go into it. nil: all.
	Filter *pb.Filter
	// OnProgress is told of the records written so far and in all.
	OnProgress func(records, total uint64)
}

// Create takes a snapshot of the collection as it is when the call begins. No deadline but that of
// the context.
func (s *Snapshots) Create(ctx context.Context, options SnapshotOptions) (*SnapshotInfo, error) {
	request := &pb.CreateSnapshotRequest{
		Collection: s.collection, CompressionEnabled: options.Compressed, Filter: options.Filter,
	}
	switch options.Format {
	case "":
	case Binary:
		request.Format = pb.SnapshotFormat_SNAPSHOT_FORMAT_BINARY
	case JSON:
		request.Format = pb.SnapshotFormat_SNAPSHOT_FORMAT_JSON
	default:
		return nil, invalid("format", "the format is %q; use Binary or JSON", string(options.Format))
	}
	told := func(response *pb.CreateSnapshotResponse) {
		if options.OnProgress != nil {
			options.OnProgress(response.GetRecordsWritten(), response.GetRecordsTotal())
		}
	}
	response, err := last(receive(ctx, s.client, s.client.snapshots.CreateSnapshot, request), told)
	if err != nil {
		return nil, err
	}
	if response.GetSnapshot() == nil {
		return nil, incomplete("a snapshot")
	}
	return snapshotInfo(response.GetSnapshot()), nil
}

// List describes the collection's snapshots, newest first.
func (s *Snapshots) List(ctx context.Context) ([]*SnapshotInfo, error) {
	request := &pb.ListSnapshotsRequest{Collection: s.collection}
	response, err := unary(ctx, s.client, s.client.snapshots.ListSnapshots, request)
	if err != nil {
		return nil, err
	}
	infos := make([]*SnapshotInfo, len(response.GetSnapshots()))
	for i, message := range response.GetSnapshots() {
		infos[i] = snapshotInfo(message)
	}
	return infos, nil
}

// Delete deletes a snapshot. NOT_FOUND, reason SNAPSHOT_NOT_FOUND, when there is none.
func (s *Snapshots) Delete(ctx context.Context, id string) error {
	request := &pb.DeleteSnapshotRequest{Collection: s.collection, SnapshotId: id}
	_, err := unary(ctx, s.client, s.client.snapshots.DeleteSnapshot, request)
	return err
}

// Validate has the server read a snapshot whole and reports everything that is wrong with it; damage
// is no error of the call. allowUnsealed: a file without checksums and footer counts as valid.
func (s *Snapshots) Validate(ctx context.Context, id string, allowUnsealed bool) (*pb.SnapshotReport, error) {
	request := &pb.ValidateSnapshotRequest{
		Collection: s.collection, SnapshotId: id, AllowUnsealed: allowUnsealed,
	}
	response, err := last(receive(ctx, s.client, s.client.snapshots.ValidateSnapshot, request), nil)
	if err != nil {
		return nil, err
	}
	if response.GetReport() == nil {
		return nil, incomplete("a report")
	}
	return response.GetReport(), nil
}

// RestoreOptions are those of Restore.
type RestoreOptions struct {
	// Into is the collection whose content is replaced; created when it is missing. Empty: this one.
	Into string
	// Index is how nearest neighbours are found from then on. nil: as before or, for a new collection,
	// as the snapshot says.
	Index *pb.IndexConfig
	// Filter tells which records of the snapshot to take. nil: all.
	Filter *pb.Filter
	// OnProgress is told of the records restored so far and in all.
	OnProgress func(records, total uint64)
}

// Restore replaces the content of a collection by that of a snapshot and tells how many records it
// has taken. The old content stays until the whole file has been checked.
func (s *Snapshots) Restore(ctx context.Context, id string, options RestoreOptions) (uint64, error) {
	request := &pb.RestoreSnapshotRequest{
		Collection: s.collection, SnapshotId: id, TargetCollection: options.Into,
		IndexConfig: options.Index, Filter: options.Filter,
	}
	told := func(response *pb.RestoreSnapshotResponse) {
		if options.OnProgress != nil {
			options.OnProgress(response.GetRecordsRestored(), response.GetRecordsTotal())
		}
	}
	response, err := last(receive(ctx, s.client, s.client.snapshots.RestoreSnapshot, request), told)
	if err != nil {
		return 0, err
	}
	if response == nil {
		return 0, incomplete("a restore")
	}
	return response.GetRecordsRestored(), nil
}

func snapshotInfo(message *pb.Snapshot) *SnapshotInfo {
	return &SnapshotInfo{
		ID:          message.GetSnapshotId(),
		Collection:  message.GetCollection(),
		JSON:        message.GetFormat() == pb.SnapshotFormat_SNAPSHOT_FORMAT_JSON,
		Compressed:  message.GetCompressed(),
		SizeBytes:   message.GetSizeBytes(),
		RecordCount: message.GetRecordCount(),
		CreateTime:  goTime(message.GetCreateTime()),
		Sequence:    message.GetLogSequence(),
		SHA256:      message.GetSha256(),
	}
}

func incomplete(what string) error {
	return NewError(codes.Internal, "", "the server ended the call without "+what, nil, nil)
}
