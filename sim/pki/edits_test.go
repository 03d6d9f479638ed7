package pki

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"tlsplay/sim/entropy"
	"tlsplay/sim/scenario"
)

var editedAt = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// edited is a chain with edits, each certificate of it by its name.
func edited(t *testing.T, client bool, edits ...string) *Chain {
	t.Helper()
	sc := scenario.Default()
	sc.Client.Certificate, sc.Server.Chain = "ecdsa-p256", edits
	if client {
		sc.Client.Chain, sc.Server.Chain = edits, nil
	}
	if err := sc.Check(); err != nil {
		t.Fatal(err)
	}
	c, err := New(Order{Kind: "ecdsa-p256", Names: []string{"shop.example"}, Now: editedAt, Edits: edits, Client: client}, entropy.Seed{1}.Stream("pki"))
	if err != nil {
		t.Fatalf("%s: %v", edits, err)
	}
	return c
}

// Each edit comes to be what crypto/x509's parser reads, and nothing else of the
// certificate changes with it.
func TestEdits(t *testing.T) {
	str := func(v ...any) string { return strings.Trim(fmt.Sprintf("%v", v), "[]") }
	fields := map[string]func(c *x509.Certificate) string{
		"subject":    func(c *x509.Certificate) string { return c.Subject.CommonName },
		"dns":        func(c *x509.Certificate) string { return str(c.DNSNames) },
		"ip":         func(c *x509.Certificate) string { return str(c.IPAddresses) },
		"email":      func(c *x509.Certificate) string { return str(c.EmailAddresses) },
		"uri":        func(c *x509.Certificate) string { return str(c.URIs) },
		"not-before": func(c *x509.Certificate) string { return c.NotBefore.Format(time.DateOnly) },
		"not-after":  func(c *x509.Certificate) string { return c.NotAfter.Format(time.DateOnly) },
		"key-usage":  func(c *x509.Certificate) string { return fmt.Sprintf("%09b", c.KeyUsage) },
		"ext-usage":  func(c *x509.Certificate) string { return str(c.ExtKeyUsage) },
		"ca":         func(c *x509.Certificate) string { return str(c.BasicConstraintsValid, c.IsCA) },
		"path":       func(c *x509.Certificate) string { return str(c.MaxPathLen, c.MaxPathLenZero) },
		"permitted": func(c *x509.Certificate) string {
			return str(c.PermittedDNSDomains, c.PermittedIPRanges, c.PermittedEmailAddresses, c.PermittedURIDomains)
		},
		"excluded": func(c *x509.Certificate) string {
			return str(c.ExcludedDNSDomains, c.ExcludedIPRanges, c.ExcludedEmailAddresses, c.ExcludedURIDomains)
		},
		"staple": func(c *x509.Certificate) string {
			for _, e := range c.Extensions {
				if e.Id.String() == "1.3.6.1.5.5.7.1.24" { // RFC 7633, Section 6
					return fmt.Sprintf("%x", e.Value)
				}
			}
			return ""
		},
		"key": func(c *x509.Certificate) string { return c.PublicKeyAlgorithm.String() },
	}
	for _, x := range []struct {
		edit string
		want string // field=value, divided by semicolons
	}{
		{"leaf subject Würste & <b>mehr</b>", "subject=Würste & <b>mehr</b>"},
		{"leaf subject", "subject="},
		{"leaf names *.shop.example 192.0.2.7 2001:db8::7 a@b.example https://shop.example/x", "dns=*.shop.example;ip=192.0.2.7 2001:db8::7;email=a@b.example;uri=https://shop.example/x"},
		{"leaf names DNS:192.0.2.7", "dns=192.0.2.7"},
		{"leaf names", "dns="},
		{"leaf not-before 3", "not-before=2026-03-07"},
		{"leaf not-after -36500", "not-after=1926-03-29"},
		{"leaf not-after 36500", "not-after=2126-02-08"},
		{"leaf key-usage keyAgreement encipherOnly", "key-usage=010010000"},
		{"leaf key-usage decipherOnly", "key-usage=100000000"},
		{"leaf key-usage", "key-usage=000000000"},
		{"leaf ext-key-usage anyExtendedKeyUsage OCSPSigning", "ext-usage=anyExtendedKeyUsage OCSPSigning"},
		{"leaf ext-key-usage", "ext-usage="},
		{"leaf ca yes", "ca=true true;path=-1 false"},
		{"leaf ca absent", "ca=false false;path=0 false"},
		{"leaf must-staple yes", "staple=3003020105"},
		{"intermediate subject", "subject="},
		{"intermediate not-after -1", "not-after=2026-03-03"},
		{"intermediate path-length", "path=-1 false"},
		{"intermediate path-length 3", "path=3 false"},
		{"intermediate ca no", "ca=true false;path=-1 false"},
		{"intermediate permitted .shop.example 192.0.2.0/24 email:b.example URI:.c.example", "permitted=.shop.example] [192.0.2.0/24] [b.example] [.c.example"},
		{"intermediate excluded 2001:db8::/32 a@b.example", "excluded= [2001:db8::/32] [a@b.example] "},
		{"intermediate key rsa-2048", "key=RSA"},
		{"root key ed25519", "key=Ed25519"},
		{"root not-after -1", "not-after=2026-03-03"},
		{"root ext-key-usage clientAuth", "ext-usage=clientAuth"},
	} {
		of, _, _ := strings.Cut(x.edit, " ")
		for _, client := range []bool{false, true} {
			anew := map[string]string{"leaf": "leaf not-after 80", "intermediate": "intermediate not-after 3285", "root": "root not-after 6205"} // as usual, but made for the run
			usual, got := edited(t, client, anew[of]), edited(t, client, x.edit)
			want := map[string]string{}
			for part := range strings.SplitSeq(x.want, ";") {
				field, value, _ := strings.Cut(part, "=")
				want[field] = value
			}
			if strings.HasPrefix(x.edit, "leaf names") { // those that are not named are gone
				for _, kind := range []string{"dns", "ip", "email", "uri"} {
					want[kind] += ""
				}
			}
			for field, read := range fields {
				value, ok := want[field]
				if !ok {
					value = read(usual.certificates[of])
				}
				if of == "root" && field != "key" && strings.HasPrefix(x.edit, "root key") {
					continue // the stored root of that key
				}
				if is := read(got.certificates[of]); is != value {
					t.Errorf("%s, client %v: %s is %q, want %q", x.edit, client, field, is, value)
				}
			}
			if usual := edited(t, client); of == "leaf" && !bytes.Equal(got.Intermediate.Raw, usual.Intermediate.Raw) || of != "root" && !bytes.Equal(got.Root.Raw, usual.Root.Raw) {
				t.Errorf("%s changed what is above, too", x.edit)
			}
		}
	}
}

