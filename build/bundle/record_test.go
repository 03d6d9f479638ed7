package bundle

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"
)

// A recording wasm notes what it calls and nothing else, and does what it did.
func TestRecord(t *testing.T) {
	code := compileText(t, `package main

import "os"

func called() string { return "done" }

func spared() string { return "never" }

func main() {
	if len(os.Args) > 5 {
		println(spared())
	}
	println(called())
}
`)
	recording, err := record(code)
	if err != nil {
		t.Fatal(err)
	}
	said, err := runNode(t, `
		globalThis.fs = require("fs");
		require(process.argv[2]);
		(async () => {
			const go = new Go();
			const { instance } = await WebAssembly.instantiate(fs.readFileSync(process.argv[3]), go.importObject);
			await go.run(instance);
			console.log(Buffer.from(instance.exports.mem.buffer.slice(1024, 4096)).toString("hex"));
		})();`, recording)
	lines := strings.Fields(said)
	if err != nil || len(lines) != 2 || lines[0] != "done" {
		t.Fatalf("it said %.300s, %v", said, err)
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
