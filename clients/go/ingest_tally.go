package protovec

import (
	"slices"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

const refusalsMax = 1_000

// tally counts what became of the records of a load. It is exact whatever was lost on the way,
// because every stream begins with the server's own counts of all that is kept, and only its
// acknowledgements are added to them.
type tally struct {
	created, updated, failed uint64
	refused                  []RecordError
	acknowledgedBatches      uint64
	sequence                 uint64
	durable                  bool
	openings                 int
}

// acknowledged are the records whose fate is known; those of a batch kept in part are among them.
func (t *tally) acknowledged() uint64 { return t.created + t.updated + t.failed }

func (t *tally) reconnects() int { return max(0, t.openings-1) }

func (t *tally) opened(opened *pb.IngestOpened, durable bool) {
	// A level below durable leaves open whether what was not acknowledged here is on the disk.
	if opened.GetLastNumber() > t.acknowledgedBatches && !durable {
		t.durable = false
	}
	t.acknowledgedBatches = opened.GetLastNumber()
	t.created = opened.GetCreatedCount()
	t.updated = opened.GetUpdatedCount()
	t.failed = opened.GetFailedCount()
	t.openings++
}

func (t *tally) acknowledge(b *batch, ack *pb.IngestAck) {
	t.acknowledgedBatches = b.number
	t.created += ack.GetCreatedCount()
	t.updated += ack.GetUpdatedCount()
	t.failed += uint64(len(ack.GetErrors()))
	for _, refused := range ack.GetErrors() {
		if len(t.refused) == refusalsMax {
			break
		}
		t.refused = append(t.refused, recordError(refused, b.first))
	}
	t.sequence = max(t.sequence, ack.GetSequence())
	t.durable = ack.GetDurable()
}

func (t *tally) result(key string) *IngestResult {
	return &IngestResult{
		LoadResult: LoadResult{
			Created: t.created, Updated: t.updated, Failed: t.failed,
			Errors: slices.Clone(t.refused), Sequence: t.sequence, Durable: t.durable,
		},
		Key:                 key,
		AcknowledgedBatches: t.acknowledgedBatches,
		Reconnects:          t.reconnects(),
	}
}
