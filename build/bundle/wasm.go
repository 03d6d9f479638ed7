package bundle

import (
	"encoding/binary"
	"errors"
)

var errWasm = errors.New("build: the wasm can't be read")

// wasmReader reads the few things of the WebAssembly binary format that matter
// here. Reading past the end sets bad and yields zeros.
type wasmReader struct {
	b   []byte
	bad bool
}

func (r *wasmReader) bytes(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.b, r.bad = nil, true
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *wasmReader) byte() byte {
	if b := r.bytes(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *wasmReader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.b, r.bad = nil, true
		return 0
	}
	r.b = r.b[n:]
	return v
}

// int is a signed number, in which the second highest bit of the last byte is the
// sign.
func (r *wasmReader) int() int64 {
	var v int64
	for shift := 0; shift < 64; shift += 7 {
		b := r.byte()
		v |= int64(b&0x7f) << shift
		if b < 0x80 {
			if b&0x40 != 0 {
				v |= -1 << (shift + 7)
			}
			return v
		}
	}
	r.bad = true
	return 0
}

func appendInt(b []byte, v int64) []byte {
	for v < -64 || v > 63 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v)&0x7f)
}

func (r *wasmReader) part() *wasmReader { return &wasmReader{b: r.bytes(r.uint())} }

// A section is a part of a wasm: its kind and what it holds.
type section struct {
	kind byte
	body []byte
}

// The kinds of sections that are looked into.
const (
	customSection = 0
	importSection = 2
	codeSection   = 10
	dataSection   = 11
)

// header is the magic number and the version.
const header = "\x00asm\x01\x00\x00\x00"

func sections(wasm []byte) ([]section, error) {
	r := &wasmReader{b: wasm}
	if string(r.bytes(uint64(len(header)))) != header {
		return nil, errWasm
	}
	var all []section
	for len(r.b) > 0 && !r.bad {
		all = append(all, section{r.byte(), r.part().b})
	}
	if r.bad {
		return nil, errWasm
	}
	return all, nil
}

// The kinds of sections that are only read here.
const (
	typeSection     = 1
	functionSection = 3
	tableSection    = 4
	memorySection   = 5
	globalSection   = 6
	exportSection   = 7
	elementSection  = 9
)

// module is a wasm of Go's linker, taken apart. Functions are numbered, first those
// that are imported: Go imports nothing else.
type module struct {
	all      []section
	types    [][]byte
	imported int      // functions
	kinds    []uint64 // of the others: types
	bodies   [][]byte
	globals  [][]byte          // type and mutability
	slots    map[uint64]uint64 // of the functions in the table
	table    []byte            // its type
	memory   []byte            // its type
	names    map[uint64]string // of functions, where they are told
}

func readModule(wasm []byte) (m *module, err error) {
	m = &module{slots: map[uint64]uint64{}}
	if m.all, err = sections(wasm); err != nil {
		return nil, err
	}
	for _, section := range m.all {
		r := &wasmReader{b: section.body}
		each := func(f func()) {
			for n := r.uint(); n > 0 && !r.bad; n-- {
				f()
			}
		}
		switch section.kind {
		case typeSection:
			each(func() {
				was := r.b
				r.byte()
				r.bytes(r.uint())
				r.bytes(r.uint())
				m.types = append(m.types, was[:len(was)-len(r.b)])
			})
		case importSection:
			m.imported = int(r.uint())
		case functionSection:
			each(func() { m.kinds = append(m.kinds, r.uint()) })
		case tableSection:
			r.uint()
			m.table = r.b
		case memorySection:
			r.uint()
			m.memory = r.b
		case globalSection:
			each(func() {
				m.globals = append(m.globals, r.bytes(2))
				r.instruction() // its first value, a constant
				r.byte()
			})
		case elementSection: // one segment, of all functions
			segments, kind, op := r.uint(), r.uint(), r.byte()
			slot := uint64(r.int())
			if r.byte(); segments != 1 || kind != 0 || op != opI32Const {
				return nil, errWasm
			}
			each(func() {
				m.slots[r.uint()] = slot
				slot++
			})
		case codeSection:
			each(func() { m.bodies = append(m.bodies, r.part().b) })
		case customSection:
			if names := functionNames(section); names != nil {
				m.names = names
			}
		}
		if r.bad {
			return nil, errWasm
		}
	}
	return m, nil
}

// functionNames is the name of each function by its number, if the section is the one
// of names.
func functionNames(s section) map[uint64]string {
	const ofFunctions = 1
	r := &wasmReader{b: s.body}
	if s.kind != customSection || string(r.part().b) != "name" {
		return nil
	}
	names := map[uint64]string{}
	for len(r.b) > 0 && !r.bad {
		kind, sub := r.byte(), r.part()
		if kind != ofFunctions {
			continue
		}
		for n := sub.uint(); n > 0 && !sub.bad; n-- {
			index := sub.uint()
			names[index] = string(sub.part().b)
		}
	}
	return names
}

// functions are the names of the functions that a wasm has, in their order.
func functions(wasm []byte) (all []string, err error) {
	m, err := readModule(wasm)
	if err != nil {
		return nil, err
	}
	for i := range m.bodies {
		all = append(all, m.names[uint64(m.imported+i)])
	}
	return all, nil
}

// FunctionSizes is the bytes of code of each function by its name, in a wasm
// with a name section.
func FunctionSizes(wasm []byte) (map[string]int, error) {
	m, err := readModule(wasm)
	if err == nil && len(m.names) == 0 {
		err = errWasm
	}
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for i, b := range m.bodies {
		out[m.names[uint64(m.imported+i)]] += len(b)
	}
	return out, nil
}
