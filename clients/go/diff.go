package protovec

import (
	"context"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// DiffOptions are those of Diff.
type DiffOptions struct {
	// With is the snapshot to compare with. Empty: the records that the collection has now.
	With string
	// OfCollection is the collection of With. Empty: this one.
	OfCollection string
	// Each is told of each record that is not the same in both; what it fails with ends the call and
	// is returned as it is. nil: count alone.
	Each func(Difference) error
}

// Difference is one record that two sets of records do not share. Added and removed are seen from the
// snapshot that Diff is given.
type Difference struct {
	ID string
	// Kind is pb.DifferenceKind_DIFFERENCE_KIND_ADDED, _REMOVED or _CHANGED.
	Kind pb.DifferenceKind
	// ChangedFields are the fields that differ, in proto names.
	ChangedFields []string
}

// DiffSummary counts records.
type DiffSummary struct{ Added, Removed, Changed, Unchanged uint64 }

// Diff compares the records of a snapshot with those of another one, or of the collection now, by
// what clients write: not by times and revisions.
func (s *Snapshots) Diff(ctx context.Context, id string, options DiffOptions) (*DiffSummary, error) {
	request := &pb.DiffSnapshotsRequest{
		Collection: s.collection, SnapshotId: id,
		OtherSnapshotId: options.With, OtherCollection: options.OfCollection,
	}
	var summary *pb.DifferenceSummary
	for response, err := range receive(ctx, s.client, s.client.snapshots.DiffSnapshots, request) {
		if err != nil {
			return nil, err
		}
		summary = response.GetSummary()
		for _, difference := range response.GetDifferences() {
			if options.Each == nil {
				break
			}
			told := Difference{
				ID: difference.GetId(), Kind: difference.GetKind(),
				ChangedFields: difference.GetChangedFields().GetPaths(),
			}
			if err := options.Each(told); err != nil {
				return nil, err
			}
		}
	}
	if summary == nil {
		return nil, incomplete("a summary")
	}
	return &DiffSummary{
		Added: summary.GetAddedCount(), Removed: summary.GetRemovedCount(),
		Changed: summary.GetChangedCount(), Unchanged: summary.GetUnchangedCount(),
	}, nil
}
