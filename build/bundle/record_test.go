package bundle

import (
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A recording wasm notes what it calls and nothing else, and does what it did.
func TestRecord(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no Node to run it with")
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, content string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	code, err := Compile(".", filepath.Join(dir, "out.wasm"), Named, write("main.go", `package main

import "os"

func called() string { return "done" }

func spared() string { return "never" }

func main() {
	if len(os.Args) > 5 {
		println(spared())
	}
	println(called())
}
`))
	if err != nil {
		t.Fatal(err)
	}
	recording, err := record(code)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, write("run.js", `
		globalThis.fs = require("fs");
		require(process.argv[2]);
		(async () => {
			const go = new Go();
			const { instance } = await WebAssembly.instantiate(fs.readFileSync(process.argv[3]), go.importObject);
			await go.run(instance);
			console.log(Buffer.from(instance.exports.mem.buffer.slice(1024, 4096)).toString("hex"));
		})();`), filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"), write("recording.wasm", string(recording)))
	out, err := cmd.CombinedOutput()
	lines := strings.Fields(string(out))
	if err != nil || len(lines) != 2 || lines[0] != "done" {
		t.Fatalf("it said %.300s, %v", out, err)
	}
	bits, err := hex.DecodeString(lines[1])
	if err != nil {
		t.Fatal(err)
	}
	b := &Bundle{}
	if b.Functions, err = functions(code); err != nil {
		t.Fatal(err)
	}
	names := b.Called(bits)
	if !slices.Contains(names, "main.main") || !slices.Contains(names, "main.called") || slices.Contains(names, "main.spared") {
		t.Errorf("these were called: %q", names)
	}
	for n := range 100 {
		record(code[:len(code)*n/100]) // must not panic
	}
}
