package snapshot

// blockReader puts the fields of a file together to blocks and holds every part to its checksums, its
// footer and what the parts before it say.
//
// Invariant: the bytes of a sealed part leave only after the checksum that covers them has been
// verified. It never decodes a record. Memory is that of the bytes between two checksums, 16 MiB and
// one field at most, whatever a file says.
type blockReader struct {
	window        window
	allowUnsealed bool
	part          *part
	// parts that were begun, and whether all of them are sealed as far as is known.
	parts  int
	sealed bool
	// header is that of the last part whose header is complete.
	header *Header
	// agreed is what the parts before say together.
	agreed *Header
	// cursor is where the next field starts in the window; done is how much of the window is over once
	// the next block is asked for.
	cursor, done int
	items        []field
}

// block is some records of one part, as they stand in the window until the next block is asked for.
type block struct {
	bytes  []byte
	origin int64
	items  []field
}

// offset in the file of the field at hand.
func (r *blockReader) offset() int64 { return r.window.origin + int64(r.cursor) }

// next is the next block that has records; nil at the end of a whole file.
func (r *blockReader) next() (*block, error) {
	r.leave()
	for {
		bytes := r.window.buffer
		if r.parts == 0 && len(bytes) > 0 && bytes[0] == '{' {
			return nil, problem("the file is JSON, which is not read here; `protovec snapshot convert IN OUT.pb` makes it binary")
		}
		f, ok, err := scan(bytes, r.cursor)
		if err != nil && r.parts == 0 {
			err = problem("the file does not begin as a snapshot does: it is no snapshot, or it is damaged")
		}
		if err != nil {
			return nil, err
		}
		if ok {
			over, err := r.take(f)
			if err != nil {
				return nil, err
			}
			if over {
				if found := r.block(); found != nil {
					return found, nil
				}
			}
			continue
		}
		if r.window.atEnd {
			return r.end()
		}
		if length := f.end - r.cursor; length > coveredBytesMax {
			return nil, problem("a field of %d bytes, the most is %d: the file is damaged", length, coveredBytesMax)
		}
		if err := r.window.more(); err != nil {
			return nil, err
		}
	}
}

// block hands out what was read up to here; nil when it has no records.
func (r *blockReader) block() *block {
	if len(r.items) > 0 {
		return &block{bytes: r.window.buffer, origin: r.window.origin, items: r.items}
	}
	r.leave()
	return nil
}

// leave lets go of what is over.
func (r *blockReader) leave() {
	if r.done == 0 {
		return
	}
	r.window.release(r.done)
	r.cursor -= r.done
	r.done = 0
	r.items = r.items[:0]
}

// take handles a field and tells whether a block is complete.
func (r *blockReader) take(f field) (bool, error) {
	bytes := r.window.buffer
	value := bytes[f.value:f.end]
	if f.tag == tagVersion {
		// An unsealed part ends where the next begins; the version is then scanned once more.
		if r.part != nil {
			return true, r.endUnsealed()
		}
		if err := checkVersion(value); err != nil {
			return false, err
		}
		r.part = newPart(r.offset())
		r.parts++
	}
	number := f.tag >> 3
	if r.part == nil {
		return false, problem("field %d where a part must start: the file is no snapshot, or it is damaged", number)
	}
	switch {
	case f.tag == tagChecksum:
		return true, r.takeChecksum(f)
	case f.tag == tagFooter:
		return true, r.takeFooter(f)
	case f.tag == tagRecord || f.tag == tagFragment:
		r.items = append(r.items, f)
	case isHeader(f.tag):
		if err := r.part.addHeader(f.tag, bytes[r.cursor:f.end], value); err != nil {
			return false, err
		}
	case number <= knownFieldMax:
		return false, problem("field %d has wire type %d, which is not its type", number, f.tag&7)
	}
	r.cursor = f.end
	most := coveredBytesMax
	if r.part.sealing == unsealed {
		most = unsealedBytes
	}
	if r.cursor < most {
		return false, nil
	}
	return true, r.unsealedBlock()
}

func (r *blockReader) takeChecksum(f field) error {
	if r.part.sealing == unsealed {
		return problem("the first checksum of the part comes only here: %s", moved)
	}
	first := r.part.sealing == undecided
	bytes := r.window.buffer
	err := r.part.verify(bytes[f.value:f.end], bytes[:r.cursor], r.window.origin, r.countRecords)
	if err != nil {
		return err
	}
	r.part.digest.Write(bytes[:f.end])
	if first {
		if err := r.completeHeader(); err != nil {
			return err
		}
	}
	r.cursor, r.done = f.end, f.end
	return nil
}

func (r *blockReader) takeFooter(f field) error {
	if r.part.sealing != sealed || r.cursor > 0 {
		return problem("no checksum covers the %d bytes before the footer: %s", r.cursor, moved)
	}
	if err := r.part.verifyFooter(r.window.buffer[f.value:f.end], r.offset()); err != nil {
		return err
	}
	r.part = nil
	r.cursor, r.done = f.end, f.end
	return nil
}

// unsealedBlock ends a block without a checksum, if there may be one.
func (r *blockReader) unsealedBlock() error {
	if r.part.sealing == sealed || !r.allowUnsealed {
		return problem("no checksum within %d bytes: the file is damaged or was never sealed; one made by another program is read with AllowUnsealed", coveredBytesMax)
	}
	if r.part.sealing == undecided {
		r.part.sealing = unsealed
		r.sealed = false
		header, err := decodeHeader(r.part.fields)
		if err != nil {
			return err
		}
		r.header = header
	}
	r.done = r.cursor
	return nil
}

// endUnsealed ends a part that has no footer, if it may have none.
func (r *blockReader) endUnsealed() error {
	start := r.part.start
	if r.part.sealing == sealed {
		return problem("the part that starts at offset %d ends here without a footer: the file is truncated, copy it again or use another one", start)
	}
	if !r.allowUnsealed {
		return problem("the part that starts at offset %d has neither checksums nor a footer: it is truncated, or another program made it and it is read with AllowUnsealed", start)
	}
	r.sealed = false
	if err := r.completeHeader(); err != nil {
		return err
	}
	r.part = nil
	r.done = r.cursor
	return nil
}

func (r *blockReader) end() (*block, error) {
	if r.cursor < len(r.window.buffer) {
		return nil, problem("the file ends within a field: it is truncated, copy it again")
	}
	if r.parts == 0 {
		return nil, problem("the file is empty: it is truncated, copy it again")
	}
	if r.part == nil {
		return nil, nil
	}
	if err := r.endUnsealed(); err != nil {
		return nil, err
	}
	return r.block(), nil
}

// completeHeader decodes the part's header and holds it to those before.
func (r *blockReader) completeHeader() error {
	header, err := decodeHeader(r.part.fields)
	if err != nil {
		return err
	}
	if r.agreed == nil {
		agreed := *header
		r.agreed = &agreed
	}
	if err := r.agreed.agree(header); err != nil {
		return err
	}
	// A part without a model agrees with every model; the first that has one speaks for all.
	if r.agreed.EmbeddingModel == "" {
		r.agreed.EmbeddingModel = header.EmbeddingModel
	}
	r.header = header
	return nil
}

// countRecords counts those of the block, with what fragments say that they have.
func (r *blockReader) countRecords() (uint64, error) {
	var records uint64
	for _, item := range r.items {
		if item.tag == tagRecord {
			records++
			continue
		}
		fragment, err := decodeFragment(r.window.buffer[item.value:item.end])
		if err != nil {
			return 0, err
		}
		records += fragment.RecordCount
	}
	return records, nil
}
