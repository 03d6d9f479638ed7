package bundle

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// Shrink is a wasm of Go's linker that does the same and compresses better.
//
//   - The linker cuts the data up wherever there are 8 zero bytes, into 100,000
//     segments. Their heads cost more, compressed, than the zeros do.
//   - The tables are left out that tell file and line of an instruction, where the
//     arguments of a function are for a stack trace, and where a goroutine can't be
//     preempted, which WebAssembly never does. A stack trace still names the
//     functions, with "?" for the file.
//   - So is most of the index of the functions: see [shortenIndex].
//   - Functions get by with fewer instructions: see [tighten].
//
// What is not as the linker of Go 1.20 and later writes it stays as it is.
func Shrink(wasm []byte) ([]byte, error) {
	all, err := sections(wasm)
	if err != nil {
		return nil, err
	}
	var code []byte // which comes ahead of the data
	for i, s := range all {
		switch s.kind {
		case codeSection:
			code = slices.Clone(s.body)
			all[i].body = code
		case dataSection:
			segments, err := readData(s.body)
			if err != nil {
				return nil, err
			}
			segments = joined(segments)
			for _, d := range segments {
				dropLines(d.data)
			}
			shortenIndex(code, segments)
			all[i].body = appendData(nil, apart(segments))
		}
	}
	out := []byte(header)
	for _, s := range all {
		if s.kind == codeSection {
			if s.body, err = tighten(s.body); err != nil {
				return nil, err
			}
		}
		out = appendSection(out, s.kind, s.body)
	}
	return out, nil
}

// segment is what memory holds from an offset on when the program starts.
type segment struct {
	offset int64
	data   []byte
}

const (
	i32Const = 0x41
	end      = 0x0b
)

func readData(body []byte) ([]segment, error) {
	r := &wasmReader{b: body}
	var all []segment
	for n := r.uint(); n > 0 && !r.bad; n-- {
		if memory, op := r.uint(), r.byte(); memory != 0 || op != i32Const {
			return nil, errWasm // of other kinds, of which Go makes none
		}
		offset := r.int()
		if r.byte() != end || offset < 0 {
			return nil, errWasm
		}
		all = append(all, segment{offset, r.part().b})
	}
	if r.bad || len(r.b) > 0 {
		return nil, errWasm
	}
	return all, nil
}

func appendData(b []byte, all []segment) []byte {
	b = binary.AppendUvarint(b, uint64(len(all)))
	for _, s := range all {
		b = append(b, 0, i32Const)
		b = appendInt(b, s.offset)
		b = append(b, end)
		b = binary.AppendUvarint(b, uint64(len(s.data)))
		b = append(b, s.data...)
	}
	return b
}

// near is how many zero bytes are written out rather than that a segment ends.
const near = 1 << 12

