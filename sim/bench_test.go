package sim

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"testing"
	"time"

	"tlsplay/sim/entropy"
	"tlsplay/sim/pki"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/sim/wire"
)

// BenchmarkHandshake is whole runs, with everything that the page shows
// computed, beside bare handshakes of the same two endpoints.
func BenchmarkHandshake(b *testing.B) {
	for _, version := range scenario.Versions {
		for _, kind := range scenario.Certificates {
			sc := scenario.Default()
			sc.Version, sc.Certificate = version, kind
			b.Run("engine/"+version+"/"+kind, func(b *testing.B) {
				for b.Loop() {
					if _, err := Run(context.Background(), sc, nil); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("bare/"+version+"/"+kind, func(b *testing.B) {
				now := time.Now()
				chain, err := pki.New(kind, sc.Host, now, now, entropy.NewSeed().Stream("pki"))
				if err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					bare(b, sc, now, chain.TLS(), chain.Roots())
				}
			})
		}
	}
}

// bare is a handshake and nothing else.
func bare(b *testing.B, sc scenario.Scenario, now time.Time, cert tls.Certificate, roots *x509.CertPool) {
	client := config(sc, now, nil, io.Discard)
	client.ServerName, client.RootCAs = sc.Host, roots
	server := config(sc, now, nil, io.Discard)
	server.Certificates = []tls.Certificate{cert}
	l := wire.New(func(p []byte) (int, trace.Kind) { return len(p), trace.KindBytes })
	var errs [2]error
	l.Start(trace.Server, func(c net.Conn) { errs[0] = tls.Server(c, server).Handshake() })
	l.Start(trace.Client, func(c net.Conn) { errs[1] = tls.Client(c, client).Handshake() })
	for p, ok := l.Take(); ok; p, ok = l.Take() {
		l.Deliver(p)
	}
	if errs[0] != nil || errs[1] != nil {
		b.Fatal(errs)
	}
}
