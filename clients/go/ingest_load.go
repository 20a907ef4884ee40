package protovec

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"sync"

	"google.golang.org/grpc/codes"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// windowBytes of batches that are not acknowledged, from which on no more are cut.
const windowBytes = 16 << 20

// batch is a numbered part of the source. It is sent again as the same records.
type batch struct {
	number uint64
	// first is the place of its first record in the source, end that after its last.
	first, end uint64
	records    []*pb.VectorRecord
	bytes      int
}

// ingestLoad is what is known of a load, whatever stream is open: the batches that wait to be kept,
// the counts, whether the source is whole. One goroutine adds records, another takes the answers of
// the server; changed tells the latter that there is something new, room the former.
type ingestLoad struct {
	settings *ingestSettings
	changed  chan struct{}
	room     chan struct{}

	mutex sync.Mutex
	tally tally
	// window are the batches that were cut and not acknowledged, in their order; sent of them went out
	// over the stream that is open.
	window []*batch
	sent   int
	bytes  int
	// cut and end are the number and the end of the last batch that was cut.
	cut, end uint64
	// keptBatches and keptRecords are what the server kept when the last stream was opened.
	keptBatches, keptRecords uint64
	whole                    bool
	failure                  error
}

func newIngestLoad(settings *ingestSettings) *ingestLoad {
	return &ingestLoad{
		settings: settings,
		changed:  make(chan struct{}, 1),
		room:     make(chan struct{}, 1),
		tally:    tally{durable: true, acknowledgedBatches: settings.acknowledgedBatches},
	}
}

// feed cuts the source into batches, no faster than there is room for them.
func (l *ingestLoad) feed(ctx context.Context, records iter.Seq2[*Record, error]) {
	var message packer
	taken := uint64(0)
	queue := func() bool {
		if len(message.records) == 0 {
			return true
		}
		return l.queue(ctx, &batch{bytes: message.bytes, records: message.take()})
	}
	for record, err := range records {
		if err != nil {
			l.fail(sourceError{err})
			return
		}
		encoded, err := sendable(record)
		if err != nil {
			l.fail(within(err, "records["+strconv.FormatUint(taken, 10)+"]"))
			return
		}
		taken++
		if !message.fits(encoded) && !queue() {
			return
		}
		if message.add(encoded) && !queue() {
			return
		}
		if ctx.Err() != nil {
			return
		}
	}
	if queue() {
		l.finish()
	}
}

// queue adds the next batch and waits until another one may be cut; false when the load is over.
func (l *ingestLoad) queue(ctx context.Context, next *batch) bool {
	l.mutex.Lock()
	next.number = l.cut + 1
	next.first, next.end = l.end, l.end+uint64(len(next.records))
	l.cut, l.end = next.number, next.end
	if err := l.verify(next); err != nil {
		l.mutex.Unlock()
		l.fail(err)
		return false
	}
	if next.number > l.tally.acknowledgedBatches {
		l.window = append(l.window, next)
		l.bytes += next.bytes
	}
	l.mutex.Unlock()
	ring(l.changed)
	for {
		l.mutex.Lock()
		hasRoom := l.bytes < windowBytes
		l.mutex.Unlock()
		if hasRoom {
			return true
		}
		select {
		case <-l.room:
		case <-ctx.Done():
			return false
		}
	}
}

// finish: no record follows.
func (l *ingestLoad) finish() {
	l.mutex.Lock()
	missing := l.cut < l.keptBatches || (l.cut == l.keptBatches && l.end != l.keptRecords)
	l.whole = !missing
	l.mutex.Unlock()
	if missing {
		l.fail(l.otherSource())
	}
	ring(l.changed)
}

func (l *ingestLoad) fail(err error) {
	l.mutex.Lock()
	if l.failure == nil {
		l.failure = err
	}
	l.mutex.Unlock()
	ring(l.changed)
}

// state tells whether everything is acknowledged, or why there is no more of the source.
func (l *ingestLoad) state() (complete bool, failure error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.whole && len(l.window) == 0, l.failure
}