// What is sent, how long the chain is and whether it is trusted is as edited, and
// every certificate is signed by the one above it.
func TestEditedChains(t *testing.T) {
	for _, x := range []struct {
		edits []string
		sends string
		roots int
	}{
		{nil, "leaf intermediate", 1},
		{[]string{"chain intermediates 0"}, "leaf", 1},
		{[]string{"chain intermediates 2"}, "leaf second intermediate", 1},
		{[]string{"chain intermediates 2", "second subject Deep", "intermediate path-length"}, "leaf second intermediate", 1},
		{[]string{"chain sends leaf root leaf"}, "leaf root leaf", 1},
		{[]string{"root trusted no", "root subject Elsewhere"}, "leaf intermediate", 0},
		{[]string{"root key rsa-2048"}, "leaf intermediate", 1},
		{[]string{"root key ed25519", "intermediate key rsa-2048", "chain intermediates 2"}, "leaf second intermediate", 1},
	} {
		for _, now := range []time.Time{editedAt, time.Date(2099, 3, 4, 5, 6, 7, 0, time.UTC)} {
			c, err := New(Order{Kind: "rsa-3072", Names: []string{"shop.example"}, Now: now, Edits: x.edits}, entropy.Seed{1}.Stream("pki"))
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, of := range strings.Fields(x.sends) {
				want = append(want, string(c.certificates[of].Raw))
			}
			var got []string
			for _, der := range c.TLS().Certificate {
				got = append(got, string(der))
			}
			if !slices.Equal(got, want) || len(c.Roots()) != x.roots {
				t.Errorf("%s: %d certificates are sent, want %s; %d roots", x.edits, len(got), x.sends, len(c.Roots()))
			}
			p := scenario.NewPlan(false, "rsa-3072", []string{"shop.example"}, "", x.edits)
			for of, child := range c.certificates {
				if parent := c.certificates[p.Issuer(of)]; child.CheckSignatureFrom(parent) != nil || !bytes.Equal(child.RawIssuer, parent.RawSubject) {
					t.Errorf("%s: the %s is not signed by the %s: %v", x.edits, of, p.Issuer(of), child.CheckSignatureFrom(parent))
				}
			}
			if !bytes.Equal(c.Intermediate.Raw, c.certificates[p.Issuer("leaf")].Raw) {
				t.Errorf("%s: the issuer is %s", x.edits, c.Intermediate.Subject)
			}
			staple, err := c.Staple(false, now)
			if err == nil {
				err = CheckStaple(staple, []*x509.Certificate{c.Leaf, c.Intermediate}, now)
			}
			if err != nil {
				t.Errorf("%s: %v", x.edits, err)
			}
		}
	}
}

// OpenSSL reads the same.
func TestEditsOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	for edit, want := range map[string]string{
		"leaf names *.shop.example 192.0.2.7 a@b.example https://shop.example/x": "DNS:*.shop.example, email:a@b.example, IP Address:192.0.2.7, URI:https://shop.example/x",
		"leaf key-usage nonRepudiation keyAgreement decipherOnly":                "Non Repudiation, Key Agreement, Decipher Only",
		"leaf ext-key-usage timeStamping OCSPSigning anyExtendedKeyUsage":        "Time Stamping, OCSP Signing, Any Extended Key Usage",
		"leaf must-staple yes":       "status_request",
		"intermediate path-length 3": "CA:TRUE, pathlen:3",
		"intermediate permitted shop.example 192.0.2.0/24 email:b.example URI:c.example": "Permitted: DNS:shop.example IP:192.0.2.0/255.255.255.0 email:b.example URI:c.example",
		"intermediate excluded pay.shop.example":                                         "Excluded: DNS:pay.shop.example",
		"root subject Würste":                                                            "CN=W\\C3\\BCrste",
	} {
		of, _, _ := strings.Cut(edit, " ")
		c := edited(t, false, edit).certificates[of]
		cmd := exec.Command(openssl, "x509", "-noout", "-text")
		cmd.Stdin = bytes.NewReader(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v, %s", edit, err, out)
		}
		got := strings.ReplaceAll(strings.Join(strings.Fields(string(out)), " "), "CN = ", "CN=")
		if !strings.Contains(got, want) {
			t.Errorf("%s: OpenSSL reads %s", edit, got)
		}
	}
}
