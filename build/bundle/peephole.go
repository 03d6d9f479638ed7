package bundle

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// The instructions that are looked at or written, by their opcodes (WebAssembly Core
// Specification, Section 5.4).
const (
	opBlock, opLoop, opIf, opElse, opEnd = 0x02, 0x03, 0x04, 0x05, 0x0b
	opBr, opBrIf, opBrTable, opReturn    = 0x0c, 0x0d, 0x0e, 0x0f
	opCall, opCallIndirect               = 0x10, 0x11
	opDrop, opSelect                     = 0x1a, 0x1b
	opLocalGet, opLocalSet, opLocalTee   = 0x20, 0x21, 0x22
	opGlobalGet, opGlobalSet             = 0x23, 0x24
	opI32Load, opI64Load                 = 0x28, 0x29
	opI32Load8S, opI32Load8U             = 0x2c, 0x2d
	opI64Load8S                          = 0x30
	opI64Load32S, opI64Load32U           = 0x34, 0x35
	opI32Store, opI64Store, opI32Store8  = 0x36, 0x37, 0x3a
	opI64Store32                         = 0x3e
	opMemorySize, opMemoryGrow           = 0x3f, 0x40
	opI32Const, opI64Const               = 0x41, 0x42
	opF32Const, opF64Const               = 0x43, 0x44
	opI32Eqz, opI32Eq, opI64Eqz          = 0x45, 0x46, 0x50
	opI32Add, opI32Sub, opI64Add         = 0x6a, 0x6b, 0x7c
	opI32Or, opI32Shl                    = 0x72, 0x74
	opI32Wrap, opI64ExtendU              = 0xa7, 0xad
	opLast                               = 0xc4
	opMore                               = 0xfc
)

// instruction is one of a function, with its immediate operands.
type instruction struct {
	op       byte
	from, to int // in the body
	a        int64
	b        uint64 // of loads and stores the offset; a is the alignment
}

// spCopied is how a function begins that keeps the stack pointer, the global 0, in
// its local 1: global.get 0, local.set 1.
var spCopied = []byte{opGlobalGet, 0, opLocalSet, 1}

// tighten rewrites the functions of a code section into fewer instructions that do
// the same. Go's compiler for wasm counts addresses in 64 bits and passes arguments
// on a stack of its own, so that every sixth instruction only makes an address:
//
//	local.get sp, i64.extend_i32_u, i64.const n, i64.add, i32.wrap_i64, …, i64.store 0
//	local.get sp, …, i64.store n
//
// That is a tenth of the code less to bring in, to check and, before it first
// runs, to compile. A function with anything in it that isn't known here stays as
// it is.
func tighten(code []byte) ([]byte, error) {
	r := &wasmReader{b: code}
	n := r.uint()
	out := binary.AppendUvarint(nil, n)
	for ; n > 0 && !r.bad; n-- {
		body := r.part().b
		if tight, ok := tightenFunction(body); ok {
			body = tight
		}
		out = binary.AppendUvarint(out, uint64(len(body)))
		out = append(out, body...)
	}
	if r.bad || len(r.b) > 0 {
		return nil, errWasm
	}
	return out, nil
}

func tightenFunction(body []byte) (tight []byte, ok bool) {
	if !bytes.HasPrefix(behindLocals(body).b, spCopied) {
		return nil, false
	}
	all, ok := instructions(body)
	if !ok {
		return nil, false
	}
	t := tightener{body: body, out: slices.Clone(body[:all[0].from])}
	for len(all) > 0 {
		all = all[t.next(all):]
	}
	return t.out, true
}

// instructions are those of a function, each with its place in the body.
func instructions(body []byte) (all []instruction, ok bool) {
	r := behindLocals(body)
	at := len(body) - len(r.b)
	for len(r.b) > 0 && !r.bad {
		in := r.instruction()
		in.from, in.to = at, len(body)-len(r.b)
		at = in.to
		all = append(all, in)
	}
	return all, !r.bad && len(all) > 0
}

// behindLocals reads what a function does, behind the groups of its local variables:
// how many, and of which type.
func behindLocals(body []byte) *wasmReader {
	r := &wasmReader{b: body}
	for n := r.uint(); n > 0 && !r.bad; n-- {
		r.uint()
		r.byte()
	}
	return r
}

// instruction reads one. Of one that isn't known it sets bad.
func (r *wasmReader) instruction() (in instruction) {
	in.op = r.byte()
	switch op := in.op; {
	case op <= 1 || op == opElse || op == opEnd || op == opReturn || op == opDrop || op == opSelect:
	case op >= opBlock && op <= opIf:
		in.a = r.int()
	case op == opBr || op == opBrIf || op == opCall || op >= opLocalGet && op <= opGlobalSet:
		in.a = int64(r.uint())
	case op == opBrTable:
		for n := r.uint(); n > 0 && !r.bad; n-- {
			r.uint()
		}
		r.uint()
	case op == opCallIndirect:
		r.uint()
		r.uint()
	case op >= opI32Load && op <= opI64Store32:
		in.a, in.b = int64(r.uint()), r.uint()
	case op == opMemorySize || op == opMemoryGrow:
		r.byte()
	case op == opI32Const || op == opI64Const:
		in.a = r.int()
	case op == opF32Const:
		r.bytes(4)
	case op == opF64Const:
		r.bytes(8)
	case op >= opI32Eqz && op <= opLast:
	case op == opMore:
		switch in.a = int64(r.uint()); {
		case in.a < 8: // conversions that saturate
		case in.a == 10: // memory.copy
			r.bytes(2)
		case in.a == 11: // memory.fill
			r.bytes(1)
		default:
			r.bad = true
		}
	default:
		r.bad = true
	}
	return in
}

