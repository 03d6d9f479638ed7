package main

import (
	"encoding/binary"
	"errors"
)

var errWasm = errors.New("build: the wasm can't be read")

// wasmReader reads the few things of the WebAssembly binary format that tell
// the size of functions. Reading past the end sets bad and yields zeros.
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

func (r *wasmReader) part() *wasmReader { return &wasmReader{b: r.bytes(r.uint())} }

// functionSizes is the bytes of code of each function by its name, in a wasm
// with a name section.
func functionSizes(wasm []byte) (map[string]int, error) {
	const (
		customSection, importSection, codeSection = 0, 2, 10
		functionNames                             = 1
	)
	r := &wasmReader{b: wasm}
	r.bytes(8) // magic and version
	var imported uint64
	var sizes []int
	names := map[uint64]string{}
	for len(r.b) > 0 && !r.bad {
		id, s := r.byte(), r.part()
		switch id {
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
		r.bad = r.bad || s.bad
	}
	if r.bad || len(names) == 0 {
		return nil, errWasm
	}
	out := map[string]int{}
	for i, n := range sizes {
		out[names[imported+uint64(i)]] += n
	}
	return out, nil
}
