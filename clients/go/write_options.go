package protovec

import (
	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// WriteMode is what a write does when the record exists, or does not.
type WriteMode string

// The modes of writing.
const (
	// Upsert creates the record or replaces it whole. The default.
	Upsert WriteMode = "upsert"
	// Insert creates it; an existing one is refused with ALREADY_EXISTS.
	Insert WriteMode = "insert"
	// Update replaces it; a missing one is refused with NOT_FOUND, reason RECORD_NOT_FOUND.
	Update WriteMode = "update"
)

// WriteOption sets how records are written.
type WriteOption func(*writeSettings)

type writeSettings struct {
	mode         WriteMode
	revision     *uint64
	allOrNothing bool
	onProgress   func(LoadProgress)
}

// Mode sets what a write does when the record exists, or does not.
func Mode(mode WriteMode) WriteOption { return func(s *writeSettings) { s.mode = mode } }

// IfRevision writes only if the stored record has this revision, else ABORTED, reason
// REVISION_MISMATCH. For Upsert alone.
func IfRevision(revision uint64) WriteOption {
	return func(s *writeSettings) { s.revision = new(revision) }
}

// AllOrNothing refuses the whole call when one record is refused. For UpsertMany alone, whose records
// must then fit into one call: at most 10,000, and less than the server's 16 MiB.
func AllOrNothing() WriteOption { return func(s *writeSettings) { s.allOrNothing = true } }

// LoadProgress is how far a stream has come: what was handed to the connection, not what is stored.
type LoadProgress struct {
	// Records sent so far.
	Records uint64
	// Bytes sent so far.
	Bytes uint64
}

// OnLoadProgress is told after each message of InsertMany, on the goroutine of the call.
func OnLoadProgress(told func(LoadProgress)) WriteOption {
	return func(s *writeSettings) { s.onProgress = told }
}

func writeOptions(options []WriteOption) (writeSettings, pb.WriteMode, error) {
	var settings writeSettings
	for _, option := range options {
		option(&settings)
	}
	mode, err := modeProto(settings.mode)
	return settings, mode, err
}

func modeProto(mode WriteMode) (pb.WriteMode, error) {
	switch mode {
	case "":
		return pb.WriteMode_WRITE_MODE_UNSPECIFIED, nil
	case Upsert:
		return pb.WriteMode_WRITE_MODE_UPSERT, nil
	case Insert:
		return pb.WriteMode_WRITE_MODE_INSERT, nil
	case Update:
		return pb.WriteMode_WRITE_MODE_UPDATE, nil
	}
	return 0, invalid("write_mode", "the mode is %q; use Upsert, Insert or Update", string(mode))
}
