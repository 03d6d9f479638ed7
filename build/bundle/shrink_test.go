package bundle

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program walks its stacks in every way the runtime has: they grow and are copied,
// the collector scans them, and panics unwind them and are told with their traces.
const program = `package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

func grow(n int) (sum int) {
	defer func() {
		if n == 700 {
			if r := recover(); r != nil { fmt.Println("recovered:", r) }
		}
	}()
	pad := make([]*int, 8)
	pad[n%8] = &n
	if n%100 == 0 { runtime.GC() }
	if n == 1000 { fmt.Println(string(debug.Stack())); panic("at the bottom") }
	return grow(n+1) + *pad[n%8]
}

func main() {
	done := make(chan int)
	for range 3 { go func() { done <- grow(0) }() }
	for range 3 { fmt.Println("sum", <-done) }
	_, file, line, ok := runtime.Caller(0)
	fmt.Println("here", file, line, ok)
	var p *int
	fmt.Println(*p)
}
`

func TestShrink(t *testing.T) {
	dir := t.TempDir()
	main, out := filepath.Join(dir, "main.go"), filepath.Join(dir, "out.wasm")
	if err := os.WriteFile(main, []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	small, err := Compile(".", out, Stripped, main)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := len(Gzip(small)), len(Gzip(whole)); float64(a) > 0.85*float64(b) {
		t.Errorf("%d bytes compressed, and %d before: has the linker changed?", a, b)
	}
	if a, b := len(small), len(whole); float64(a) > 0.83*float64(b) {
		t.Errorf("%d bytes, and %d before: has the linker changed?", a, b)
	}
	if again, err := Shrink(small); err != nil || !bytes.Equal(again, small) {
		t.Errorf("shrunk again it is %d bytes, not %d: %v", len(again), len(small), err)
	}
	if bytes.Contains(small, []byte("main.go")) {
		t.Error("the names of files are still in it")
	}
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("no Node to run it with")
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	run := func(wasm []byte) string {
		file := filepath.Join(dir, "run.wasm")
		if err := os.WriteFile(file, wasm, 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "go_js_wasm_exec"), file)
		cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
		said, err := cmd.CombinedOutput()
		if err == nil {
			t.Error("it did not end with the panic it should")
		}
		return string(said)
	}
	got, want := run(small), run(whole)
	for _, line := range []string{"recovered: at the bottom", "sum 244650", "main.grow(", "invalid memory address or nil pointer dereference", "main.main()"} {
		if strings.Count(got, line) != strings.Count(want, line) || !strings.Contains(want, line) {
			t.Errorf("%q is said %d times, and %d times without Shrink:\n%s", line, strings.Count(got, line), strings.Count(want, line), got)
		}
	}
	if !strings.Contains(got, "here ? 0 ") {
		t.Error("there is still a line number")
	}
}

// What is no wasm is an error, and what is none of Go's stays as it is.
func TestShrinkOthers(t *testing.T) {
	data := func(segments ...segment) []byte {
		body := appendData(nil, segments)
		return append(binary.AppendUvarint([]byte(header+"\x0b"), uint64(len(body))), body...)
	}
	table := append(append([]byte("x"), lineTableMark...), bytes.Repeat([]byte{0xff}, 200)...)
	for name, c := range map[string]struct{ in, want []byte }{
		"nothing in it":            {[]byte(header), []byte(header)},
		"a custom section":         {[]byte(header + "\x00\x05\x04abcd"), []byte(header + "\x00\x05\x04abcd")},
		"near and far":             {data(segment{100, []byte("a")}, segment{103, []byte("b")}, segment{1 << 20, []byte("c")}), data(segment{100, []byte("a\x00\x00b")}, segment{1 << 20, []byte("c")})},
		"no order":                 {data(segment{100, []byte("a")}, segment{50, []byte("b")}), data(segment{100, []byte("a")}, segment{50, []byte("b")})},
		"a table that can't be so": {data(segment{0, table}), data(segment{0, table})},
		"no table after the mark":  {data(segment{0, lineTableMark}), data(segment{0, lineTableMark})},
	} {
		got, err := Shrink(c.in)
		if err != nil || !bytes.Equal(got, c.want) {
			t.Errorf("%s: %q, %v, want %q", name, got, err, c.want)
		}
		for n := range c.in {
			Shrink(c.in[:n]) // must not panic
		}
	}
	for _, bad := range []string{"", "\x00asm", header + "\x0b\xff", header + "\x0b\x03\x01\x01\x01"} {
		if got, err := Shrink([]byte(bad)); err == nil {
			t.Errorf("%q became %q", bad, got)
		}
	}
}
