package bundle

import "encoding/binary"

// partData parts the program's data: away from the first part goes what the table of
// functions says of those of the rest, which nobody asks before one of them has been
// called, and all functions' names, which the runtime itself only prints. Where the
// table isn't as expected, nothing goes.
func (s *splitter) partData(all []segment) (first, rest []segment) {
	image := flat(all)
	t, table, ok := functionTable(image.data)
	if !ok {
		return all, nil
	}
	places, ok := s.reorder(t, table)
	if !ok {
		return all, nil
	}
	move := func(from, to uint64) {
		at := image.offset + int64(len(image.data)-len(table)) + int64(from)
		rest = append(rest, segment{at, append([]byte(nil), table[from:to]...)})
		clear(table[from:to])
	}
	move(t.Names, t.Units)
	move(t.Table+places.rest, t.Table+places.end)
	return apart([]segment{image}), rest
}

// flat is all segments as one, with the zeros between them.
func flat(all []segment) segment {
	if len(all) == 0 {
		return segment{}
	}
	from, to := all[0].offset, int64(0)
	for _, d := range all {
		from, to = min(from, d.offset), max(to, d.offset+int64(len(d.data)))
	}
	out := segment{from, make([]byte, to-from)}
	for _, d := range all {
		copy(out.data[d.offset-from:], d.data)
	}
	return out
}

// places are where, among what the table says of functions, that of the rest begins
// and ends, in bytes from the table's index on.
type places struct{ rest, end uint64 }

// reorder puts what the table says of functions of the rest behind all others.
func (s *splitter) reorder(t lineTable, table []byte) (p places, ok bool) {
	le := binary.LittleEndian
	functions := table[t.Table:]
	moved := map[uint64]bool{}
	for _, f := range s.moved {
		moved[s.slots[f]] = true
	}
	type said struct {
		i    uint64
		what []byte
	}
	var parts [2][]said // of the first part, of the rest
	begin, size := uint64(len(functions)), uint64(0)
	for i := range t.Functions {
		at := uint64(le.Uint32(functions[8*i+4:]))
		var f function
		if at > uint64(len(functions)) {
			return p, false
		}
		if _, err := binary.Decode(functions[at:], le, &f); err != nil {
			return p, false
		}
		n := uint64(functionSize) + 4*(uint64(f.More)+uint64(f.FunctionValues))
		if n > uint64(len(functions))-at {
			return p, false
		}
		part := 0
		if moved[uint64(f.Entry)] {
			part = 1
		}
		parts[part] = append(parts[part], said{i, append([]byte(nil), functions[at:at+n]...)})
		begin, size = min(begin, at), size+n
		p.end = max(p.end, at+n)
	}
	if p.end-begin != size { // it is not without gaps, as dropLines leaves it
		return p, false
	}
	at := begin
	for part, all := range parts {
		if part == 1 {
			p.rest = at
		}
		for _, f := range all {
			le.PutUint32(functions[8*f.i+4:], uint32(at))
			at += uint64(copy(functions[at:], f.what))
		}
	}
	return p, true
}
