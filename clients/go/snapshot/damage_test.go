package snapshot_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/protovec/protovec/clients/go"
	"github.com/protovec/protovec/clients/go/snapshot"
)

// isPrefix tells whether the records are the first ones of the whole file.
func isPrefix(records, whole []string) bool {
	return len(records) <= len(whole) && slices.Equal(records, whole[:len(records)])
}

// check holds one damaged file to what must be true of all: refused as damage, with nothing but true
// records before.
func check(t *testing.T, what string, at int, damaged []byte, whole []string) {
	t.Helper()
	records, _, err := read(damaged)
	if err == nil {
		// Bits that carry nothing may flip in checksums and footers.
		if !slices.Equal(records, whole) {
			t.Errorf("%s at %d: read as whole, with %d records that differ", what, at, len(records))
		}
		return
	}
	if protovec.ReasonOf(err) != protovec.ReasonStorageCorrupted {
		t.Errorf("%s at %d: %v", what, at, err)
	}
	if !isPrefix(records, whole) {
		t.Errorf("%s at %d: records that are not those of the file", what, at)
	}
}

// TestEveryCut and TestEveryFlip take all of them, not a sample.
func TestEveryCut(t *testing.T) {
	for _, file := range goldenFiles {
		if !file.sealed {
			continue
		}
		whole := golden(t, file.name)
		records, _, err := read(whole)
		if err != nil {
			t.Fatal(err)
		}
		refused := 0
		for length := range len(whole) {
			some, _, err := read(whole[:length])
			if err != nil {
				refused++
			}
			if err != nil && protovec.ReasonOf(err) != protovec.ReasonStorageCorrupted || !isPrefix(some, records) {
				t.Errorf("%s cut to %d: %d records, %v", file.name, length, len(some), err)
			}
		}
		// A file of several parts is whole after each of them.
		if refused != len(whole)-(file.parts-1) {
			t.Errorf("%s: %d of %d cuts were refused", file.name, refused, len(whole))
		}
	}
}

func TestEveryFlip(t *testing.T) {
	for _, file := range goldenFiles {
		if !file.sealed {
			continue
		}
		whole := golden(t, file.name)
		records, _, err := read(whole)
		if err != nil {
			t.Fatal(err)
		}
		damaged := bytes.Clone(whole)
		for bit := range len(whole) * 8 {
			damaged[bit/8] ^= 1 << (bit % 8)
			check(t, file.name+" bit", bit, damaged, records)
			damaged[bit/8] ^= 1 << (bit % 8)
		}
	}
}

// FuzzReader: whatever the bytes, the reader comes to an end with records or with an error that says
// damage. Sealed files that it takes have as many records as it says.
func FuzzReader(f *testing.F) {
	for _, file := range goldenFiles {
		f.Add(golden(f, file.name), file.allowed)
	}
	f.Add([]byte(nil), true)
	f.Add([]byte("\x0a\x051.0.0\x10\x05\x1a\xff\xff\xff\xff\x0f"), true)
	f.Fuzz(func(t *testing.T, file []byte, allowUnsealed bool) {
		var options []snapshot.Option
		if allowUnsealed {
			options = append(options, snapshot.AllowUnsealed())
		}
		records, reader, err := read(file, options...)
		if err != nil {
			if protovec.ReasonOf(err) != protovec.ReasonStorageCorrupted {
				t.Fatalf("%v", err)
			}
			return
		}
		if reader.RecordCount() != uint64(len(records)) {
			t.Fatalf("%d records, %d counted", len(records), reader.RecordCount())
		}
	})
}
