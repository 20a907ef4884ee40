package snapshot

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"hash/crc32"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// sealing is what is known of a part's checksums.
type sealing int

const (
	undecided sealing = iota
	sealed
	unsealed
)

// part is one part of a file while it is read.
type part struct {
	// start is the offset in the file of its first byte.
	start int64
	// records before the block being read.
	records uint64
	sealing sealing
	// digest has every byte up to the block being read.
	digest hash.Hash
	fields []byte
	seen   uint32
}

func newPart(start int64) *part { return &part{start: start, digest: sha256.New()} }

// addHeader keeps a header field: encoded with its tag, value alone.
func (p *part) addHeader(tag uint32, encoded, value []byte) error {
	number := tag >> 3
	if p.seen&(1<<number) != 0 {
		return problem("header field %d occurs twice in the part", number)
	}
	if p.sealing == sealed {
		return problem("header field %d comes after the first checksum of the part", number)
	}
	if (tag == tagCollection || tag == tagEmbeddingModel) && !utf8.Valid(value) {
		return problem("header field %d is not valid UTF-8", number)
	}
	if len(p.fields)+len(encoded) > headerBytesMax {
		return problem("the header takes more than %d bytes", headerBytesMax)
	}
	p.seen |= 1 << number
	p.fields = append(p.fields, encoded...)
	return nil
}

// verify checks a checksum against the bytes that it covers, which start at offset of the file and
// have so many records as count tells once they are known to be whole.
func (p *part) verify(encoded, covered []byte, offset int64, count func() (uint64, error)) error {
	var checksum pb.Checksum
	if err := proto.Unmarshal(encoded, &checksum); err != nil {
		return problem("a checksum that cannot be decoded: %v", err)
	}
	start, length := uint64(offset-p.start), uint64(len(covered))
	if checksum.Start != start || checksum.Length != length {
		return problem("this checksum covers %d bytes from %d of its part, but it follows %d bytes from %d: %s", checksum.Length, checksum.Start, length, start, moved)
	}
	if checksum.Crc != crc32.ChecksumIEEE(covered) {
		return problem("the %d bytes before this checksum do not match it: the file is damaged, copy it again or use another one", length)
	}
	records, err := count()
	if err != nil {
		return err
	}
	if records != checksum.Records {
		return problem("this checksum counts %d records, there are %d", checksum.Records, records)
	}
	p.records += records
	p.sealing = sealed
	return nil
}

// verifyFooter checks the footer, which starts at offset of the file.
func (p *part) verifyFooter(encoded []byte, offset int64) error {
	var footer pb.Footer
	if err := proto.Unmarshal(encoded, &footer); err != nil {
		return problem("the footer cannot be decoded: %v", err)
	}
	if footer.RecordCount != p.records {
		return problem("the footer counts %d records, the part has %d", footer.RecordCount, p.records)
	}
	if length := uint64(offset - p.start); footer.PartLength != length {
		return problem("the footer ends a part of %d bytes, this one has %d", footer.PartLength, length)
	}
	if !bytes.Equal(footer.Sha256, p.digest.Sum(nil)) {
		return problem("the SHA-256 of the part is not the one in its footer: the file is damaged")
	}
	return nil
}
