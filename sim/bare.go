package sim

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"time"

	"tlsplay/sim/entropy"
	"tlsplay/sim/pki"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/sim/wire"
)

// Bare makes the handshakes of a scenario and nothing else: no certificates
// anew, no reading of the wire, no application data. It is the yardstick
// against which the benchmarks hold whole runs.
type Bare struct {
	sc    scenario.Scenario
	now   time.Time
	cert  tls.Certificate
	roots *x509.CertPool
}

// NewBare makes the certificates that all handshakes share.
func NewBare(sc scenario.Scenario) (*Bare, error) {
	now := time.Now()
	chain, err := pki.New(pki.Order{Kind: sc.Certificate, Names: []string{sc.Host}, Now: now}, entropy.NewSeed().Stream("pki"))
	if err != nil {
		return nil, err
	}
	return &Bare{sc, now, chain.TLS(), (&verifier{roots: chain.Roots()}).pool()}, nil
}

// Handshake is one handshake, of both ends.
func (b *Bare) Handshake() error {
	client := config(b.sc, func() time.Time { return b.now }, nil, io.Discard)
	client.ServerName, client.RootCAs = b.sc.Host, b.roots
	server := config(b.sc, func() time.Time { return b.now }, nil, io.Discard)
	server.Certificates = []tls.Certificate{b.cert}
	l := wire.New(func(p []byte) (int, trace.Kind) { return len(p), trace.KindBytes }, wire.Path{})
	var errs [2]error
	// Both ends offer the same suites, so what one may use suits the other.
	withSuites13(client.CipherSuites, func() {
		l.Start(trace.Server, func(c net.Conn) { errs[0] = tls.Server(c, server).Handshake() })
		l.Start(trace.Client, func(c net.Conn) { errs[1] = tls.Client(c, client).Handshake() })
		for p := l.Take(); p != nil; p = l.Take() {
			l.Deliver(p)
		}
	})
	return errors.Join(errs[:]...)
}
