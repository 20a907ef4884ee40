package protovec

import (
	"time"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

const (
	keyBytesMax        = 255
	defaultGiveUpAfter = 5 * time.Minute
)

// IngestOption sets how Ingest loads.
type IngestOption func(*ingestSettings)

type ingestSettings struct {
	key                 string
	hasKey              bool
	acknowledgedBatches uint64
	mode                WriteMode
	modeProto           pb.WriteMode
	durable             bool
	stopOnRefusal       bool
	giveUpAfter         time.Duration
	onProgress          func(IngestProgress)
}

// IngestMode is what a write does when the record exists, or does not. Default: Upsert.
func IngestMode(mode WriteMode) IngestOption { return func(s *ingestSettings) { s.mode = mode } }

// ResumeKey names the load, 1 to 255 bytes that no other load has; default: a new UUIDv7. With the key
// of a load that broke off, the same records in the same order and the same options, it goes on after
// the last batch that is kept. acknowledgedBatches is what the earlier run knows to be kept: when the
// server does not know so many, the load fails with reason KEY_EXPIRED and writes nothing. The server
// forgets a key 24 hours after its last batch.
func ResumeKey(key string, acknowledgedBatches uint64) IngestOption {
	return func(s *ingestSettings) {
		s.key, s.hasKey, s.acknowledgedBatches = key, true, acknowledgedBatches
	}
}

// AckWritten acknowledges a batch when it is written as durably as the collection's other writes.
// Default: when it is on stable storage.
func AckWritten() IngestOption { return func(s *ingestSettings) { s.durable = false } }

// StopOnRefusal fails with the first record that is refused, instead of counting it.
func StopOnRefusal() IngestOption { return func(s *ingestSettings) { s.stopOnRefusal = true } }

// GiveUpAfter is how long the load is tried without progress, while records wait to be kept. Default:
// five minutes.
func GiveUpAfter(limit time.Duration) IngestOption {
	return func(s *ingestSettings) { s.giveUpAfter = limit }
}

// OnIngestProgress is told whenever something has changed, on the goroutine of the call.
func OnIngestProgress(told func(IngestProgress)) IngestOption {
	return func(s *ingestSettings) { s.onProgress = told }
}

func ingestOptions(options []IngestOption) (*ingestSettings, error) {
	settings := &ingestSettings{durable: true, giveUpAfter: defaultGiveUpAfter}
	for _, option := range options {
		option(settings)
	}
	if !settings.hasKey {
		settings.key = NewID()
	}
	if length := len(settings.key); length < 1 || length > keyBytesMax {
		return nil, invalid("open.idempotency_key", "the key has %d bytes; it must have 1 to %d", length, keyBytesMax)
	}
	if settings.giveUpAfter <= 0 {
		return nil, invalid("giveUpAfter", "the limit is %v; give a time above 0", settings.giveUpAfter)
	}
	var err error
	settings.modeProto, err = modeProto(settings.mode)
	return settings, err
}
