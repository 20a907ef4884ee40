package snapshot

// field is where a top-level field lies in the bytes that were scanned.
type field struct {
	tag uint32
	// value is where its value starts, after the length if it has one; end is after the value.
	value, end int
}

// scan finds the field that starts at at. It looks only at tags and lengths, because the bytes have
// not been checked yet. ok is false when the bytes end before the field does; end is then after it or,
// while its length is not known, after the bytes. It refuses what no encoder of proto3 writes.
func scan(bytes []byte, at int) (f field, ok bool, err error) {
	cut := field{end: len(bytes) + 1}
	tag, value, ok, err := varint32(bytes, at)
	if err != nil || !ok {
		return cut, false, err
	}
	if tag < 8 {
		return cut, false, problem("a field with number 0: the file is damaged")
	}
	f = field{tag: tag, value: value}
	switch tag & 7 {
	case 0:
		for end := value; end < value+10; end++ {
			if end >= len(bytes) {
				return cut, false, nil
			}
			if bytes[end] < 0x80 {
				f.end = end + 1
				return f, true, nil
			}
		}
		return cut, false, problem("field %d is a varint of more than 10 bytes", tag>>3)
	case 1:
		f.end = value + 8
	case 2:
		length, start, ok, err := varint32(bytes, value)
		if err != nil || !ok {
			return cut, false, err
		}
		f.value = start
		f.end = start + int(length)
	case 5:
		f.end = value + 4
	default:
		return cut, false, problem("field %d has wire type %d, which proto3 does not use", tag>>3, tag&7)
	}
	return f, f.end <= len(bytes), nil
}

// varint32 is a number of at most 32 bits and where it ends; ok is false when the bytes end before.
func varint32(bytes []byte, at int) (number uint32, end int, ok bool, err error) {
	var value uint64
	for i := range 5 {
		if at+i >= len(bytes) {
			return 0, 0, false, nil
		}
		b := bytes[at+i]
		value |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			if value > 1<<32-1 {
				break
			}
			return uint32(value), at + i + 1, true, nil
		}
	}
	return 0, 0, false, problem("a tag or length of more than 32 bits: the file is damaged")
}
