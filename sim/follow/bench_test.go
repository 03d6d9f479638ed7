package follow

import (
	"bytes"
	"crypto/tls"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"tlsplay/sim/keys"
)

// benchSize is how much application data the benchmarks' captures hold, in bytes.
const benchSize = 50 << 20

var benchSuites = []uint16{tls.TLS_AES_128_GCM_SHA256, tls.TLS_AES_256_GCM_SHA384, tls.TLS_CHACHA20_POLY1305_SHA256}

func benchCapture(b *testing.B, suite uint16) (c capture, size int64) {
	setSuites13(b, suite)
	text := []byte("plain text in which no dissector sees a protocol of its own\n")
	c = pair(b, tls.VersionTLS13, 0, bytes.Repeat(text, benchSize/len(text)))
	for _, r := range c.records {
		size += int64(len(r.data))
	}
	return c, size
}

// BenchmarkFollow dissects and decrypts 50 MB of TLS 1.3 with full trees. The
// target is 20 MB/s natively and 5 MB/s as js/wasm.
func BenchmarkFollow(b *testing.B) {
	for _, suite := range benchSuites {
		s, _ := keys.SuiteByID(suite)
		b.Run(s.Name, func(b *testing.B) {
			c, size := benchCapture(b, suite)
			b.SetBytes(size)
			for b.Loop() {
				f, events := c.follow(nil)
				if e := events[len(events)/2]; !e.Protection.Opened || len(f.Checks) < 3 {
					b.Fatal("nothing was opened")
				}
			}
			b.ReportMetric(float64(len(c.records)), "records")
		})
	}
}

// BenchmarkTshark lets tshark -V read the same bytes, with the same keys.
func BenchmarkTshark(b *testing.B) {
	if _, err := exec.LookPath("tshark"); runtime.GOOS == "js" || err != nil {
		b.Skip("skipped: no tshark")
	}
	for _, suite := range benchSuites[:1] { // it takes long enough
		s, _ := keys.SuiteByID(suite)
		b.Run(s.Name, func(b *testing.B) {
			c, size := benchCapture(b, suite)
			dir := b.TempDir()
			file, log := filepath.Join(dir, "bench.pcap"), filepath.Join(dir, "keylog")
			for name, data := range map[string][]byte{file: pcap([]capture{c}), log: []byte(c.log.String())} {
				if err := os.WriteFile(name, data, 0o600); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(size)
			for b.Loop() {
				if err := exec.Command("tshark", "-r", file, "-o", "tls.keylog_file:"+log, "-V").Run(); err != nil {
					b.Skipf("skipped: tshark: %v", err)
				}
			}
		})
	}
}
