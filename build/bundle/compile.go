package bundle

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Stripped are the linker flags for what is published: no symbols, no DWARF.
const Stripped = "-s -w"

// notInlined are packages compiled without inlining. It takes a twelfth off the
// compressed size and leaves handshakes as fast as they were: the packages that
// compute (crypto/..., math/bits, runtime, sim/dissect, sim/keys) are not here.
var notInlined = []string{
	"bufio", "context", "crypto/hpke", "crypto/tls", "crypto/x509", "crypto/x509/pkix",
	"encoding/asn1", "encoding/json", "fmt", "image", "internal/fmtsort", "io", "io/fs",
	"math/big", "net", "net/netip", "net/url", "os", "path/filepath", "reflect", "strconv", "time",
	"vendor/golang.org/x/net/dns/dnsmessage",
	"github.com/...", "honnef.co/...",
	"tlsplay/wasm/...", "tlsplay/sim", "tlsplay/sim/endpoint", "tlsplay/sim/pki", "tlsplay/sim/registry", "tlsplay/sim/scenario", "tlsplay/sim/wire", "tlsplay/sim/x509view",
}

// Compile builds what the arguments name, a package or Go files of the module
// at dir, for js/wasm, into out, and returns it. The result depends on the
// sources, the linker flags and the toolchain only. When out is up to date the
// go command leaves it alone.
func Compile(dir, out, ldflags string, args ...string) ([]byte, error) {
	build := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=" + ldflags, "-o", out}
	for _, p := range notInlined {
		build = append(build, "-gcflags="+p+"=-l")
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
	return b, nil
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