// apart is the segments cut up wherever nothing is near.
func apart(all []segment) []segment {
	var out []segment
	zeros := make([]byte, near)
	for _, s := range all {
		for {
			at := bytes.Index(s.data, zeros)
			if at < 0 {
				break
			}
			if at > 0 {
				out = append(out, segment{s.offset, s.data[:at]})
			}
			rest := bytes.TrimLeft(s.data[at:], "\x00")
			s = segment{s.offset + int64(len(s.data)-len(rest)), rest}
		}
		if len(s.data) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// joined is the segments with those put together that are near each other. Memory
// is zero where there are none.
func joined(all []segment) []segment {
	var out []segment
	for _, s := range all {
		if len(out) > 0 {
			last := &out[len(out)-1]
			gap := s.offset - last.offset - int64(len(last.data))
			if gap >= 0 && gap < near {
				last.data = append(append(last.data, make([]byte, gap)...), s.data...)
				continue
			}
		}
		out = append(out, segment{s.offset, slices.Clone(s.data)})
	}
	return out
}

// lineTable is where the parts of Go's table of functions begin (runtime.pcHeader),
// in bytes from its own beginning.
type lineTable struct {
	Functions, Files                       uint64 // how many there are
	_                                      uint64
	Names, Units, FileNames, Values, Table uint64
}

// lineTableMark is how it begins on wasm: the magic number of Go 1.20, two zeros,
// and the sizes of an instruction and of a pointer.
var lineTableMark = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}

// function is the fixed part of what the table says of one (runtime._func). Its
// values by instruction, such as the line, are tables of their own: each of those
// numbers is where one begins among the Values, and 0 stands for none.
type function struct {
	Entry, Name                 uint32 // the first is the slot in the table of functions
	Args, DeferReturn           uint32
	StackPointer, File, Line    uint32
	More                        uint32 // how many more such numbers follow
	Unit, StartLine             uint32
	ID, Flag, _, FunctionValues uint8 // the last is how many more numbers follow, of places in the data
}

// Of the numbers that follow, those that can do without (internal/abi, symtab.go).
const (
	unsafePoint, argLiveIndex = 0, 3 // of the values by instruction
	argInfo, argLiveInfo      = 5, 6 // of the places

	noPlace = 1<<32 - 1
)

var functionSize = binary.Size(function{})

// functionTable finds the table of functions in data: its parts' places and what lies
// from its beginning on.
func functionTable(data []byte) (t lineTable, table []byte, ok bool) {
	begin := bytes.Index(data, lineTableMark)
	if begin < 0 {
		return t, nil, false
	}
	table = data[begin:]
	if _, err := binary.Decode(table[len(lineTableMark):], binary.LittleEndian, &t); err != nil {
		return t, nil, false
	}
	ok = slices.IsSorted([]uint64{t.Names, t.Units, t.FileNames, t.Values, t.Table, uint64(len(table))}) &&
		t.Functions > 0 && t.Functions <= (uint64(len(table))-t.Table)/8
	return t, table, ok
}

// dropLines removes file and line from the table of functions, where there is one.
func dropLines(data []byte) {
	t, table, ok := functionTable(data)
	if !ok {
		return
	}
	values, functions := table[t.Values:t.Table], table[t.Table:]
	le := binary.LittleEndian
	// First look, so that nothing is changed where something is not as expected.
	kept, places := []byte{0}, map[uint32]uint32{0: 0}
	keep := func(at uint32) bool {
		if _, ok := places[at]; ok {
			return true
		}
		n := valuesLen(values, at)
		if n == 0 {
			return false
		}
		places[at] = uint32(len(kept))
		kept = append(kept, values[at:int(at)+n]...)
		return true
	}
	type known struct {
		function
		more []uint32 // values by instruction
		at   []uint32 // places in the data
	}
	var all []known
	first, last := len(functions), 0
	for i := range t.Functions {
		at := int(le.Uint32(functions[8*i+4:]))
		if at > len(functions) {
			return
		}
		var f known
		rest := functions[at:]
		if _, err := binary.Decode(rest, le, &f.function); err != nil {
			return
		}
		if rest = rest[functionSize:]; uint64(len(rest)) < 4*(uint64(f.More)+uint64(f.FunctionValues)) || !keep(f.StackPointer) {
			return
		}
		for i := range f.More {
			v := le.Uint32(rest[4*i:])
			if i == unsafePoint || i == argLiveIndex {
				v = 0
			}
			if !keep(v) {
				return
			}
			f.more = append(f.more, v)
		}
		rest = rest[4*f.More:]
		for i := range f.FunctionValues {
			v := le.Uint32(rest[4*int(i):])
			if i == argInfo || i == argLiveInfo {
				v = noPlace
			}
			f.at = append(f.at, v)
		}
		first, last = min(first, at), max(last, len(functions)-len(rest)+4*int(f.FunctionValues))
		all = append(all, f)
	}
	// Then what is kept without gaps.
	var out, index []byte
	for i, f := range all {
		for len(f.more) > 0 && f.more[len(f.more)-1] == 0 {
			f.more = f.more[:len(f.more)-1]
		}
		for len(f.at) > 0 && f.at[len(f.at)-1] == noPlace {
			f.at = f.at[:len(f.at)-1]
		}
		f.StackPointer, f.File, f.Line, f.Unit, f.StartLine = places[f.StackPointer], 0, 0, 0, 0
		f.More, f.FunctionValues = uint32(len(f.more)), uint8(len(f.at))
		index = append(index, functions[8*i:8*i+4]...)
		index = le.AppendUint32(index, uint32(first+len(out)))
		out, _ = binary.Append(out, le, f.function)
		for _, v := range f.more {
			out = le.AppendUint32(out, places[v])
		}
		for _, v := range f.at {
			out = le.AppendUint32(out, v)
		}
	}
	if len(kept) > len(values) || len(index) > first || len(out) > last-first {
		return
	}
	copy(functions, index)
	clear(functions[first+copy(functions[first:], out) : last])
	clear(values[copy(values, kept):])
	clear(table[t.Units:t.Values]) // the names of files, and whose they are
}

// valuesLen is the length of the table of values that begins there: pairs of
// numbers, of which the first is 0 only behind the last pair. It is 0 where there is
// no such table.
func valuesLen(values []byte, at uint32) int {
	if uint64(at) >= uint64(len(values)) {
		return 0
	}
	r := &wasmReader{b: values[at:]} // which are written alike
	for first := true; ; first = false {
		if r.uint() == 0 && !first || r.bad {
			break
		}
		r.uint()
	}
	if r.bad {
		return 0
	}
	return len(values) - int(at) - len(r.b)
}
