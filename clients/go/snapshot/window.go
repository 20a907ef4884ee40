package snapshot

import "io"

// firstBytes are read first; when a field or a block is larger, the window doubles.
const firstBytes = 32 << 10

// window is the bytes of a source that are still needed. It grows with the bytes that are there,
// never with what a file says.
type window struct {
	source io.Reader
	buffer []byte
	// origin is the offset in the source of the first byte of the buffer.
	origin int64
	atEnd  bool
}

// more reads further bytes, or finds the end.
func (w *window) more() error {
	have := len(w.buffer)
	if have == cap(w.buffer) {
		larger := make([]byte, have, max(2*have, firstBytes))
		copy(larger, w.buffer)
		w.buffer = larger
	}
	count, err := io.ReadAtLeast(w.source, w.buffer[have:cap(w.buffer)], 1)
	w.buffer = w.buffer[:have+count]
	if err == io.EOF {
		w.atEnd = true
		return nil
	}
	return err
}

// release lets go of the first bytes.
func (w *window) release(count int) {
	rest := copy(w.buffer, w.buffer[count:])
	w.buffer = w.buffer[:rest]
	w.origin += int64(count)
}
