package snapshot

import "io"

// firstBytes are read first; when a field or a block is larger, the window doubles.
const firstBytes = 32 << 10

// window is the bytes of a source that are still needed. It grows with the bytes that are there,
// never with what a file says.
type window struct {
	source io.Reader
	// buffer is a part of storage, which ends where storage does.
	buffer, storage []byte
	// origin is the offset in the source of the first byte of the buffer.
	origin int64
	atEnd  bool
}

// more reads further bytes, or finds the end.
func (w *window) more() error {
	have := len(w.buffer)
	if have == cap(w.buffer) {
		w.makeRoom()
	}
	count, err := io.ReadAtLeast(w.source, w.buffer[have:cap(w.buffer)], 1)
	w.buffer = w.buffer[:have+count]
	if err == io.EOF {
		w.atEnd = true
		return nil
	}
	return err
}

// makeRoom leaves at least half of the storage free, so that no byte is moved more than once for each
// that was let go of.
func (w *window) makeRoom() {
	have := len(w.buffer)
	if w.storage == nil || 2*have > len(w.storage) {
		w.storage = make([]byte, max(2*have, firstBytes))
	}
	w.buffer = w.storage[:copy(w.storage, w.buffer)]
}

// release lets go of the first bytes.
func (w *window) release(count int) {
	w.buffer = w.buffer[count:]
	w.origin += int64(count)
}