// rewind: another stream begins, and whatever waits is to be sent over it.
func (l *ingestLoad) rewind() uint64 {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.sent = 0
	return l.tally.acknowledgedBatches
}

// next is the batch to be sent next; nil when there is none.
func (l *ingestLoad) next() *batch {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.sent >= len(l.window) {
		return nil
	}
	l.sent++
	return l.window[l.sent-1]
}

// due is the batch whose acknowledgement is due; nil when none was sent.
func (l *ingestLoad) due() *batch {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.sent == 0 {
		return nil
	}
	return l.window[0]
}

// waits tells whether records wait to be kept.
func (l *ingestLoad) waits() bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return len(l.window) > 0
}

// opened: a stream was opened. It tells whether more is kept than was known.
func (l *ingestLoad) opened(opened *pb.IngestOpened) (bool, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	known := l.tally.acknowledgedBatches
	last := opened.GetLastNumber()
	if last < known {
		return false, brokenRules(fmt.Sprintf("it keeps batches up to %d, and acknowledged batch %d before", last, known))
	}
	gained := l.tally.openings == 0 || last > known
	l.tally.opened(opened, l.settings.durable)
	l.keptBatches, l.keptRecords = last, l.tally.acknowledged()
	for _, waiting := range l.window {
		if err := l.verify(waiting); err != nil {
			return false, err
		}
	}
	l.release(last)
	return gained, nil
}

// acknowledge: the batch that is due is kept.
func (l *ingestLoad) acknowledge(ack *pb.IngestAck) error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.sent == 0 || l.window[0].number != ack.GetNumber() {
		return brokenRules(fmt.Sprintf("it acknowledged batch %d, which is not due", ack.GetNumber()))
	}
	l.tally.acknowledge(l.window[0], ack)
	l.release(ack.GetNumber())
	return nil
}

// release lets go of the batches up to this number, which are kept.
func (l *ingestLoad) release(last uint64) {
	count := 0
	for count < len(l.window) && l.window[count].number <= last {
		l.bytes -= l.window[count].bytes
		l.window[count] = nil
		count++
	}
	l.window = l.window[count:]
	l.sent = max(0, l.sent-count)
	ring(l.room)
}

// verify compares where a batch ends with how many records the server counted: the batches that it
// keeps came from this source, or from another under the same key. Only the batch after them may be
// kept in part, where the server makes the embeddings.
func (l *ingestLoad) verify(b *batch) error {
	fits := b.number > l.keptBatches+1 || (b.first <= l.keptRecords && l.keptRecords < b.end)
	if b.number <= l.keptBatches {
		fits = b.end <= l.keptRecords
	}
	if fits {
		return nil
	}
	return l.otherSource()
}

func (l *ingestLoad) otherSource() error {
	message := fmt.Sprintf("the load %q has %d records in %d batches, which are not the first ones of this source; "+
		"give the same records in the same order, or begin a new load under another key",
		l.settings.key, l.keptRecords, l.keptBatches)
	e := NewError(codes.FailedPrecondition, "INGEST_SOURCE_CHANGED", message, nil, nil)
	e.Violations = []FieldViolation{{Field: "open.idempotency_key", Description: message}}
	return e
}

func (l *ingestLoad) progress(paused bool) {
	if l.settings.onProgress == nil {
		return
	}
	l.mutex.Lock()
	progress := IngestProgress{
		Acknowledged:        l.tally.acknowledged(),
		AcknowledgedBatches: l.tally.acknowledgedBatches,
		Failed:              l.tally.failed,
		Paused:              paused,
		Reconnects:          l.tally.reconnects(),
	}
	l.mutex.Unlock()
	l.settings.onProgress(progress)
}

func (l *ingestLoad) result() *IngestResult {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.tally.result(l.settings.key)
}

func (l *ingestLoad) explained(err error) error {
	return &IngestError{Err: err, Result: l.result()}
}

// ring wakes who waits on a channel of one place.
func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}
