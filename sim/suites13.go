package sim

import (
	"crypto/tls"
	_ "unsafe" // for go:linkname
)

// crypto/tls has no setting for the cipher suites of TLS 1.3 and prefers
// ChaCha20 on machines without AES instructions, which all of WebAssembly is.
// These two lists, which crypto/tls keeps reachable for quic-go, decide; with
// both alike a run offers and chooses the same in the browser, natively, and in
// a stock Go program on a common computer.
//
//go:linkname defaultCipherSuitesTLS13NoAES crypto/tls.defaultCipherSuitesTLS13NoAES
var defaultCipherSuitesTLS13NoAES []uint16

func init() {
	defaultCipherSuitesTLS13NoAES = []uint16{
		tls.TLS_AES_128_GCM_SHA256,
		tls.TLS_AES_256_GCM_SHA384,
		tls.TLS_CHACHA20_POLY1305_SHA256,
	}
}
