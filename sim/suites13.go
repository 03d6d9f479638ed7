package sim

import (
	"crypto/tls"
	"sync"
	_ "unsafe" // for go:linkname
)

// crypto/tls has no setting for the cipher suites of TLS 1.3 and prefers
// ChaCha20 on machines without AES instructions, which all of WebAssembly is.
// These two lists, which crypto/tls keeps reachable for quic-go, decide; with
// both alike a run offers and chooses the same in the browser, natively, and in
// a stock Go program on a common computer.
//
//go:linkname defaultCipherSuitesTLS13 crypto/tls.defaultCipherSuitesTLS13
var defaultCipherSuitesTLS13 []uint16

//go:linkname defaultCipherSuitesTLS13NoAES crypto/tls.defaultCipherSuitesTLS13NoAES
var defaultCipherSuitesTLS13NoAES []uint16

// stockSuites13 is the order of a stock Go program.
var stockSuites13 = []uint16{
	tls.TLS_AES_128_GCM_SHA256,
	tls.TLS_AES_256_GCM_SHA384,
	tls.TLS_CHACHA20_POLY1305_SHA256,
}

func init() { defaultCipherSuitesTLS13, defaultCipherSuitesTLS13NoAES = stockSuites13, stockSuites13 }

// suites13 guards the lists, which the whole program shares: an endpoint with a
// list of its own runs while no other does.
var suites13 sync.RWMutex

// withSuites13 runs f, in which one endpoint runs, while crypto/tls knows the
// TLS 1.3 cipher suites among ids and no others; without any it knows all.
func withSuites13(ids []uint16, f func()) {
	var own []uint16
	for _, id := range ids {
		if isSuite13(id) {
			own = append(own, id)
		}
	}
	if own == nil || len(own) == len(stockSuites13) {
		suites13.RLock()
		defer suites13.RUnlock()
		f()
		return
	}
	suites13.Lock()
	defer suites13.Unlock()
	defaultCipherSuitesTLS13, defaultCipherSuitesTLS13NoAES = own, own
	defer func() { defaultCipherSuitesTLS13, defaultCipherSuitesTLS13NoAES = stockSuites13, stockSuites13 }()
	f()
}
