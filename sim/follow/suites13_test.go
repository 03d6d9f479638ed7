package follow

import (
	"testing"
	_ "unsafe" // for go:linkname
)

// crypto/tls does not let a Config choose the suites of TLS 1.3, but keeps these
// lists reachable; see sim/suites13.go.

//go:linkname suites13 crypto/tls.defaultCipherSuitesTLS13
var suites13 []uint16

//go:linkname suites13NoAES crypto/tls.defaultCipherSuitesTLS13NoAES
var suites13NoAES []uint16

// setSuites13 lets TLS 1.3 know one suite until the test ends.
func setSuites13(t testing.TB, id uint16) {
	with, without := suites13, suites13NoAES
	suites13, suites13NoAES = []uint16{id}, []uint16{id}
	t.Cleanup(func() { suites13, suites13NoAES = with, without })
}
