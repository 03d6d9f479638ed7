package pki

import (
	"bytes"
	"crypto/x509"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"tlsplay/sim/entropy"
	"tlsplay/sim/scenario"
)

var update = flag.Bool("update", false, "found the stored authorities anew")

// The stored authorities are of the keys beside them, and valid for years.
func TestStored(t *testing.T) {
	for _, kind := range scenario.AuthorityKeys {
		if *update {
			made := &Chain{random: entropy.NewSeed().Stream("pki")}
			o := Order{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Owner: "Playground"} // anew
			if err := made.found(scenario.NewPlan(true, kind, nil, "", nil), o); err != nil {
				t.Fatal(err)
			}
			for role, c := range map[string]*x509.Certificate{"root": made.Root, "intermediate": made.Intermediate} {
				if err := os.WriteFile("keys/"+kind+"-"+role+".der", c.Raw, 0o644); err != nil {
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
				t.Errorf("%s-%s.der is not of the key beside it", kind, role)
			}
			if c.NotAfter.Sub(c.NotBefore) < 9*365*day {
				t.Errorf("%s-%s.der is valid until %v only", kind, role, c.NotAfter)
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
	if _, err := New(Order{Kind: "dsa", Names: []string{"a.example"}, Now: time.Now()}, entropy.Seed{1}.Stream("pki")); err == nil {
		t.Error("a chain of unknown keys was made")
	}
	if _, err := New(Order{Kind: "ed25519", Names: []string{"a.example"}, Now: time.Now(), Fault: "all"}, entropy.Seed{1}.Stream("pki")); err == nil {
		t.Error("a chain with an unknown fault was made")
	}
}

func testChains(t *testing.T, now time.Time) {
	seed := entropy.Seed{1}
	for _, kind := range scenario.Certificates {
		o := Order{Kind: kind, Names: []string{"a.example", "b.example"}, Now: now}
		c, err := New(o, seed.Stream("pki"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range o.Names {
			if chains, err := c.Leaf.Verify(options(c, now, name)); err != nil || len(chains) != 1 || len(chains[0]) != 3 {
				t.Errorf("%s: %d chains, %v", kind, len(chains), err)
			}
		}
		again, err := New(o, seed.Stream("pki"))
		if err != nil || !bytes.Equal(again.Leaf.Raw, c.Leaf.Raw) || !bytes.Equal(again.Root.Raw, c.Root.Raw) {
			t.Errorf("%s: the same randomness made another chain (%v)", kind, err)
		}
		o.Fault = scenario.Expired
		old, err := New(o, seed.Stream("pki"))
		if err != nil || !old.Leaf.NotAfter.Before(now) || old.Intermediate.NotAfter.Before(now) {
			t.Errorf("%s: the expired certificate ends at %v (%v)", kind, old.Leaf.NotAfter, err)
		}
		o.Fault, o.Client = "", true
		client, err := New(o, seed.Stream("pki"))
		if err != nil {
			t.Fatal(err)
		}
		opts := options(client, now, "")
		opts.KeyUsages = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		if _, err := client.Leaf.Verify(opts); err != nil {
			t.Errorf("%s, of a client: %v", kind, err)
		}
	}
}

// options is how a peer verifies what the chain's end sends.
func options(c *Chain, now time.Time, name string) x509.VerifyOptions {
	inter := x509.NewCertPool()
	for _, sent := range c.sent[1:] {
		inter.AddCert(sent)
	}
	roots := x509.NewCertPool()
	for _, c := range c.Roots() {
		roots.AddCert(c)
	}
	return x509.VerifyOptions{DNSName: name, Roots: roots, Intermediates: inter, CurrentTime: now}
}

// Each fault of a chain makes crypto/x509 refuse it in the words that its
// documentation has for it, if it does refuse it.
func TestFaults(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	want := map[string]string{
		scenario.Expired:             "certificate has expired or is not yet valid: current time 2026-03-04T05:06:07Z is after",
		scenario.NotYetValid:         "certificate has expired or is not yet valid: current time 2026-03-04T05:06:07Z is before",
		scenario.WrongHost:           "certificate is valid for other.a.example, not a.example",
		scenario.WildcardTooDeep:     "certificate is valid for *.a.example, not a.example",
		scenario.SelfSigned:          "certificate signed by unknown authority",
		scenario.UnknownRoot:         "certificate signed by unknown authority",
		scenario.MissingIntermediate: "certificate signed by unknown authority",
		scenario.WrongOrder:          "certificate is not valid for any names, but wanted to match a.example",
		scenario.IntermediateNotCA:   "parent certificate cannot sign this kind of certificate",
		scenario.PathLength:          "too many intermediates for path length constraint",
		scenario.NameConstraint:      `a root or intermediate certificate is not authorized to sign for this name: DNS name "a.example" is not permitted by any constraint`,
		scenario.WrongUsage:          "certificate specifies an incompatible key usage",
		scenario.SHA1:                "insecure algorithm",
		scenario.CommonNameOnly:      "certificate relies on legacy Common Name field, use SANs instead",
		scenario.RSA1024:             "",
		scenario.RSA512:              "",
		scenario.KeyMismatch:         "", // shows when it signs
		scenario.Revoked:             "", // stands elsewhere
	}
	for _, fault := range scenario.CertificateFaults {
		for _, kind := range scenario.Certificates {
			if fault == scenario.SHA1 && kind == "ed25519" {
				continue
			}
			c, err := New(Order{Kind: kind, Names: []string{"a.example"}, Now: now, Fault: fault}, entropy.Seed{1}.Stream("pki"))
			if err != nil {
				t.Fatalf("%s, %s: %v", kind, fault, err)
			}
			_, err = c.sent[0].Verify(options(c, now, "a.example"))
			if text, known := want[fault]; !known {
				t.Errorf("%s: say here what comes of it", fault)
			} else if (err == nil) != (text == "") || err != nil && !strings.Contains(err.Error(), text) {
				t.Errorf("%s, %s: %v, want %q", kind, fault, err, text)
			}
			if matches := reflect.DeepEqual(c.Key.Public(), c.Leaf.PublicKey); matches == (fault == scenario.KeyMismatch) {
				t.Errorf("%s, %s: the key matches: %v", kind, fault, matches)
			}
		}
	}
}

func TestStaple(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for _, kind := range scenario.Certificates {
		c, err := New(Order{Kind: kind, Names: []string{"a.example"}, Now: now}, entropy.Seed{1}.Stream("pki"))
		if err != nil {
			t.Fatal(err)
		}
		chain := []*x509.Certificate{c.Leaf, c.Intermediate, c.Root}
		good, err := c.Staple(false, now)
		if err != nil {
			t.Fatal(err)
		}
		revoked, err := c.Staple(true, now)
		if err != nil {
			t.Fatal(err)
		}
		if kind != "ed25519" { // which golang.org/x/crypto/ocsp does not know
			if r, err := ocsp.ParseResponseForCert(good, c.Leaf, c.Intermediate); err != nil || r.Status != ocsp.Good {
				t.Errorf("%s: golang.org/x/crypto/ocsp reads %+v, %v", kind, r, err)
			}
			if r, err := ocsp.ParseResponseForCert(revoked, c.Leaf, c.Intermediate); err != nil || r.Status != ocsp.Revoked || r.RevocationReason != ocsp.KeyCompromise {
				t.Errorf("%s: golang.org/x/crypto/ocsp reads %+v, %v", kind, r, err)
			}
		}
		bent := append([]byte(nil), good...)
		bent[len(bent)-1] ^= 1
		for _, check := range []struct {
			staple []byte
			chain  []*x509.Certificate
			now    time.Time
			want   string
		}{
			{good, chain, now, ""},
			{revoked, chain, now, "revoked on 2026-03-02"},
			{good, chain, now.Add(8 * day), "not for now"},
			{good, chain, now.Add(-day), "not for now"},
			{good, chain[:1], now, "no issuer"},
			{nil, chain, now, "stapled no OCSP response"},
			{bent, chain, now, "OCSP response: "},
			{good[:40], chain, now, "OCSP response: "},
		} {
			err := CheckStaple(check.staple, check.chain, check.now)
			if (err == nil) != (check.want == "") || err != nil && !strings.Contains(err.Error(), check.want) {
				t.Errorf("%s: %v, want %q", kind, err, check.want)
			}
		}
	}
}
