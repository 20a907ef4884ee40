package protovec

import (
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

const (
	// messageBytes: a message is sent when its records have grown to so many bytes. With a record of
	// the largest size, 3 MiB, it stays below 4 MiB.
	messageBytes = 1 << 20
	// messageRecords is the most that a server takes in one message.
	messageRecords = 10_000
	// messageBytesMax is what a message never grows beyond, but for one record alone.
	messageBytesMax = 4<<20 - 64<<10
)

// packer collects the records of one message. Where a message ends follows from the records and
// their order alone, so that a later run over the same source cuts the same batches.
type packer struct {
	records []*pb.VectorRecord
	bytes   int
}

// add adds a record and tells whether the message is full.
func (p *packer) add(record *pb.VectorRecord) bool {
	p.records = append(p.records, record)
	p.bytes += fieldBytes(record)
	return p.bytes >= messageBytes || len(p.records) >= messageRecords
}

// fits tells whether a record may be added to what is there.
func (p *packer) fits(record *pb.VectorRecord) bool {
	return len(p.records) == 0 || p.bytes+fieldBytes(record) <= messageBytesMax
}

// take hands the records out and begins anew.
func (p *packer) take() []*pb.VectorRecord {
	records := p.records
	p.records = make([]*pb.VectorRecord, 0, len(records))
	p.bytes = 0
	return records
}

// fieldBytes is what a record takes as a field of a message.
func fieldBytes(record *pb.VectorRecord) int {
	return 1 + protowire.SizeBytes(proto.Size(record))
}
