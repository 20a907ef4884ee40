// Package snapshot reads snapshot files of Protovec without a server.
//
//	reader, err := snapshot.Open("docs.pb")
//	if err != nil {
//		return err
//	}
//	defer reader.Close()
//	for record, err := range reader.Records() {
//		if err != nil {
//			return err
//		}
//		fmt.Println(record.ID, record.Title)
//	}
//
// It reads binary files, compressed ones too, of one or several parts; not the JSON form, which
// `protovec snapshot convert` makes binary. Records of a sealed part come after the checksum that
// covers them has been verified; that the file is whole is known when the sequence has ended without
// an error. Across parts, of two records with one id the later one counts; the reader gives both.
//
// Memory is that of the bytes between two checksums: about 1 MiB in files of Protovec, and some
// 32 MiB at most, whatever a file says.
package snapshot

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/protovec/protovec/clients/go"
	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// Option sets how a file is read.
type Option func(*Reader)

// AllowUnsealed also reads parts that have neither checksums nor a footer. Damage of such parts, and
// that they are cut, cannot be told.
func AllowUnsealed() Option { return func(r *Reader) { r.blocks.allowUnsealed = true } }

// Name is what errors call the file. Default: its path or, of a reader, "snapshot".
func Name(name string) Option { return func(r *Reader) { r.name = name } }

// Reader reads one file. It is for one goroutine at a time.
type Reader struct {
	blocks  blockReader
	name    string
	file    *os.File
	block   *block
	records uint64
	// item is the place of the next one in the block; inflated and fragment are the records of the one
	// before it, when that is compressed.
	item     int
	inflated []byte
	fragment []field
	failure  error
	over     bool
}

// Open opens a file and reads its header. What is no snapshot, damaged, of a newer major version or
// unsealed is an [*protovec.Error]: DATA_LOSS, reason STORAGE_CORRUPTED, with file, offset and
// records_read in its metadata. What the system does not let be read is an error of package os.
func Open(path string, options ...Option) (*Reader, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	reader, err := NewReader(file, append([]Option{Name(path)}, options...)...)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	reader.file = file
	return reader, nil
}

// NewReader reads from any source, in large pieces: no buffer is needed around it. It fails as Open
// does; errors of the source are wrapped.
func NewReader(source io.Reader, options ...Option) (*Reader, error) {
	r := &Reader{name: "snapshot", blocks: blockReader{window: window{source: source}, sealed: true}}
	for _, option := range options {
		option(r)
	}
	if r.nextBlock(); r.failure != nil {
		return nil, r.failure
	}
	return r, nil
}

// Close closes the file that Open opened.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// Header is what the part being read says of its records. In an unsealed part of more than 16 MiB,
// what its writer put after the records is known only at its end.
func (r *Reader) Header() Header { return *r.blocks.header }

// Parts are how many were begun so far.
func (r *Reader) Parts() int { return r.blocks.parts }

// Sealed tells whether every part so far has checksums.
func (r *Reader) Sealed() bool { return r.blocks.sealed }

// RecordCount is how many records were read so far.
func (r *Reader) RecordCount() uint64 { return r.records }

// Records are those of the file that were not read yet. An error is the last that the sequence gives;
// it is given again by every further sequence.
func (r *Reader) Records() iter.Seq2[*protovec.Record, error] {
	return func(yield func(*protovec.Record, error) bool) {
		for {
			record := r.next()
			if r.failure != nil {
				yield(nil, r.failure)
				return
			}
			if record == nil || !yield(record, nil) {
				return
			}
		}
	}
}

// Verify reads and checks the rest; afterwards RecordCount, Parts and Sealed are about the whole file.
func (r *Reader) Verify() error {
	for _, err := range r.Records() {
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *Reader) nextBlock() {
	r.item = 0
	next, err := r.blocks.next()
	r.block, r.over = next, next == nil
	if err != nil {
		r.fail(err, r.blocks.offset())
	}
}

// next is the next record; nil at the end, or when there is a failure.
func (r *Reader) next() *protovec.Record {
	for !r.over && r.failure == nil {
		if len(r.fragment) > 0 {
			at := r.fragment[0]
			r.fragment = r.fragment[1:]
			return r.decode(r.inflated[at.value:at.end], r.block.items[r.item-1])
		}
		if r.item == len(r.block.items) {
			r.nextBlock()
			continue
		}
		item := r.block.items[r.item]
		r.item++
		bytes := r.block.bytes[item.value:item.end]
		if item.tag == tagRecord {
			return r.decode(bytes, item)
		}
		var err error
		if r.inflated, r.fragment, err = inflate(bytes); err != nil {
			r.fail(err, r.block.origin+int64(item.value))
		}
	}
	return nil
}

func (r *Reader) decode(encoded []byte, item field) *protovec.Record {
	var message pb.VectorRecord
	err := proto.Unmarshal(encoded, &message)
	if err != nil {
		err = problem("a record that cannot be decoded: %v", err)
	} else if dimension := r.blocks.header.Dimension; len(message.Embedding) != dimension {
		err = problem("record %q has an embedding of %d values, the snapshot says %d", message.Id, len(message.Embedding), dimension)
	}
	if err != nil {
		r.fail(err, r.block.origin+int64(item.value))
		return nil
	}
	r.records++
	return protovec.RecordOf(&message)
}

// fail ends the reading.
func (r *Reader) fail(err error, offset int64) {
	if _, ok := err.(damage); !ok {
		r.failure = fmt.Errorf("%s, offset %d: %w", r.name, offset, err)
		return
	}
	message := fmt.Sprintf("%s, offset %d: %v (%d records were read)", r.name, offset, err, r.records)
	metadata := map[string]string{
		"file":         r.name,
		"offset":       strconv.FormatInt(offset, 10),
		"records_read": strconv.FormatUint(r.records, 10),
	}
	r.failure = protovec.NewError(codes.DataLoss, protovec.ReasonStorageCorrupted, message, metadata, err)
}
