package pki

import (
	"bytes"
	"crypto/x509"
	"testing"
	"time"

	"tlsplay/sim/entropy"
	"tlsplay/sim/scenario"
)

func TestChains(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	seed := entropy.Seed{1}
	for _, kind := range scenario.Certificates {
		c, err := New(kind, "a.example", now, now, seed.Stream("pki"))
		if err != nil {
			t.Fatal(err)
		}
		inter := x509.NewCertPool()
		inter.AddCert(c.Intermediate)
		opts := x509.VerifyOptions{DNSName: "a.example", Roots: c.Roots(), Intermediates: inter, CurrentTime: now}
		if chains, err := c.Leaf.Verify(opts); err != nil || len(chains) != 1 || len(chains[0]) != 3 {
			t.Errorf("%s: %d chains, %v", kind, len(chains), err)
		}
		again, err := New(kind, "a.example", now, now, seed.Stream("pki"))
		if err != nil || !bytes.Equal(again.Leaf.Raw, c.Leaf.Raw) || !bytes.Equal(again.Root.Raw, c.Root.Raw) {
			t.Errorf("%s: the same randomness made another chain (%v)", kind, err)
		}
		old, err := New(kind, "a.example", now, Expired(now), seed.Stream("pki"))
		if err != nil || !old.Leaf.NotAfter.Before(now) || old.Intermediate.NotAfter.Before(now) {
			t.Errorf("%s: the expired certificate ends at %v (%v)", kind, old.Leaf.NotAfter, err)
		}
	}
	if _, err := New("dsa", "a.example", now, now, seed.Stream("pki")); err == nil {
		t.Error("a chain of unknown keys was made")
	}
}