// operands is how many values an instruction takes from the stack, and how many it
// leaves; ok is false where control can leave or come in.
func (in instruction) operands() (takes, leaves int, ok bool) {
	switch op := in.op; {
	case op == 1:
		return 0, 0, true
	case op == opDrop || op == opLocalSet || op == opGlobalSet:
		return 1, 0, true
	case op == opSelect:
		return 3, 1, true
	case op == opLocalGet || op == opGlobalGet || op == opMemorySize || op >= opI32Const && op <= opF64Const:
		return 0, 1, true
	case op == opLocalTee || op >= opI32Load && op < opI32Store || op == opMemoryGrow:
		return 1, 1, true
	case op >= opI32Store && op <= opI64Store32:
		return 2, 0, true
	case op == opI32Eqz || op == opI64Eqz || // tests
		op >= 0x67 && op <= 0x69 || op >= 0x79 && op <= 0x7b || // counts of bits
		op >= 0x8b && op <= 0x91 || op >= 0x99 && op <= 0x9f || // roots, signs and roundings
		op >= opI32Wrap && op <= opLast: // conversions
		return 1, 1, true
	case op > opI32Eqz && op < opI32Wrap: // of two numbers
		return 2, 1, true
	case op == opMore && in.a < 8:
		return 1, 1, true
	case op == opMore:
		return 3, 0, true
	}
	return 0, 0, false
}

// tightener writes a function anew.
type tightener struct {
	body, out []byte
	height    int // of the stack of values, counted from anywhere
	open      []sum
}

// A sum of the stack pointer and n has been written and lies on the stack, and what
// it is for has not come yet.
type sum struct {
	n        uint64
	height   int // of the stack below it
	from, to int // where i32.const n, i32.add are in out
}

// next writes what the next few instructions do, and is how many those were.
func (t *tightener) next(all []instruction) int {
	is := func(ops ...byte) bool {
		if len(all) < len(ops) {
			return false
		}
		for i, op := range ops {
			if all[i].op != op {
				return false
			}
		}
		return true
	}
	fits := func(n int64) bool { return n == int64(int32(n)) }
	first := all[0]
	switch {
	case is(opLocalGet, opI64ExtendU, opI64Const, opI64Add, opI32Wrap) && first.a == 1 && all[2].a >= 0 && fits(all[2].a):
		// As the stack pointer is the address of something, nothing overflows.
		t.copy(first)
		s := sum{n: uint64(all[2].a), height: t.height, from: len(t.out)}
		t.number(opI32Const, all[2].a)
		t.out = append(t.out, opI32Add)
		s.to = len(t.out)
		t.open = append(t.open, s)
		t.height++
		return 5
	case is(opI64ExtendU, opI64Const, opI64Add, opI32Wrap) && fits(all[1].a):
		t.settle(1)
		t.height++
		t.number(opI32Const, all[1].a)
		t.out = append(t.out, opI32Add)
		return 4
	case is(opI64Const, opI32Wrap) && fits(first.a):
		t.number(opI32Const, first.a)
		t.height++
		return 2
	case is(opI64ExtendU, opI64Eqz):
		t.settle(1)
		t.height++
		t.out = append(t.out, opI32Eqz)
		return 2
	case (first.op == opI64Load || first.op >= opI64Load32S && first.op <= opI64Load32U) && is(first.op, opI32Wrap):
		first.op, first.a = opI32Load, min(first.a, 2) // the lower half comes first
		t.step(first)
		return 2
	case first.op >= opI64Load8S && first.op < opI64Load32S && is(first.op, opI32Wrap):
		first.op -= opI64Load8S - opI32Load8S
		t.step(first)
		return 2
	}
	t.step(first)
	return 1
}

// step writes one instruction, with the sum that is its address, if it is one,
// as its offset.
func (t *tightener) step(in instruction) {
	takes, leaves, ok := in.operands()
	if !ok {
		t.open, t.height = nil, 0
		t.copy(in)
		return
	}
	memory := in.op >= opI32Load && in.op <= opI64Store32
	if i := len(t.open) - 1; memory && i >= 0 && t.open[i].height == t.height-takes && in.b+t.open[i].n < 1<<31 {
		s := t.open[i]
		t.open = t.open[:i]
		in.b += s.n
		t.out = append(t.out[:s.from], t.out[s.to:]...)
	}
	t.settle(takes)
	t.height += leaves
	if !memory {
		t.copy(in)
		return
	}
	t.out = append(t.out, in.op)
	t.out = binary.AppendUvarint(t.out, uint64(in.a))
	t.out = binary.AppendUvarint(t.out, in.b)
}

// settle takes values from the stack; sums among them stay as they are written.
func (t *tightener) settle(takes int) {
	t.height -= takes
	for len(t.open) > 0 && t.open[len(t.open)-1].height >= t.height {
		t.open = t.open[:len(t.open)-1]
	}
}

func (t *tightener) copy(in instruction) { t.out = append(t.out, t.body[in.from:in.to]...) }

func (t *tightener) number(op byte, n int64) { t.out = appendInt(append(t.out, op), n) }
