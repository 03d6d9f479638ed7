package bundle

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// goFunction is the type of a function as Go's compiler writes it: it is given the
// block at which it goes on, and says whether the stack is to be unwound.
const goFunction = "\x60\x01\x7f\x01\x7f"

// The registers of Go's assembler for wasm that Split uses, which are globals
// (cmd/internal/obj/wasm).
const (
	spRegister    = 0
	pauseRegister = 7
)

// What the first part's global "rest" says, which the loader reads as well.
const (
	restAbsent  = 0 // nobody has missed it yet
	restAwaited = 1 // a function of it was called: all stands still until it is there
	restPresent = 2
)

// always reports whether a function is not moved to the rest, by its name as the linker
// writes it: it is the runtime's own, or what that is made of, and called where nothing
// may stand still, or by the host. Those of assembler have no package.
func always(name string) bool {
	return !strings.Contains(name, ".") || strings.HasPrefix(name, "runtime") ||
		strings.HasPrefix(name, "internal_") || strings.HasPrefix(name, "syscall_js.")
}

// Split parts a wasm of Go's linker, with the names of its functions, in two: a first
// part that runs by itself until one of the other functions is called, and the rest,
// which has these. First are the names that the first part must have.
//
// In the first part, each function of the rest is a few bytes that say which it is.
// Called before the rest is there, they leave all as it is on Go's own stack and
// return to JavaScript as a program does that waits for an event; the same call is
// made again once the rest has come. So whatever first says, the program does the
// same. To a browser it makes the difference that it need not bring in, copy and check
// what it doesn't need before something can be seen.
//
// Whoever runs the parts must not enter the program while it waits, and it must not
// come to wait in a call that JavaScript makes while it is itself called by the
// program: that one would go on without an answer.
//
// The first part exports, beside what Go's linker does,
//
//	rest      a global: 0 the rest is not there, 1 it is awaited, 2 it is there
//	proceed   to be called once the rest is instantiated; goes on where it was awaited
//
// and what the rest imports from the module "first": mem, table, and by number the
// globals and the few functions that are called in another way than Go's.
//
// The names of the functions are in neither part. Where there are no names, there
// is no rest.
func Split(wasm []byte, first map[string]bool) (begin, rest []byte, err error) {
	m, err := readModule(wasm)
	if err != nil {
		return nil, nil, err
	}
	if len(m.names) == 0 {
		return wasm, nil, nil
	}
	s := splitter{module: m, place: map[uint64]int{}}
	if err := s.part(first); err != nil {
		return nil, nil, err
	}
	for _, section := range s.all {
		if section.kind == dataSection {
			data, err := readData(section.body)
			if err != nil {
				return nil, nil, err
			}
			s.firstData, s.restData = s.partData(data)
		}
	}
	return s.begin(), s.rest(), nil
}

type splitter struct {
	*module
	goType uint64
	loop   uint64         // wasm_pc_f_loop
	moved  []uint64       // functions of the rest
	place  map[uint64]int // of these, where among moved
	called []uint64       // functions of the first part that the rest imports

	firstData, restData []segment
}

// part decides which functions go to the rest.
func (s *splitter) part(first map[string]bool) error {
	goType := slices.IndexFunc(s.types, func(b []byte) bool { return string(b) == goFunction })
	for f, name := range s.names {
		if name == "wasm_pc_f_loop" {
			s.loop = f
		}
	}
	if goType < 0 || s.loop == 0 || len(s.globals) <= pauseRegister || len(s.kinds) != len(s.bodies) {
		return fmt.Errorf("%w: it is none of Go's", errWasm)
	}
	s.goType = uint64(goType)
	var bodies [][]instruction
	for i := range s.bodies {
		f := uint64(s.imported + i)
		name := s.names[f]
		if first[name] || always(name) || s.direct(f) {
			continue
		}
		all, ok := instructions(s.bodies[i])
		if !ok || slices.ContainsFunc(all, func(in instruction) bool { return in.op == opCall && in.a < int64(s.imported) }) {
			continue
		}
		s.place[f] = len(s.moved)
		s.moved = append(s.moved, f)
		bodies = append(bodies, all)
	}
	for _, all := range bodies {
		for _, in := range all {
			f := uint64(in.a)
			if in.op != opCall {
				continue
			}
			if _, moved := s.place[f]; !moved && s.direct(f) && !slices.Contains(s.called, f) {
				s.called = append(s.called, f)
			}
		}
	}
	return nil
}

