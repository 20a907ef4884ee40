package conformance

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	protovec "github.com/protovec/protovec/clients/go"
	pb "github.com/protovec/protovec/clients/go/protovec/v1"
	"github.com/protovec/protovec/clients/go/snapshot"
)

// snapshotStep does a step about the snapshots of a collection.
func (r *runner) snapshotStep(ctx context.Context, snapshots *protovec.Snapshots, do string, with object) (any, error) {
	id := text(with, "snapshot_id")
	switch do {
	case "create_snapshot":
		return createSnapshot(ctx, snapshots, with)
	case "list_snapshots":
		infos, err := snapshots.List(ctx)
		return object{"count": len(infos)}, err
	case "delete_snapshot":
		return object{}, snapshots.Delete(ctx, id)
	case "download_snapshot":
		size, err := snapshots.DownloadFile(ctx, id, r.file(with, "to"))
		return object{"size_bytes": size}, err
	case "upload_snapshot":
		options := protovec.UploadOptions{AllowUnsealed: flag(with, "allow_unsealed")}
		info, err := snapshots.UploadFile(ctx, r.file(with, "from"), options)
		return jsonOfSnapshot(info), err
	case "validate_snapshot":
		report, err := snapshots.Validate(ctx, id, flag(with, "allow_unsealed"))
		return object{"valid": report.GetValid(), "record_count": report.GetRecordCount()}, err
	case "restore_snapshot":
		only, err := filter(with)
		if err != nil {
			return nil, err
		}
		options := protovec.RestoreOptions{Into: text(with, "into"), Filter: only}
		count, err := snapshots.Restore(ctx, id, options)
		return object{"record_count": count}, err
	case "merge_snapshot":
		return r.merge(ctx, snapshots, with)
	case "diff_snapshots":
		return diff(ctx, snapshots, with)
	}
	return nil, fmt.Errorf("this runner does not know %q", do)
}

func createSnapshot(ctx context.Context, snapshots *protovec.Snapshots, with object) (any, error) {
	only, err := filter(with)
	if err != nil {
		return nil, err
	}
	options := protovec.SnapshotOptions{Format: protovec.SnapshotFormat(text(with, "format")), Filter: only}
	if _, told := with["compressed"]; told {
		options.Compressed = new(flag(with, "compressed"))
	}
	info, err := snapshots.Create(ctx, options)
	return jsonOfSnapshot(info), err
}

func jsonOfSnapshot(info *protovec.SnapshotInfo) object {
	if info == nil {
		return nil
	}
	format := "binary"
	if info.JSON {
		format = "json"
	}
	return object{
		"snapshot_id": info.ID, "collection": info.Collection, "format": format,
		"compressed": info.Compressed, "record_count": info.RecordCount, "size_bytes": info.SizeBytes,
	}
}

func (r *runner) merge(ctx context.Context, snapshots *protovec.Snapshots, with object) (any, error) {
	options := protovec.MergeOptions{
		Policy: protovec.MergePolicy(text(with, "policy")), DryRun: flag(with, "dry_run"),
		AllowUnsealed: flag(with, "allow_unsealed"), From: text(with, "from_collection"),
	}
	var result *protovec.MergeResult
	var err error
	if _, ofFile := with["from"]; ofFile {
		result, err = snapshots.MergeFile(ctx, r.file(with, "from"), options)
	} else {
		result, err = snapshots.MergeFrom(ctx, text(with, "snapshot_id"), options)
	}
	if err != nil {
		return nil, err
	}
	conflicts := make([]any, len(result.Conflicts))
	for i, conflict := range result.Conflicts {
		conflicts[i] = object{"id": conflict.ID, "replaced": conflict.Replaced}
	}
	return object{
		"created": result.Created, "replaced": result.Replaced, "skipped": result.Skipped,
		"conflicts": conflicts, "durable": result.Durable,
	}, nil
}

// diff compares the snapshot "from" with the snapshot "to" or, without it, with the collection.
func diff(ctx context.Context, snapshots *protovec.Snapshots, with object) (any, error) {
	var told protovec.DiffSummary
	options := protovec.DiffOptions{
		With: text(with, "to"), OfCollection: text(with, "to_collection"),
		Each: func(difference protovec.Difference) error {
			switch difference.Kind {
			case pb.DifferenceKind_DIFFERENCE_KIND_ADDED:
				told.Added++
			case pb.DifferenceKind_DIFFERENCE_KIND_REMOVED:
				told.Removed++
			case pb.DifferenceKind_DIFFERENCE_KIND_CHANGED:
				told.Changed++
			}
			return nil
		},
	}
	summary, err := snapshots.Diff(ctx, text(with, "from"), options)
	if err != nil {
		return nil, err
	}
	told.Unchanged = summary.Unchanged
	if told != *summary {
		return nil, fmt.Errorf("the differences are %v, their summary %v", told, *summary)
	}
	return object{
		"added": summary.Added, "removed": summary.Removed, "changed": summary.Changed,
		"unchanged": summary.Unchanged,
	}, nil
}

func (r *runner) file(with object, key string) string {
	return filepath.Join(r.folder, filepath.Base(text(with, key)))
}

// readFile reads a snapshot file without a server.
func (r *runner) readFile(with object) (any, error) {
	path := filepath.Join(r.golden, text(with, "golden"))
	if text(with, "golden") == "" {
		path = r.file(with, "from")
	}
	path, err := r.damaged(path, with)
	if err != nil {
		return nil, err
	}
	var options []snapshot.Option
	if flag(with, "allow_unsealed") {
		options = append(options, snapshot.AllowUnsealed())
	}
	reader, err := snapshot.Open(path, options...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = reader.Close() }()
	list := []any{}
	for one, err := range reader.Records() {
		if err != nil {
			return nil, err
		}
		list = append(list, jsonOfRecord(one))
	}
	header := reader.Header()
	return object{
		"dimension": header.Dimension, "metric": string(header.Metric), "collection": header.Collection,
		"embedding_model": header.EmbeddingModel, "parts": reader.Parts(), "sealed": reader.Sealed(),
		"record_count": reader.RecordCount(), "records": list,
	}, nil
}

// damaged is a copy of the file with the damage that the step asks for, or the file when it asks for
// none.
func (r *runner) damaged(path string, with object) (string, error) {
	flip, flips := with["flip"].(object)
	_, cuts := with["cut"]
	if !flips && !cuts {
		return path, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if flips {
		content[place(whole(flip, "at"), len(content))] ^= 1 << whole(flip, "bit")
	}
	if cuts {
		content = content[:place(whole(with, "cut"), len(content))]
	}
	copied := filepath.Join(r.folder, "damaged.pb")
	return copied, os.WriteFile(copied, content, 0o600)
}

// place counts from the end when it is negative.
func place(at, length int) int {
	if at < 0 {
		return length + at
	}
	return at
}
