package protovec

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash/crc32"
	"io"
	"os"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// uploadPiece is the bytes of one message of an upload.
const uploadPiece = 512 << 10

// UploadOptions are those of Upload.
type UploadOptions struct {
	// ID is a UUIDv7, at most a day old, and the id of the snapshot afterwards. With that of an upload
	// that broke off, it goes on where that stopped. Empty: a new one.
	ID string
	// AllowUnsealed accepts a file without checksums and footer.
	AllowUnsealed bool
	// OnProgress is told of the bytes sent so far and in all.
	OnProgress func(bytes, total int64)
}

// Upload brings a snapshot file to the server, where it becomes a snapshot of the collection once it
// has been checked whole. The file is read once before, for its length and SHA-256. A connection that
// breaks is made again and the upload goes on where the server has got to.
func (s *Snapshots) Upload(ctx context.Context, file io.ReadSeeker, options UploadOptions) (*SnapshotInfo, error) {
	id, ask := options.ID, options.ID != ""
	if id == "" {
		id = NewID()
	}
	digest := sha256.New()
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	size, err := io.Copy(digest, file)
	if err != nil {
		return nil, err
	}
	first := &pb.UploadSnapshotRequest{
		Collection: s.collection, SnapshotId: id, SizeBytes: uint64(size),
		Sha256: digest.Sum(nil), AllowUnsealed: options.AllowUnsealed,
	}
	var again resumption
	var received int64
	for {
		var done *pb.Snapshot
		var err error
		if ask {
			received, done, err = s.received(ctx, id)
		}
		if err == nil && done == nil {
			done, err = s.uploadFrom(ctx, file, received, first, options.OnProgress)
		}
		if err == nil {
			return snapshotInfo(done), nil
		}
		if failed, ok := err.(sourceError); ok {
			return nil, failed.error
		}
		ask = true
		if err := again.after(ctx, err, received); err != nil {
			return nil, err
		}
	}
}

// UploadFile uploads the file at path.
func (s *Snapshots) UploadFile(ctx context.Context, path string, options UploadOptions) (*SnapshotInfo, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return s.Upload(ctx, file, options)
}

// received tells how much of an upload the server has, and the snapshot when it is whole.
func (s *Snapshots) received(ctx context.Context, id string) (int64, *pb.Snapshot, error) {
	request := &pb.GetUploadRequest{Collection: s.collection, SnapshotId: id}
	response, err := unary(ctx, s.client, s.client.snapshots.GetUpload, request)
	if ReasonOf(err) == ReasonSnapshotNotFound {
		return 0, nil, nil
	}
	return int64(response.GetReceivedBytes()), response.GetSnapshot(), err
}

// uploadFrom sends what follows the offset. The first message is sent even without data.
func (s *Snapshots) uploadFrom(ctx context.Context, file io.ReadSeeker, offset int64, first *pb.UploadSnapshotRequest, told func(int64, int64)) (*pb.Snapshot, error) {
	if err := s.client.open(); err != nil {
		return nil, err
	}
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return nil, sourceError{err}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := s.client.snapshots.UploadSnapshot(ctx)
	if err != nil {
		return nil, fromRPC(ctx, err)
	}
	size := int64(first.GetSizeBytes())
	buffer := make([]byte, uploadPiece)
	for message := first; message == first || offset < size; message = new(pb.UploadSnapshotRequest) {
		count, err := io.ReadFull(file, buffer[:min(int64(len(buffer)), size-offset)])
		if err != nil && offset < size {
			return nil, sourceError{errors.Join(errors.New("the file became shorter while it was uploaded"), err)}
		}
		message.Offset = uint64(offset)
		message.Data = buffer[:count]
		message.Crc = crc32.ChecksumIEEE(buffer[:count])
		if err := stream.Send(message); err != nil {
			if ended(err) {
				break
			}
			return nil, fromRPC(ctx, err)
		}
		offset += int64(count)
		if told != nil {
			told(offset, size)
		}
	}
	response, err := stream.CloseAndRecv()
	if err != nil {
		return nil, fromRPC(ctx, err)
	}
	if response.GetSnapshot() == nil {
		return nil, incomplete("a snapshot")
	}
	return response.GetSnapshot(), nil
}