// direct reports whether a function can't be called by way of the table.
func (s *splitter) direct(f uint64) bool {
	_, inTable := s.slots[f]
	return !inTable || s.kinds[f-uint64(s.imported)] != s.goType
}

// The names of what the parts share.
func globalName(i int) string      { return fmt.Sprintf("g%d", i) }
func functionName(f uint64) string { return fmt.Sprintf("f%d", f) }

const (
	exportedFunction, exportedTable, exportedMemory, exportedGlobal = 0, 1, 2, 3

	i32, mutable = 0x7f, 1
	emptyBlock   = 0x40
)

// begin is the first part.
func (s *splitter) begin() []byte {
	state := uint64(len(s.globals))
	absent := uint64(s.imported + len(s.bodies))
	proceed := absent + 1
	types := append(slices.Clone(s.types), []byte("\x60\x02\x7f\x7f\x01\x7f"), []byte("\x60\x00\x00"))
	out := []byte(header)
	for _, section := range s.all {
		body := section.body
		switch section.kind {
		case typeSection:
			body = vector(types)
		case functionSection:
			body = binary.AppendUvarint(nil, uint64(len(s.kinds)+2))
			for _, k := range append(slices.Clone(s.kinds), uint64(len(s.types)), uint64(len(s.types)+1)) {
				body = binary.AppendUvarint(body, k)
			}
		case globalSection:
			r := &wasmReader{b: body}
			n := r.uint()
			body = append(binary.AppendUvarint(nil, n+1), r.b...)
			body = append(body, i32, mutable, opI32Const, restAbsent, opEnd)
		case exportSection:
			r := &wasmReader{b: body}
			n := r.uint()
			more := []export{{"table", exportedTable, 0}, {"rest", exportedGlobal, state}, {"proceed", exportedFunction, proceed}}
			for i := range s.globals {
				more = append(more, export{globalName(i), exportedGlobal, uint64(i)})
			}
			for _, f := range s.called {
				more = append(more, export{functionName(f), exportedFunction, f})
			}
			body = append(binary.AppendUvarint(nil, n+uint64(len(more))), r.b...)
			for _, e := range more {
				body = appendName(body, e.name)
				body = append(body, e.kind)
				body = binary.AppendUvarint(body, e.index)
			}
		case codeSection:
			bodies := slices.Clone(s.bodies)
			for _, f := range s.moved {
				b := []byte{0, opLocalGet, 0, opI32Const}
				b = appendInt(b, int64(s.slots[f]))
				b = append(b, opCall)
				b = binary.AppendUvarint(b, absent)
				bodies[f-uint64(s.imported)] = append(b, opEnd)
			}
			body = code(append(bodies, s.absent(byte(state)), s.proceed(byte(state))))
		case dataSection:
			body = appendData(nil, s.firstData)
		case customSection:
			if functionNames(section) != nil {
				continue
			}
		}
		out = appendSection(out, section.kind, body)
	}
	return out
}

// absent is called with a block and a slot of the table in the place of a function of
// the rest. Until that is there, it leaves its call on Go's stack as a switch of
// goroutines does: at sp-8 is the program counter at which wasm_pc_f_loop goes on.
func (s *splitter) absent(state byte) []byte {
	b := []byte{
		0,
		opGlobalGet, state, opI32Const, restPresent, opI32Eq,
		opIf, i32,
		opLocalGet, 0, opLocalGet, 1, opCallIndirect,
	}
	b = binary.AppendUvarint(b, s.goType)
	return append(b, 0,
		opElse,
		opI32Const, restAwaited, opGlobalSet, state,
		opI32Const, 1, opGlobalSet, pauseRegister,
		opGlobalGet, spRegister, opI32Const, 8, opI32Sub,
		opLocalGet, 1, opI32Const, 16, opI32Shl, opLocalGet, 0, opI32Or, opI64ExtendU,
		opI64Store, 3, 0,
		opI32Const, 1, // unwind
		opEnd,
		opEnd)
}

