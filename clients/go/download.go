package protovec

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"strconv"

	"google.golang.org/grpc/codes"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// Download writes the file of a snapshot to w and tells its length. Each piece is checked against its
// CRC before it is written, the whole against its SHA-256 at the end: until Download returns without
// an error the file is not known to be whole. A connection that breaks is made again and the download
// goes on. An error of w ends it and is returned as it is.
func (s *Snapshots) Download(ctx context.Context, id string, w io.Writer) (int64, error) {
	wanted, err := s.find(ctx, id)
	if err != nil {
		return 0, err
	}
	digest := sha256.New()
	out := io.MultiWriter(w, digest)
	var offset int64
	var again resumption
	for {
		err := s.downloadFrom(ctx, id, &offset, out)
		if err == nil {
			break
		}
		if failed, ok := err.(sourceError); ok {
			return offset, failed.error
		}
		if err := again.after(ctx, err, offset); err != nil {
			return offset, err
		}
	}
	if !bytes.Equal(digest.Sum(nil), wanted.SHA256) {
		return offset, damagedTransfer("the SHA-256 of snapshot "+id+" is not the one that the server has on record; download it again", offset)
	}
	return offset, nil
}

// DownloadFile downloads a snapshot to a new file at path, which appears there only when it is whole.
// An existing file is replaced.
func (s *Snapshots) DownloadFile(ctx context.Context, id, path string) (size int64, err error) {
	partial := path + ".partial"
	file, err := os.Create(partial)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			os.Remove(partial)
		}
	}()
	size, err = s.Download(ctx, id, file)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return size, err
	}
	return size, os.Rename(partial, path)
}

// downloadFrom writes what follows the offset, and moves it.
func (s *Snapshots) downloadFrom(ctx context.Context, id string, offset *int64, out io.Writer) error {
	request := &pb.DownloadSnapshotRequest{
		Collection: s.collection, SnapshotId: id, Offset: uint64(*offset),
	}
	for piece, err := range receive(ctx, s.client, s.client.snapshots.DownloadSnapshot, request) {
		if err != nil {
			return err
		}
		data := piece.GetData()
		if piece.GetOffset() != uint64(*offset) || piece.GetCrc() != crc32.ChecksumIEEE(data) {
			return damagedTransfer("snapshot "+id+" was damaged on its way; download it again", *offset)
		}
		if _, err := out.Write(data); err != nil {
			return sourceError{err}
		}
		*offset += int64(len(data))
	}
	return nil
}

// find describes one snapshot of the collection.
func (s *Snapshots) find(ctx context.Context, id string) (*SnapshotInfo, error) {
	infos, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, info := range infos {
		if info.ID == id {
			return info, nil
		}
	}
	return nil, NewError(codes.NotFound, ReasonSnapshotNotFound,
		"collection "+s.collection+" has no snapshot "+id+"; List tells those that it has", nil, nil)
}

func damagedTransfer(message string, offset int64) error {
	metadata := map[string]string{"offset": strconv.FormatInt(offset, 10)}
	return NewError(codes.DataLoss, "CHECKSUM_MISMATCH", message, metadata, nil)
}
