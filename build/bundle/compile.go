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

// notInlined are packages compiled without inlining. It takes an eighth off the
// compressed size and leaves handshakes as fast as they were, within a few
// percent: the packages that compute on every byte (the fields, curves, ciphers
// and hashes below crypto/internal/fips140, math/bits, sim/dissect, sim/keys)
// are not here.
var notInlined = []string{
	// The runtime and what everything stands on.
	"runtime", "runtime/...", "internal/...", "errors", "sync", "sync/atomic", "syscall", "syscall/js",
	"slices", "maps", "iter", "cmp", "sort", "strings", "bytes", "unicode", "unicode/utf8", "unique", "weak",
	"bufio", "context", "fmt", "hash", "image", "io", "io/fs", "log", "math", "math/big", "math/rand/v2",
	"net", "net/netip", "net/url", "os", "path", "path/filepath", "reflect", "strconv", "time",
	"encoding/asn1", "encoding/base64", "encoding/binary", "encoding/hex", "encoding/json", "encoding/pem",
	"vendor/golang.org/x/net/dns/dnsmessage",
	// TLS, certificates, and the parts of cryptography that only call others.
	"crypto", "crypto/cipher", "crypto/ecdh", "crypto/ecdsa", "crypto/ed25519", "crypto/hpke", "crypto/rsa",
	"crypto/tls", "crypto/x509", "crypto/x509/pkix",
	"crypto/internal/boring", "crypto/internal/fips140cache", "crypto/internal/fips140hash",
	"crypto/internal/fips140only", "crypto/internal/rand", "crypto/internal/sysrand",
	"crypto/internal/fips140/check", "crypto/internal/fips140/drbg", "crypto/internal/fips140/ecdh",
	"crypto/internal/fips140/ecdsa", "crypto/internal/fips140/ed25519", "crypto/internal/fips140/hkdf",
	"crypto/internal/fips140/tls12", "crypto/internal/fips140/tls13",
	// Bindings and our own that only put things together.
	"github.com/...", "honnef.co/...",
	"tlsplay/wasm/...", "tlsplay/sim", "tlsplay/sim/endpoint", "tlsplay/sim/entropy", "tlsplay/sim/explain",
	"tlsplay/sim/follow", "tlsplay/sim/keys", "tlsplay/sim/pki", "tlsplay/sim/registry", "tlsplay/sim/scenario", "tlsplay/sim/trace",
	"tlsplay/sim/wire", "tlsplay/sim/asn1view", "tlsplay/sim/trust", "tlsplay/sim/x509view",
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
