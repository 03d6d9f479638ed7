package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// benchFollow runs the benchmarks of sim/follow, natively and as js/wasm.
func benchFollow(root string) error {
	args := []string{"test", "-run", "^$", "-bench", "Follow|Tshark", "-benchtime", "1x", "./sim/follow"}
	if err := benchOf(root, nil, args); err != nil {
		return err
	}
	if _, err := exec.LookPath("node"); err != nil {
		fmt.Println("js/wasm: skipped, no node")
		return nil
	}
	fmt.Println("as js/wasm:")
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("build: go env GOROOT: %w", err)
	}
	node := filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "go_js_wasm_exec")
	return benchOf(root, []string{"GOOS=js", "GOARCH=wasm"}, append([]string{"test", "-exec", node}, args[1:]...))
}

// benchOf runs go with args and prints the lines of benchmarks.
func benchOf(root string, env, args []string) error {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = root, append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("build: benchmarks of sim/follow: %w", err)
	}
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "Benchmark") {
			fmt.Print(line)
		}
	}
	return nil
}
