package snapshot

import (
	"bytes"
	"compress/gzip"
	"hash/crc32"
	"io"

	"google.golang.org/protobuf/proto"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// inflate checks and inflates a fragment and finds its records. A fragment may come from anybody:
// nothing is inflated before its CRC has been verified, and no more than it says, at most 4 MiB.
func inflate(encoded []byte) (inflated []byte, records []field, err error) {
	fragment, err := decodeFragment(encoded)
	if err != nil {
		return nil, nil, err
	}
	if fragment.Codec != pb.Codec_CODEC_GZIP {
		return nil, nil, problem("records compressed with codec %d, which this version does not know", fragment.Codec)
	}
	if crc32.ChecksumIEEE(fragment.Data) != fragment.Crc {
		return nil, nil, problem("the %d bytes of compressed records do not match their CRC", len(fragment.Data))
	}
	if fragment.InflatedSize > inflatedBytesMax {
		return nil, nil, problem("compressed records that inflate to %d bytes, the most is %d", fragment.InflatedSize, inflatedBytesMax)
	}
	reader, err := gzip.NewReader(bytes.NewReader(fragment.Data))
	if err != nil {
		return nil, nil, problem("compressed records that cannot be inflated: %v", err)
	}
	inflated, err = io.ReadAll(io.LimitReader(reader, int64(fragment.InflatedSize)+1))
	if err != nil {
		return nil, nil, problem("compressed records that cannot be inflated: %v", err)
	}
	if uint64(len(inflated)) != fragment.InflatedSize {
		return nil, nil, problem("compressed records that do not inflate to the %d bytes that they say", fragment.InflatedSize)
	}
	records, err = recordsIn(inflated)
	if err == nil && uint64(len(records)) != fragment.RecordCount {
		err = problem("compressed records that count %d records, there are %d", fragment.RecordCount, len(records))
	}
	return inflated, records, err
}

func decodeFragment(encoded []byte) (*pb.Fragment, error) {
	var fragment pb.Fragment
	if err := proto.Unmarshal(encoded, &fragment); err != nil {
		return nil, problem("compressed records that cannot be decoded: %v", err)
	}
	return &fragment, nil
}

func recordsIn(inflated []byte) ([]field, error) {
	var records []field
	for at := 0; at < len(inflated); {
		f, ok, err := scan(inflated, at)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, problem("compressed records that end within a field")
		}
		if f.tag == tagRecord {
			records = append(records, f)
		} else if f.tag>>3 <= knownFieldMax {
			return nil, problem("field %d among compressed records, where only records may be", f.tag>>3)
		}
		at = f.end
	}
	return records, nil
}