func (s *splitter) proceed(state byte) []byte {
	b := []byte{
		0,
		opGlobalGet, state, opI32Const, restAwaited, opI32Eq,
		opI32Const, restPresent, opGlobalSet, state,
		opIf, emptyBlock, opCall,
	}
	return append(binary.AppendUvarint(b, s.loop), opEnd, opEnd)
}

// rest is the second part. The functions of the first that it calls are in the
// table; the others are imported.
func (s *splitter) rest() []byte {
	const from = "first"
	var imports [][]byte
	take := func(name string, kind byte, of ...byte) {
		b := appendName(appendName(nil, from), name)
		imports = append(imports, append(append(b, kind), of...))
	}
	for _, f := range s.called {
		take(functionName(f), exportedFunction, binary.AppendUvarint(nil, s.kinds[f-uint64(s.imported)])...)
	}
	take("table", exportedTable, s.table...)
	take("mem", exportedMemory, s.memory...)
	for i, g := range s.globals {
		take(globalName(i), exportedGlobal, g...)
	}

	var kinds, elements, bodies [][]byte
	for i := 0; i < len(s.moved); {
		n := 1
		for i+n < len(s.moved) && s.slots[s.moved[i+n]] == s.slots[s.moved[i]]+uint64(n) {
			n++
		}
		e := appendInt([]byte{0, opI32Const}, int64(s.slots[s.moved[i]]))
		e = binary.AppendUvarint(append(e, opEnd), uint64(n))
		for range n {
			e = binary.AppendUvarint(e, uint64(len(s.called)+i))
			i++
		}
		elements = append(elements, e)
	}
	for _, f := range s.moved {
		kinds = append(kinds, binary.AppendUvarint(nil, s.goType))
		body := s.bodies[f-uint64(s.imported)]
		all, _ := instructions(body)
		b := slices.Clone(body[:all[0].from])
		for _, in := range all {
			f := uint64(in.a)
			place, moved := s.place[f]
			switch {
			case in.op != opCall:
				b = append(b, body[in.from:in.to]...)
			case moved:
				b = binary.AppendUvarint(append(b, opCall), uint64(len(s.called)+place))
			case s.direct(f):
				b = binary.AppendUvarint(append(b, opCall), uint64(slices.Index(s.called, f)))
			default:
				b = appendInt(append(b, opI32Const), int64(s.slots[f]))
				b = append(binary.AppendUvarint(append(b, opCallIndirect), s.goType), 0)
			}
		}
		bodies = append(bodies, b)
	}
	out := []byte(header)
	out = appendSection(out, typeSection, vector(s.types))
	out = appendSection(out, importSection, vector(imports))
	out = appendSection(out, functionSection, vector(kinds))
	out = appendSection(out, elementSection, vector(elements))
	out = appendSection(out, codeSection, code(bodies))
	return appendSection(out, dataSection, appendData(nil, s.restData))
}

type export struct {
	name  string
	kind  byte
	index uint64
}

func vector(all [][]byte) []byte {
	b := binary.AppendUvarint(nil, uint64(len(all)))
	for _, e := range all {
		b = append(b, e...)
	}
	return b
}

// code is a code section of functions.
func code(bodies [][]byte) []byte {
	b := binary.AppendUvarint(nil, uint64(len(bodies)))
	for _, body := range bodies {
		b = append(binary.AppendUvarint(b, uint64(len(body))), body...)
	}
	return b
}

func appendName(b []byte, name string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(name))), name...)
}

func appendSection(b []byte, kind byte, body []byte) []byte {
	b = binary.AppendUvarint(append(b, kind), uint64(len(body)))
	return append(b, body...)
}
