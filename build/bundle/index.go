package bundle

import (
	"bytes"
	"encoding/binary"
)

// moduleData is the beginning of what the runtime knows of the program
// (runtime.moduledata): addresses, and slices with their lengths and capacities.
type moduleData struct {
	LineTable, Names                    uint64
	_                                   [2]uint64
	Units, FileNames, Values, Functions [3]uint64
	Entries                             [3]uint64
	Index                               uint64
	First, Last                         uint64 // program counters
}

const (
	bucketSize  = 20 // bytes (runtime.findfuncbucket)
	perFunction = 16 // buckets
)

// findFunction is where the runtime looks a function up (runtime.findfunc): the
// function's number << 16 + text - first program counter, of which >> 12 is the
// number of the bucket. Between the parts is a byte each, which says where a local
// variable is.
var findFunction = []string{
	"\x42\x10\x86\x20",             // i64.const 16, i64.shl, local.get
	"\x29\x03",                     // i64.load
	"\xa7\x29\x03\xb0\x01\x7c\x20", // i32.wrap_i64, i64.load at 176 (of moduleData), i64.add, local.get
	"\x29\x03",
	"\xa7\x29\x03\xa0\x01\x7d\x22", // at 160, i64.sub, local.tee
	"\x42\x0c\x88",                 // i64.const 12, i64.shr_u
}

// only is where the parts end, if they are found in one place only.
func only(code []byte, parts []string) (at int, ok bool) {
	at = -1
	for from := 0; ; from++ {
		next := bytes.Index(code[from:], []byte(parts[0]))
		if next < 0 {
			return at, at >= 0
		}
		from += next
		rest := code[from:]
		for i, part := range parts {
			if i > 0 && len(rest) > 0 {
				rest = rest[1:]
			}
			if rest, ok = bytes.CutPrefix(rest, []byte(part)); !ok {
				break
			}
		}
		if ok && at >= 0 {
			return at, false
		}
		if ok {
			at = len(code) - len(rest)
		}
	}
}

// shortenIndex leaves one bucket to each function in the index by which the
// runtime finds a function. It is made for machines on which functions are long: on
// wasm each has 16 buckets, of which the first alone is ever read. They are 3 MB
// that a browser would bring in, copy and keep.
func shortenIndex(code []byte, all []segment) {
	at, ok := only(code, findFunction)
	if !ok {
		return
	}
	data, ok := findModuleData(all)
	if !ok || data.Last < data.First {
		return
	}
	counters := data.Last - data.First
	index := bytesAt(all, data.Index)
	index = index[:min(uint64(len(index)), 4*((counters+1<<12-1)>>12)+(counters+1<<8-1)>>8)] // the last bucket ends with the program
	if uint64(len(index)) < counters>>12*bucketSize {
		return
	}
	var short []byte
	for at := 0; at < len(index); at += perFunction * bucketSize {
		short = append(short, index[at:min(at+bucketSize, len(index))]...)
	}
	clear(index[copy(index, short):])
	code[at-2] = 16 // instead of 12: a function's number is its bucket's
}

// findModuleData finds it by the two addresses with which it begins.
func findModuleData(all []segment) (data moduleData, ok bool) {
	for _, s := range all {
		at := bytes.Index(s.data, lineTableMark)
		if at < 0 {
			continue
		}
		var t lineTable
		if _, err := binary.Decode(s.data[at+len(lineTableMark):], binary.LittleEndian, &t); err != nil {
			continue
		}
		table := uint64(s.offset) + uint64(at)
		mark := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, table), table+t.Names)
		for _, s := range all {
			if at := bytes.Index(s.data, mark); at >= 0 {
				_, err := binary.Decode(s.data[at:], binary.LittleEndian, &data)
				return data, err == nil
			}
		}
	}
	return data, false
}

// bytesAt is what lies in memory from there to the end of the segment.
func bytesAt(all []segment, address uint64) []byte {
	for _, s := range all {
		if from := address - uint64(s.offset); address >= uint64(s.offset) && from < uint64(len(s.data)) {
			return s.data[from:]
		}
	}
	return nil
}
