package snapshot_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/protovec/protovec/clients/go"
	pb "github.com/protovec/protovec/clients/go/protovec/v1"
	"github.com/protovec/protovec/clients/go/snapshot"
)

const goldenFolder = "../../../test/golden"

var goldenFiles = []struct {
	name            string
	parts           int
	sealed, allowed bool
}{
	{"snapshot-v1.pb", 1, true, false},
	{"snapshot-v1.compressed.pb", 1, true, false},
	{"snapshot-v1.two-parts.pb", 2, true, false},
	{"snapshot-v1.unsealed.pb", 1, false, true},
}

func golden(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(goldenFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// read gives the records, encoded, and what the reader failed with.
func read(file []byte, options ...snapshot.Option) ([]string, *snapshot.Reader, error) {
	reader, err := snapshot.NewReader(bytes.NewReader(file), options...)
	if err != nil {
		return nil, nil, err
	}
	var records []string
	for record, err := range reader.Records() {
		if err != nil {
			return records, reader, err
		}
		message, err := record.Proto()
		if err != nil {
			return records, reader, err
		}
		encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
		if err != nil {
			return records, reader, err
		}
		records = append(records, string(encoded))
	}
	return records, reader, nil
}

// TestGoldenFiles compares every record with what the generated code decodes from the whole file.
func TestGoldenFiles(t *testing.T) {
	for _, file := range goldenFiles {
		t.Run(file.name, func(t *testing.T) {
			var options []snapshot.Option
			if file.allowed {
				options = append(options, snapshot.AllowUnsealed())
			}
			records, reader, err := read(golden(t, file.name), options...)
			if err != nil {
				t.Fatal(err)
			}
			if reader.Parts() != file.parts || reader.Sealed() != file.sealed {
				t.Errorf("%d parts, sealed %v", reader.Parts(), reader.Sealed())
			}
			header := reader.Header()
			if header.Dimension != 5 || header.Metric != protovec.Euclidean || header.Collection != "golden" {
				t.Errorf("header %+v", header)
			}
			var whole pb.StorageSnapshot
			if err := proto.Unmarshal(golden(t, "snapshot-v1.pb"), &whole); err != nil {
				t.Fatal(err)
			}
			if file.parts == 1 && len(records) != len(whole.Records) {
				t.Fatalf("%d records, there are %d", len(records), len(whole.Records))
			}
			if file.parts > 1 {
				return
			}
			for i, message := range whole.Records {
				wanted, _ := protovec.RecordOf(message).Proto()
				encoded, _ := proto.MarshalOptions{Deterministic: true}.Marshal(wanted)
				if string(encoded) != records[i] {
					t.Errorf("record %d, %q, differs", i, message.Id)
				}
			}
		})
	}
}

func TestConcatenatedFiles(t *testing.T) {
	file := golden(t, "snapshot-v1.pb")
	records, reader, err := read(append(bytes.Clone(file), file...))
	if err != nil || len(records) != 20 || reader.Parts() != 2 {
		t.Fatalf("%d records: %v", len(records), err)
	}
}

func TestRefusals(t *testing.T) {
	file := golden(t, "snapshot-v1.pb")
	newer := bytes.Replace(file, []byte("1.0.0"), []byte("2.0.0"), 1)
	other := protowire.AppendTag(nil, 1, protowire.BytesType)
	other = protowire.AppendString(other, "1.0.0")
	other = protowire.AppendTag(other, 2, protowire.VarintType)
	other = protowire.AppendVarint(other, 3)
	long := bytes.Clone(other)
	long = protowire.AppendTag(long, 3, protowire.BytesType)
	long = protowire.AppendVarint(long, 1<<31)
	record, _ := proto.Marshal(&pb.VectorRecord{Id: "a", Embedding: []float32{1}})
	wrong := bytes.Clone(other)
	wrong = protowire.AppendTag(wrong, 3, protowire.BytesType)
	wrong = protowire.AppendBytes(wrong, record)
	for _, one := range []struct {
		name, says string
		file       []byte
	}{
		{"empty", "the file is empty", nil},
		{"JSON", "the file is JSON", golden(t, "snapshot-v1.json")},
		{"another file", "is no snapshot", []byte("#!/bin/sh\n")},
		{"a newer major version", "written in format 2.0.0", newer},
		{"cut", "truncated", file[:len(file)-1]},
		{"without its footer", "truncated", file[:bytes.LastIndexByte(file, 0x62)]},
		{"parts of two dimensions", "such parts are no snapshot together", append(bytes.Clone(file), other...)},
		{"a length beyond every field", "the most is", long},
		{"a record of another dimension", "the snapshot says 3", wrong},
	} {
		t.Run(one.name, func(t *testing.T) {
			_, _, err := read(one.file, snapshot.AllowUnsealed(), snapshot.Name("one.pb"))
			var damage *protovec.Error
			if !errors.As(err, &damage) {
				t.Fatalf("%v", err)
			}
			if damage.Code != codes.DataLoss || damage.Reason != protovec.ReasonStorageCorrupted {
				t.Errorf("%v, %s", damage.Code, damage.Reason)
			}
			if !strings.Contains(damage.Message, one.says) || damage.Metadata["file"] != "one.pb" {
				t.Errorf("%s, %v", damage.Message, damage.Metadata)
			}
		})
	}
}

func TestUnsealedOnlyOnRequest(t *testing.T) {
	_, _, err := read(golden(t, "snapshot-v1.unsealed.pb"))
	if protovec.ReasonOf(err) != protovec.ReasonStorageCorrupted || !strings.Contains(err.Error(), "AllowUnsealed") {
		t.Fatalf("%v", err)
	}
}

func TestErrorsOfTheSystem(t *testing.T) {
	if _, err := snapshot.Open(filepath.Join(t.TempDir(), "none.pb")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	broken := errors.New("the disk is gone")
	source := &failing{file: golden(t, "snapshot-v1.pb")[:100], err: broken}
	if _, err := snapshot.NewReader(source); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

type failing struct {
	file []byte
	err  error
}

func (f *failing) Read(into []byte) (int, error) {
	if len(f.file) == 0 {
		return 0, f.err
	}
	count := copy(into, f.file)
	f.file = f.file[count:]
	return count, nil
}
