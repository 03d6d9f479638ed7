package x509view

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"os/exec"
	"strings"
	"testing"
	"time"

	"tlsplay/sim/entropy"
	"tlsplay/sim/pki"
	"tlsplay/sim/trace"
)

func fields(c *trace.Certificate) map[string]string {
	m := map[string]string{}
	for _, f := range c.Fields {
		m[f.ID.Name()] = f.Value
	}
	return m
}

func TestChain(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	chain, err := pki.New(pki.Order{Kind: "rsa-2048", Names: []string{"a.example"}, Now: now}, entropy.Seed{7}.Stream("pki"))
	if err != nil {
		t.Fatal(err)
	}
	leaf := fields(Read(trace.Server, "leaf", &trace.Buffer{Data: chain.Leaf.Raw}))
	for id, want := range map[string]string{
		"subject":            "CN=a.example",
		"names":              "a.example",
		"issuer":             "CN=Playground Issuing CA 1,O=TLS Playground",
		"not_before":         "2026-02-22 05:06:07 UTC",
		"public_key":         "RSA, 2048 bits, exponent 65537",
		"key_usage":          "digitalSignature, keyEncipherment",
		"extended_key_usage": "serverAuth",
		"basic_constraints":  "not a certificate authority",
	} {
		if leaf[id] != want {
			t.Errorf("%s: %q, want %q", id, leaf[id], want)
		}
	}
	inter := fields(Read(trace.Server, "intermediate", &trace.Buffer{Data: chain.Intermediate.Raw}))
	if inter["basic_constraints"] != "certificate authority, at most 0 further authorities below it" {
		t.Errorf("the intermediate is %q", inter["basic_constraints"])
	}
}

// OpenSSL reads the same out of a certificate.
func TestOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("no openssl to compare with")
	}
	now := time.Now()
	for _, kind := range []string{"rsa-2048", "ecdsa-p256", "ed25519"} {
		chain, err := pki.New(pki.Order{Kind: kind, Names: []string{"a.example"}, Now: now}, entropy.NewSeed().Stream("pki"))
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("openssl", "x509", "-inform", "DER", "-noout", "-serial", "-fingerprint", "-sha256")
		cmd.Stdin = bytes.NewReader(chain.Leaf.Raw)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		plain := strings.ToLower(strings.ReplaceAll(string(out), ":", ""))
		got := fields(Read(trace.Server, "leaf", &trace.Buffer{Data: chain.Leaf.Raw}))
		for _, id := range []string{"serial_number", "sha256"} {
			if !strings.Contains(plain, strings.TrimLeft(got[id], "0")) {
				t.Errorf("%s: %s is %q, openssl says %q", kind, id, got[id], out)
			}
		}
	}
}

// What can't be read is kept and said; what could mislead is made visible.
func TestHostile(t *testing.T) {
	for _, der := range [][]byte{nil, {0x30}, {0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, bytes.Repeat([]byte{0x30, 0x80}, 1000)} {
		if c := Read(trace.Server, "leaf", &trace.Buffer{Data: der}); c.Error == "" || len(c.Fields) != 0 {
			t.Errorf("%.8x: %+v", der, c)
		}
	}
	signer, err := pki.New(pki.Order{Kind: "ed25519", Names: []string{"a.example"}, Now: time.Now()}, entropy.NewSeed().Stream("pki"))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: signer.Leaf.SerialNumber,
		Subject:      pkix.Name{CommonName: "bank.example\u202e\x00<script>\n"},
	}
	der, err := x509.CreateCertificate(entropy.NewSeed().Stream("x"), template, template, signer.Leaf.PublicKey, signer.Key)
	if err != nil {
		t.Fatal(err)
	}
	subject := fields(Read(trace.Server, "leaf", &trace.Buffer{Data: der}))["subject"]
	for _, r := range subject {
		if r < 0x20 || r == 0x202e {
			t.Errorf("the subject %q holds %U", subject, r)
		}
	}
	if !strings.Contains(subject, "bank.example") {
		t.Errorf("the subject is %q", subject)
	}
}
