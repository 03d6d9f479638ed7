package bundle

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// standing runs the two parts of a program, of which the rest comes late, and as the
// loader does holds what happens meanwhile.
const standing = `
"use strict";
globalThis.require = require;
globalThis.fs = require("fs");
globalThis.path = require("path");
const [exec, first, rest] = process.argv.slice(2);
require(exec);
(async () => {
	const go = new Go();
	go.exit = process.exit;
	const { instance } = await WebAssembly.instantiate(fs.readFileSync(first), go.importObject);
	const { resume, proceed, rest: state } = instance.exports;
	const held = [];
	const has = go._scheduledTimeouts.has.bind(go._scheduledTimeouts);
	go._scheduledTimeouts.has = (id) => state.value !== 1 && has(id);
	const exports = { ...instance.exports, resume: () => { if (state.value === 1) { held.push(go._pendingEvent); } else { resume(); } } };
	go.run(Object.create(instance, { exports: { value: exports } }));
	await new Promise((r) => setTimeout(r, 100));
	console.log("state", state.value);
	await WebAssembly.instantiate(fs.readFileSync(rest), { first: instance.exports });
	proceed();
	for (const event of held) {
		go._pendingEvent = event;
		resume();
	}
	console.log("state", state.value);
})();`

// A program does the same in two parts, wherever it is cut.
func TestSplit(t *testing.T) {
	source := strings.Replace(program, "	done := make(chan int)\n", `	timer := make(chan bool)
	time.AfterFunc(20*time.Millisecond, func() { timer <- true })
	<-timer
	done := make(chan int)
`, 1)
	source = strings.Replace(source, `"runtime/debug"`, `"runtime/debug"; "time"`, 1)
	whole := compileText(t, source)
	m, err := readModule(whole)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, name := range m.names {
		all[name] = true
	}
	for name, c := range map[string]struct {
		first map[string]bool
		state string // before the rest has come
		names bool   // whether functions have theirs when a trace is told, as they do once the rest is there
	}{
		"at main.main":          {without(all, "main.main"), "state 1", true},
		"at a deferred call":    {without(all, "main.grow.func1"), "state 1", false},
		"at a goroutine":        {without(all, "main.main.func2"), "state 1", true},
		"at a timer's":          {without(all, "main.main.func1"), "state 1", true},
		"by a method's table":   {without(all, "os.__File_.Write"), "state 1", false},
		"wherever it can be":    {map[string]bool{}, "state 1", true},
		"at what never happens": {without(all, "fmt.Sscan"), "state 0", false},
	} {
		t.Run(name, func(t *testing.T) {
			first, rest, err := Split(whole, c.first)
			if err != nil {
				t.Fatal(err)
			}
			if len(first)+len(rest) > len(whole)*11/10 || len(first) > len(whole) {
				t.Errorf("the parts have %d and %d bytes, of %d", len(first), len(rest), len(whole))
			}
			said, err := runNode(t, standing, first, rest)
			if err == nil {
				t.Error("it did not end with the panic it should")
			}
			for line, n := range map[string]int{
				"recovered: at the bottom": 3, "sum 244650": 3, c.state: 1,
				"invalid memory address or nil pointer dereference": 1,
			} {
				if got := strings.Count(said, line); got != n {
					t.Errorf("%q is said %d times, not %d:\n%.2000s", line, got, n, said)
				}
			}
			if c.names && strings.Count(said, "main.grow(") < 100 {
				t.Errorf("a trace has no names:\n%.2000s", said)
			}
		})
	}
	for n := range 300 {
		Split(whole[:len(whole)*n/300], nil) // must not panic
	}
}

func without(all map[string]bool, name string) map[string]bool {
	out := map[string]bool{}
	for n := range all {
		out[n] = n != name
	}
	return out
}

// What the table of functions says of those of the first part is there from the
// beginning, and of the others once the rest is.
func TestPartData(t *testing.T) {
	whole := compileText(t, program)
	first, rest, err := Split(whole, map[string]bool{"main.grow": true})
	if err != nil {
		t.Fatal(err)
	}
	image := func(parts ...[]byte) segment {
		var all []segment
		for _, part := range parts {
			sections, err := sections(part)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range sections {
				if s.kind == dataSection {
					data, err := readData(s.body)
					if err != nil {
						t.Fatal(err)
					}
					all = append(all, data...)
				}
			}
		}
		return flat(all)
	}
	m, err := readModule(first)
	if err != nil {
		t.Fatal(err)
	}
	stub := map[uint64]bool{} // by slot
	for f, slot := range m.slots {
		all, ok := instructions(m.bodies[f-uint64(m.imported)])
		stub[slot] = ok && len(all) == 4 && all[1].op == opI32Const && uint64(all[1].a) == slot && all[2].op == opCall
	}
	entries := func(image segment) (there, missing []uint64, table []byte) {
		l, table, ok := functionTable(image.data)
		if !ok {
			t.Fatal("no table of functions")
		}
		functions := table[l.Table:]
		for i := range l.Functions {
			slot, at := binary.LittleEndian.Uint32(functions[8*i:]), binary.LittleEndian.Uint32(functions[8*i+4:])
			if binary.LittleEndian.Uint32(functions[at:]) == slot {
				there = append(there, uint64(slot))
			} else {
				missing = append(missing, uint64(slot))
			}
		}
		return there, missing, table[l.Names:l.Units]
	}
	there, missing, names := entries(image(first))
	for _, slot := range there {
		if stub[slot] {
			t.Fatalf("the first part tells of the function in slot %d, which it hasn't", slot)
		}
	}
	for _, slot := range missing {
		if !stub[slot] {
			t.Fatalf("the first part doesn't tell of the function in slot %d, which it has", slot)
		}
	}
	if len(missing) < 100 || len(there) < 100 || bytes.Contains(names, []byte("main.grow")) {
		t.Errorf("the first part tells of %d functions and not of %d; names %.20q", len(there), len(missing), names)
	}
	if _, missing, names := entries(image(first, rest)); len(missing) > 0 || !bytes.Contains(names, []byte("main.grow")) {
		t.Errorf("both parts don't tell of %d functions", len(missing))
	}
}
