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

// FunctionSizes is the bytes of code of each function by its name, in a wasm
// with a name section.
func FunctionSizes(wasm []byte) (map[string]int, error) {
	all, err := sections(wasm)
	if err != nil {
		return nil, err
	}
	const functionNames = 1
	var imported uint64
	var sizes []int
	names := map[uint64]string{}
	bad := false
	for _, section := range all {
		s := &wasmReader{b: section.body}
		switch section.kind {
		case importSection: // Go imports functions only, and these come first
			imported = s.uint()
		case codeSection:
			for n := s.uint(); n > 0 && !s.bad; n-- {
				sizes = append(sizes, len(s.part().b))
			}
		case customSection:
			if string(s.part().b) != "name" {
				break
			}
			for len(s.b) > 0 && !s.bad {
				kind, sub := s.byte(), s.part()
				if kind != functionNames {
					continue
				}
				for n := sub.uint(); n > 0 && !sub.bad; n-- {
					index := sub.uint()
					names[index] = string(sub.part().b)
				}
			}
		}
		bad = bad || s.bad
	}
	if bad || len(names) == 0 {
		return nil, errWasm
	}
	out := map[string]int{}
	for i, n := range sizes {
		out[names[imported+uint64(i)]] += n
	}
	return out, nil
}
