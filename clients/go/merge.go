package protovec

import (
	"context"
	"io"
	"iter"
	"os"
	"time"

	"google.golang.org/grpc"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// mergePiece is the bytes of a file in one message of a merge.
const mergePiece = 1 << 20

// MergePolicy is what happens to a merged record whose id exists.
type MergePolicy string

// The policies.
const (
	// SkipExisting keeps the existing record. The default.
	SkipExisting MergePolicy = "skip_existing"
	// Overwrite lets the merged record replace it.
	Overwrite MergePolicy = "overwrite"
	// NewestWins keeps the record with the later UpdateTime; a tie keeps the existing one.
	NewestWins MergePolicy = "newest_wins"
	// Fail merges nothing: ALREADY_EXISTS, with some of the ids.
	Fail MergePolicy = "fail"
)

// MergeOptions are those of all merges.
type MergeOptions struct {
	// Policy for records that exist. Empty: SkipExisting.
	Policy MergePolicy
	// DryRun checks everything and counts, but changes nothing.
	DryRun bool
	// AllowUnsealed accepts a file without checksums and footer. For Merge and MergeFile.
	AllowUnsealed bool
	// From is the collection that the snapshot belongs to, for MergeFrom. Empty: this one.
	From string
}

// MergeResult is what a merge did, or would do.
type MergeResult struct {
	Created, Replaced, Skipped uint64
	// Conflicts are some of the records whose ids existed, at most 100.
	Conflicts []MergeConflict
	// Sequence is that of the merge in the log; 0: a dry run.
	Sequence uint64
	// Durable: the merge is on stable storage.
	Durable bool
}

// MergeConflict is a merged record whose id existed. A time that is zero is unknown.
type MergeConflict struct {
	ID                 string
	ExistingUpdateTime time.Time
	MergedUpdateTime   time.Time
	// Replaced: the merged record replaced the existing one.
	Replaced bool
}

// Merge merges the records of a snapshot file: all of them, or the call fails and none.
func (s *Snapshots) Merge(ctx context.Context, file io.Reader, options MergeOptions) (*MergeResult, error) {
	return s.merge(ctx, options, func(send func(*pb.MergeRecordsRequest) error) error {
		buffer := make([]byte, mergePiece)
		for first := true; ; first = false {
			count, err := io.ReadFull(file, buffer)
			over := err == io.EOF || err == io.ErrUnexpectedEOF
			if err != nil && !over {
				return sourceError{err}
			}
			// An empty file is sent too: the server tells what is wrong with it.
			if count > 0 || first {
				chunk := &pb.MergeRecordsRequest_SnapshotChunk{SnapshotChunk: buffer[:count]}
				if err := send(&pb.MergeRecordsRequest{Source: chunk}); err != nil {
					return err
				}
			}
			if over {
				return nil
			}
		}
	})
}

// MergeFile merges the file at path.
func (s *Snapshots) MergeFile(ctx context.Context, path string, options MergeOptions) (*MergeResult, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return s.Merge(ctx, file, options)
}

// MergeRecords merges records, whose times are kept, as Merge does.
func (s *Snapshots) MergeRecords(ctx context.Context, records iter.Seq2[*Record, error], options MergeOptions) (*MergeResult, error) {
	return s.merge(ctx, options, func(send func(*pb.MergeRecordsRequest) error) error {
		return pack(records, func(messages []*pb.VectorRecord) error {
			batch := &pb.MergeRecordsRequest_Batch{Batch: &pb.RecordBatch{Records: messages}}
			return send(&pb.MergeRecordsRequest{Source: batch})
		})
	})
}

// MergeFrom merges a snapshot on the server, of this collection or of options.From.
func (s *Snapshots) MergeFrom(ctx context.Context, id string, options MergeOptions) (*MergeResult, error) {
	policy, err := options.policy()
	if err != nil {
		return nil, err
	}
	request := &pb.MergeSnapshotRequest{
		Collection: s.collection, SnapshotId: id, SourceCollection: options.From,
		Policy: policy, DryRun: options.DryRun,
	}
	response, err := last(receive(ctx, s.client, s.client.snapshots.MergeSnapshot, request), nil)
	if err != nil {
		return nil, err
	}
	return mergeResult(response.GetResult())
}

// merge streams what produce sends; the first message tells how to merge.
func (s *Snapshots) merge(ctx context.Context, options MergeOptions, produce func(func(*pb.MergeRecordsRequest) error) error) (*MergeResult, error) {
	policy, err := options.policy()
	if err == nil {
		err = s.client.open()
	}
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var stream grpc.ClientStreamingClient[pb.MergeRecordsRequest, pb.MergeRecordsResponse]
	if stream, err = s.client.snapshots.MergeRecords(ctx); err != nil {
		return nil, fromRPC(ctx, err)
	}
	first := true
	err = produce(func(request *pb.MergeRecordsRequest) error {
		if first {
			request.Collection, request.Policy = s.collection, policy
			request.DryRun, request.AllowUnsealed = options.DryRun, options.AllowUnsealed
		}
		first = false
		return stream.Send(request)
	})
	if err != nil && !ended(err) {
		return nil, fromRPC(ctx, err)
	}
	response, err := stream.CloseAndRecv()
	if err != nil {
		return nil, fromRPC(ctx, err)
	}
	return mergeResult(response.GetResult())
}

func (o MergeOptions) policy() (pb.MergePolicy, error) {
	switch o.Policy {
	case "":
		return pb.MergePolicy_MERGE_POLICY_UNSPECIFIED, nil
	case SkipExisting:
		return pb.MergePolicy_MERGE_POLICY_SKIP_EXISTING, nil
	case Overwrite:
		return pb.MergePolicy_MERGE_POLICY_OVERWRITE, nil
	case NewestWins:
		return pb.MergePolicy_MERGE_POLICY_NEWEST_WINS, nil
	case Fail:
		return pb.MergePolicy_MERGE_POLICY_FAIL, nil
	}
	return 0, invalid("policy", "the policy is %q; use SkipExisting, Overwrite, NewestWins or Fail", string(o.Policy))
}

func mergeResult(message *pb.MergeResult) (*MergeResult, error) {
	if message == nil {
		return nil, incomplete("the result of the merge")
	}
	result := &MergeResult{
		Created:  message.GetCreatedCount(),
		Replaced: message.GetReplacedCount(),
		Skipped:  message.GetSkippedCount(),
		Sequence: message.GetSequence(),
		Durable:  message.GetDurable(),
	}
	for _, conflict := range message.GetConflicts() {
		result.Conflicts = append(result.Conflicts, MergeConflict{
			ID:                 conflict.GetId(),
			ExistingUpdateTime: goTime(conflict.GetExistingUpdateTime()),
			MergedUpdateTime:   goTime(conflict.GetMergedUpdateTime()),
			Replaced:           conflict.GetReplaced(),
		})
	}
	return result, nil
}
