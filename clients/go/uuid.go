package protovec

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"sync"
	"time"
)

const counterMax = 0xfff

var lastID struct {
	sync.Mutex
	ms      uint64
	counter uint16
}

// NewID makes a UUIDv7 in its canonical form. Ids made in one process sort in the order in which
// they were made, also within a millisecond.
func NewID() string {
	var id [16]byte
	rand.Read(id[:])
	ms, counter := nextTick(binary.BigEndian.Uint16(id[:]))
	binary.BigEndian.PutUint64(id[:], ms<<16|0x7000|uint64(counter))
	id[8] = 0x80 | id[8]&0x3f
	text := make([]byte, 36)
	hex.Encode(text, id[:4])
	text[8] = '-'
	hex.Encode(text[9:], id[4:6])
	text[13] = '-'
	hex.Encode(text[14:], id[6:8])
	text[18] = '-'
	hex.Encode(text[19:], id[8:10])
	text[23] = '-'
	hex.Encode(text[24:], id[10:])
	return string(text)
}

// nextTick moves time on. A full counter, or a clock that was set back, borrows from the future.
func nextTick(random uint16) (uint64, uint16) {
	lastID.Lock()
	defer lastID.Unlock()
	now := uint64(time.Now().UnixMilli())
	switch {
	case now > lastID.ms:
		lastID.ms = now
		// Half of the range stays free for the ids of the same millisecond.
		lastID.counter = random & (counterMax >> 1)
	case lastID.counter == counterMax:
		lastID.ms++
		lastID.counter = 0
	default:
		lastID.counter++
	}
	return lastID.ms, lastID.counter
}
