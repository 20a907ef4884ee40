package snapshot

import (
	"fmt"
	"strconv"
	"strings"
)

// Tags (field number << 3 | wire type) of the fields of StorageSnapshot; snapshot.proto is the
// specification of the format.
const (
	tagVersion        = 0x0a
	tagDimension      = 0x10
	tagRecord         = 0x1a
	tagIndexConfig    = 0x22
	tagCreatedAt      = 0x2a
	tagCollection     = 0x32
	tagMetric         = 0x38
	tagEmbeddingModel = 0x42
	tagLogSequence    = 0x48
	tagChecksum       = 0x52
	tagFragment       = 0x5a
	tagFooter         = 0x62

	knownFieldMax = 12
	majorVersion  = 1
	dimensionMax  = 65_536
	// coveredBytesMax is the most bytes between two checksums, and of one field.
	coveredBytesMax = 16 << 20
	// unsealedBytes of records are handed out together where there are no checksums.
	unsealedBytes    = 1 << 20
	inflatedBytesMax = 4 << 20
	// headerBytesMax: headers take some hundred bytes.
	headerBytesMax = 64 << 10
)

const moved = "the file is damaged, or a program decoded it and encoded it again, which moves the " +
	"checksums to the end; such a program must clear checksums and footers, and the file be read " +
	"with AllowUnsealed"

func isHeader(tag uint32) bool {
	switch tag {
	case tagVersion, tagDimension, tagIndexConfig, tagCreatedAt, tagCollection, tagMetric,
		tagEmbeddingModel, tagLogSequence:
		return true
	}
	return false
}

// checkVersion fails for a version that cannot be read: a newer minor can.
func checkVersion(version []byte) error {
	numbers := strings.Split(string(version[:min(len(version), 64)]), ".")
	malformed := len(numbers) != 3
	for _, number := range numbers {
		malformed = malformed || number == "" || strings.Trim(number, "0123456789") != ""
	}
	if malformed {
		return problem("the version is not of the form 1.0.0: the file is no snapshot, or it is damaged")
	}
	// A number too large for its type is newer than everything.
	if major, err := strconv.Atoi(numbers[0]); err != nil || major > majorVersion {
		return problem("written in format %s, this version of the reader reads %d.x: use a newer one", version[:min(len(version), 64)], majorVersion)
	}
	return nil
}

// problem is what is wrong with a file; the reader adds its name and the offset.
func problem(format string, args ...any) error { return damage(fmt.Sprintf(format, args...)) }

type damage string

func (d damage) Error() string { return string(d) }
