package bundle

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// runNode runs a script with wasm_exec.js and files of that content as its arguments,
// and returns what it said and how it ended.
func runNode(t *testing.T, script string, files ...[]byte) (said string, err error) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no Node to run it with")
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{writeTemp(t, "run.js", []byte(script)), filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js")}
	for _, content := range files {
		args = append(args, writeTemp(t, "part.wasm", content))
	}
	out, err := exec.Command(node, args...).CombinedOutput()
	return string(out), err
}

// compileText is the wasm of a program, with the names of its functions.
func compileText(t *testing.T, program string) []byte {
	t.Helper()
	main := writeTemp(t, "main.go", []byte(program))
	wasm, err := Compile(".", main+".wasm", Named, main)
	if err != nil {
		t.Fatal(err)
	}
	return wasm
}

func writeTemp(t *testing.T, name string, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}
