package pki

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"os"
	"reflect"
	"testing"
	"time"

	"tlsplay/sim/entropy"
	"tlsplay/sim/scenario"
)

var update = flag.Bool("update", false, "found the stored authorities anew")

// The stored authorities are of the keys beside them, and valid for years.
func TestStored(t *testing.T) {
	for _, kind := range scenario.Certificates {
		if kind != authorityOf(kind) {
			continue
		}
		if *update {
			root, intermediate, err := found(kind, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), entropy.NewSeed().Stream("pki"))
			if err != nil {
				t.Fatal(err)
			}
			for role, c := range map[string]*x509.Certificate{"root": root, "intermediate": intermediate} {
				text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
				if err := os.WriteFile("keys/"+kind+"-"+role+".crt", text, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			continue
		}
		for _, role := range []string{"root", "intermediate"} {
			c, err := stored(kind, role)
			if err != nil {
				t.Fatal(err)
			}
			k, err := key(kind, role)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(c.PublicKey, k.Public()) {
				t.Errorf("%s-%s.crt is not of the key beside it", kind, role)
			}
			if c.NotAfter.Sub(c.NotBefore) < 9*365*day {
				t.Errorf("%s-%s.crt is valid until %v only", kind, role, c.NotAfter)
			}
		}
	}
}

func TestChains(t *testing.T) {
	for _, now := range []time.Time{
		time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), // by the stored authorities
		time.Date(1987, 3, 4, 5, 6, 7, 0, time.UTC), // by others
		time.Date(2051, 3, 4, 5, 6, 7, 0, time.UTC),
	} {
		testChains(t, now)
	}
	if _, err := New("dsa", "a.example", time.Now(), time.Now(), entropy.Seed{1}.Stream("pki")); err == nil {
		t.Error("a chain of unknown keys was made")
	}
}

func testChains(t *testing.T, now time.Time) {
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
}
