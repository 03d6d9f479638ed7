package sim

import (
	"strings"
	"testing"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/entropy"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// Every cipher suite that crypto/tls implements is spoken at every version that
// it claims, and is the only one that the client offers.
func TestSuites(t *testing.T) {
	ran := 0
	for _, version := range scenario.Versions {
		for _, suite := range scenario.Suites() {
			sc := scenario.Default()
			sc.Version, sc.Suite, sc.Certificate = version, suite, "rsa-2048"
			if strings.Contains(suite, "_ECDSA_") {
				sc.Certificate = "ecdsa-p256"
			}
			if sc.Clock = "2026-02-03T04:05:06Z"; sc.Check() != nil {
				continue // no suite of that version
			}
			ran++
			t.Run(version+" "+suite, func(t *testing.T) {
				if entropy.Native == nil { // of which there is one
					t.Parallel() // the lists of TLS 1.3 are the whole program's
				}
				tr := run(t, sc)
				if tr.Version != "TLS "+version || tr.Suite != suite {
					t.Errorf("negotiated %s, %s", tr.Version, tr.Suite)
				}
				for _, e := range tr.Endpoints {
					if e.Doing != endpoint.Done {
						t.Errorf("the %s: %+v", e.Side, e)
					}
				}
				tr.Events[0].Tree.Walk(func(n *trace.Node) bool {
					if n.ID == "client_hello.cipher_suites" && n.Len != 2 {
						t.Errorf("the client offers %d bytes of suites", n.Len)
					}
					return true
				})
				checkWellFormed(t, tr)
				checkOpened(t, tr)
				checkReadable(t, tr, sc)
			})
		}
	}
	if ran < 45 {
		t.Errorf("only %d suites and versions ran", ran)
	}
}
