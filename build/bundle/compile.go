package bundle

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Linker flags: without symbols and DWARF, for what is published, and with the names
// of functions, which [Split] needs and removes.
const (
	Stripped = "-s -w"
	Named    = "-w"
)

// computing are the packages that work on every byte: fields, curves, ciphers and
// hashes. Only they are compiled with inlining, which makes them fast; anywhere
// else it makes code larger, by a sixth of the compressed wasm, and handshakes no
// faster than measurements can tell.
var computing = []string{
	"math/bits",
	"crypto/internal/fips140deps/...", "crypto/internal/fips140/aes/...", "crypto/internal/fips140/bigmod",
	"crypto/internal/fips140/edwards25519/field", "crypto/internal/fips140/mlkem", "crypto/internal/fips140/nistec/fiat",
	"crypto/internal/fips140/sha256",
	"vendor/golang.org/x/crypto/internal/...", "vendor/golang.org/x/crypto/chacha20/...",
}

// Compile builds what the arguments name, a package or Go files of the module
// at dir, for js/wasm, into out, and returns it shrunk. The result depends on the
// sources, the linker flags and the toolchain only. When out is up to date the
// go command leaves it alone.
func Compile(dir, out, ldflags string, args ...string) ([]byte, error) {
	build := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=" + ldflags, "-o", out}
	build = append(build, "-gcflags=all=-l")
	for _, p := range computing {
		build = append(build, "-gcflags="+p+"=") // the last that fits counts
	}
	cmd := exec.Command("go", append(build, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("build: compiling %s for js/wasm failed", strings.Join(args, " "))
	}
	b, err := os.ReadFile(out)
	if err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	return Shrink(b)
}

// WasmExec is the JavaScript half of the Go runtime, of the very toolchain
// that Compile uses: the two halves only fit as a pair.
func WasmExec() ([]byte, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("build: go env GOROOT: %w", err)
	}
	b, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	return b, nil
}
