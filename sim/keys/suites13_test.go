package keys

import (
	"testing"
	_ "unsafe" // for go:linkname
)

// crypto/tls has no setting for the suites of TLS 1.3. These two lists are what
// a hello offers, in order; crypto/tls lets others link to them.

//go:linkname defaultCipherSuitesTLS13 crypto/tls.defaultCipherSuitesTLS13
var defaultCipherSuitesTLS13 []uint16

//go:linkname defaultCipherSuitesTLS13NoAES crypto/tls.defaultCipherSuitesTLS13NoAES
var defaultCipherSuitesTLS13NoAES []uint16

// setSuites13 makes crypto/tls offer one suite of TLS 1.3 for the test.
func setSuites13(t testing.TB, id uint16) {
	a, b := defaultCipherSuitesTLS13, defaultCipherSuitesTLS13NoAES
	defaultCipherSuitesTLS13, defaultCipherSuitesTLS13NoAES = []uint16{id}, []uint16{id}
	t.Cleanup(func() { defaultCipherSuitesTLS13, defaultCipherSuitesTLS13NoAES = a, b })
}
