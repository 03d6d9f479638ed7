package bundle

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// Of the 16 buckets of each function the first is left, of the last function, too,
// whose bucket is cut off, and what lies behind the index stays as it is.
func TestShortenIndex(t *testing.T) {
	const base, functions = 1 << 16, 3
	le := binary.LittleEndian
	table := append(bytes.Clone(lineTableMark), make([]byte, binary.Size(lineTable{}))...)
	le.PutUint64(table[len(lineTableMark)+24:], 16) // where the names begin
	index := make([]byte, (functions-1)*perFunction*bucketSize)
	for i := range functions - 1 {
		le.PutUint32(index[i*perFunction*bucketSize:], uint32(100+i))
	}
	index = append(index, 102, 0, 0, 0, 7) // with one of its 16 counts
	behind := []byte("behind")
	first := uint64(base + len(table))
	data := moduleData{LineTable: base, Names: base + 16, First: 1 << 28, Last: 1<<28 + (functions-1)<<16 + 200, Index: first}
	memory, err := binary.Append(append(append(bytes.Clone(table), index...), behind...), le, data)
	if err != nil {
		t.Fatal(err)
	}
	code := []byte("before")
	for i, part := range findFunction {
		if i > 0 {
			code = append(code, 5)
		}
		code = append(code, part...)
	}
	at := len(code) - 2
	code = append(code, "after"...)
	segments := []segment{{base, memory}}
	shortenIndex(code, segments)
	if code[at] != 16 {
		t.Errorf("the shift is by %d", code[at])
	}
	got := segments[0].data[len(table):]
	for i := range functions {
		if n := le.Uint32(got[i*bucketSize:]); n != uint32(100+i) {
			t.Errorf("function %d begins at %d", i, n)
		}
	}
	if rest := got[functions*bucketSize : len(index)]; !bytes.Equal(rest, make([]byte, len(rest))) {
		t.Error("something is left of the index")
	}
	if !bytes.HasPrefix(got[len(index):], behind) {
		t.Error("what lies behind the index has changed")
	}
}
