package x509view

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tlsplay/sim/trace"
)

// A maker makes certificates that differ from a faultless one in some point.
type maker struct {
	t      *testing.T
	keys   map[string]crypto.Signer
	issuer *x509.Certificate
	clock  time.Time
}

func newMaker(t *testing.T) *maker {
	t.Setenv("GODEBUG", "rsa1024min=0")
	m := &maker{t: t, keys: map[string]crypto.Signer{}, clock: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	for name, make := range map[string]func() (crypto.Signer, error){
		"p256":    func() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) },
		"p224":    func() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P224(), rand.Reader) },
		"rsa1024": func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 1024) },
		"rsa2048": func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 2048) },
		"ed25519": func() (crypto.Signer, error) { _, k, err := ed25519.GenerateKey(rand.Reader); return k, err },
	} {
		k, err := make()
		if err != nil {
			t.Fatal(err)
		}
		m.keys[name] = k
	}
	m.issuer = &x509.Certificate{Subject: pkix.Name{CommonName: "CA"}, SubjectKeyId: []byte{1, 2, 3}}
	return m
}

func (m *maker) make(key string, change func(*x509.Certificate)) []byte {
	m.t.Helper()
	c := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(bytes.Repeat([]byte{0x5a}, 16)), Subject: pkix.Name{CommonName: "a.example"}, DNSNames: []string{"a.example"},
		NotBefore: m.clock.Add(-time.Hour), NotAfter: m.clock.Add(80 * 24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	change(c)
	der, err := x509.CreateCertificate(rand.Reader, c, m.issuer, m.keys[key].Public(), m.keys["p256"])
	if err != nil {
		m.t.Fatal(err)
	}
	return der
}

func (m *maker) authority(c *x509.Certificate) {
	c.IsCA, c.MaxPathLen, c.KeyUsage, c.DNSNames, c.ExtKeyUsage = true, -1, x509.KeyUsageCertSign, nil, nil
}

// swap replaces bytes that must be there, once.
func swap(t *testing.T, der []byte, from, to string) []byte {
	t.Helper()
	if bytes.Count(der, []byte(from)) == 0 {
		t.Fatalf("no %x in %x", from, der)
	}
	return bytes.Replace(der, []byte(from), []byte(to), 1)
}

// Each fault is found, and nothing else; the faultless has none.
func TestFindings(t *testing.T) {
	m := newMaker(t)
	day := 24 * time.Hour
	nothing := func(*x509.Certificate) {}
	ext := func(c *x509.Certificate, critical bool, value string, id ...int) {
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: id, Critical: critical, Value: []byte(value)})
	}
	cases := []struct {
		name string
		der  []byte
		want string // the IDs, without "finding."
	}{
		{"faultless", m.make("p256", nothing), ""},
		{"faultless, RSA", m.make("rsa2048", nothing), ""},
		{"faultless authority", m.make("p256", m.authority), ""},
		{"expired", m.make("p256", func(c *x509.Certificate) { c.NotBefore, c.NotAfter = m.clock.Add(-2*day), m.clock.Add(-day) }), "expired"},
		{"not yet valid", m.make("p256", func(c *x509.Certificate) { c.NotBefore = m.clock.Add(day) }), "not_yet_valid"},
		{"reversed", m.make("p256", func(c *x509.Certificate) { c.NotBefore, c.NotAfter = m.clock.Add(-day), m.clock.Add(-2*day) }), "expired reversed_validity"},
		{"RSA 1024", m.make("rsa1024", nothing), "weak_key"},
		{"P-224", m.make("p224", nothing), "unusual_key"},
		{"Ed25519", m.make("ed25519", nothing), "unusual_key"},
		{"no SAN", m.make("p256", func(c *x509.Certificate) { c.DNSNames = nil }), "no_subject_alt_name"},
		{"star", m.make("p256", func(c *x509.Certificate) { c.DNSNames = []string{"a.*.example"} }), "malformed_name"},
		{"star at the top", m.make("p256", func(c *x509.Certificate) { c.DNSNames = []string{"*.example"} }), "malformed_name"},
		{"address as name", m.make("p256", func(c *x509.Certificate) { c.DNSNames = []string{"10.0.0.1"} }), "malformed_name"},
		{"good star", m.make("p256", func(c *x509.Certificate) { c.DNSNames = []string{"*.a.example"} }), ""},
		{"398 days in 2025", m.make("p256", func(c *x509.Certificate) {
			c.NotBefore = time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
			c.NotAfter = c.NotBefore.Add(398*day - time.Second)
		}), ""},
		{"398 days and a second in 2025", m.make("p256", func(c *x509.Certificate) {
			c.NotBefore = time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
			c.NotAfter = c.NotBefore.Add(398 * day)
		}), "over_long_lifetime"},
		{"201 days from 2026-03-15", m.make("p256", func(c *x509.Certificate) {
			c.NotBefore = time.Date(2026, 3, 15, 0, 0, 0, 0, time.UTC)
			c.NotAfter = c.NotBefore.Add(201 * day)
		}), "not_yet_valid over_long_lifetime"},
		{"an authority may live long", m.make("p256", func(c *x509.Certificate) { m.authority(c); c.NotAfter = m.clock.Add(3650 * day) }), ""},
		{"signs without basic constraints", m.make("p256", func(c *x509.Certificate) {
			c.BasicConstraintsValid = false
			c.KeyUsage |= x509.KeyUsageCertSign
		}), "no_basic_constraints"},
		{"not critical", m.make("p256", func(c *x509.Certificate) {
			m.authority(c)
			c.BasicConstraintsValid = false
			ext(c, false, "\x30\x03\x01\x01\xff", 2, 5, 29, 19)
		}), "constraints_not_critical"},
		{"path length alone", m.make("p256", func(c *x509.Certificate) {
			c.BasicConstraintsValid = false
			ext(c, true, "\x30\x03\x02\x01\x01", 2, 5, 29, 19)
		}), "path_length_without_ca"},
		{"authority that may not sign", m.make("p256", func(c *x509.Certificate) { m.authority(c); c.KeyUsage = x509.KeyUsageCRLSign }), "authority_without_cert_sign"},
		{"EC key that encrypts", m.make("p256", func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageKeyEncipherment }), "wrong_key_usage"},
		{"RSA key that encrypts", m.make("rsa2048", func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageKeyEncipherment }), ""},
		{"for clients", m.make("p256", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }), "no_server_auth"},
		{"negative serial", swap(t, m.make("p256", nothing), "\x02\x10\x5a", "\x02\x10\xda"), "serial_not_positive"},
		{"zero serial", swap(t, m.make("p256", nothing), "\x02\x10"+strings.Repeat("\x5a", 16), "\x02\x10"+strings.Repeat("\x00", 16)), "malformed serial_not_positive"},
		{"long serial", m.make("p256", func(c *x509.Certificate) { c.SerialNumber = new(big.Int).Lsh(big.NewInt(1), 160) }), "serial_too_long"},
		{"short serial", m.make("p256", func(c *x509.Certificate) { c.SerialNumber = big.NewInt(5) }), "serial_too_short"},
		{"no subject", m.make("p256", func(c *x509.Certificate) { c.Subject = pkix.Name{} }), ""},
		{"no subject, no names", m.make("p256", func(c *x509.Certificate) { c.Subject, c.DNSNames = pkix.Name{}, nil }), "empty_subject no_subject_alt_name"},
		{"other algorithm inside", swap(t, m.make("p256", nothing), "\x2a\x86\x48\xce\x3d\x04\x03\x02", "\x2a\x86\x48\xce\x3d\x04\x03\x03"), "algorithm_mismatch"},
		{"SHA-1", bytes.ReplaceAll(m.make("p256", nothing), []byte("\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"), []byte("\x06\x08\x2a\x86\x48\xce\x3d\x04\x01\x00")), ""},
		{"twice", m.make("p256", func(c *x509.Certificate) { ext(c, false, "\x05\x00", 1, 2, 3); ext(c, false, "\x05\x00", 1, 2, 3) }), "duplicate_extension"},
		{"unknown and critical", m.make("p256", func(c *x509.Certificate) { ext(c, true, "\x05\x00", 1, 2, 3) }), "unknown_critical_extension"},
		{"poison", m.make("p256", func(c *x509.Certificate) { ext(c, true, "\x05\x00", 1, 3, 6, 1, 4, 1, 11129, 2, 4, 3) }), "unknown_critical_extension"},
		{"BER boolean", swap(t, m.make("p256", m.authority), "\x01\x01\xff", "\x01\x01\x01"), "malformed"},
		{"states a default", m.make("p256", func(c *x509.Certificate) {
			c.BasicConstraintsValid = false
			ext(c, true, "\x30\x03\x01\x01\x00", 2, 5, 29, 19)
		}), "malformed"},
		{"long form length", m.make("p256", func(c *x509.Certificate) { ext(c, false, "\x04\x81\x01\x00", 1, 2, 3) }), ""},
		{"non-minimal integer", m.make("p256", func(c *x509.Certificate) {
			c.BasicConstraintsValid = false
			ext(c, true, "\x30\x07\x01\x01\xff\x02\x02\x00\x01", 2, 5, 29, 19)
		}), "authority_without_cert_sign malformed no_key_identifier path_length_without_ca"},
	}
	for _, c := range cases {
		v := Read(trace.Server, "leaf", &trace.Buffer{Data: c.der})
		harmless(t, v)
		var got []string
		for _, f := range Findings(v, m.clock) {
			got = append(got, f.ID.Name())
		}
		slices.Sort(got)
		if s := strings.Join(slices.Compact(got), " "); s != c.want {
			t.Errorf("%s: %q, want %q", c.name, s, c.want)
			for _, f := range Findings(v, m.clock) {
				t.Log(f.Text)
			}
		}
	}
}

// Faults in files from elsewhere.
func TestFindingsInFiles(t *testing.T) {
	dir := filepath.Join(goSource(t), "testdata")
	for file, want := range map[string]string{
		"nist-pkits/certs/InvalidNegativeSerialNumberTest15EE.crt":               "serial_not_positive",
		"nist-pkits/certs/ValidDSASignaturesTest4EE.crt":                         "weak_hash",
		"nist-pkits/certs/InvalidEEnotAfterDateTest6EE.crt":                      "expired",
		"nist-pkits/certs/InvalidEEnotBeforeDateTest2EE.crt":                     "not_yet_valid",
		"nist-pkits/certs/MissingbasicConstraintsCACert.crt":                     "no_basic_constraints",
		"nist-pkits/certs/basicConstraintsNotCriticalcAFalseCACert.crt":          "no_basic_constraints",
		"nist-pkits/certs/keyUsageCriticalkeyCertSignFalseCACert.crt":            "authority_without_cert_sign",
		"nist-pkits/certs/InvalidUnknownCriticalCertificateExtensionTest2EE.crt": "unknown_critical_extension",
		"nist-pkits/certs/ValidGeneralizedTimenotBeforeDateTest4EE.crt":          "wrong_time_form",
	} {
		der, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Skip(err)
		}
		v := Read(trace.Server, "leaf", &trace.Buffer{Data: der})
		var got []string
		for _, f := range Findings(v, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)) {
			got = append(got, f.ID.Name())
		}
		if !slices.Contains(got, want) {
			t.Errorf("%s: %v, want %s", file, got, want)
		}
	}
}

func TestStanding(t *testing.T) {
	from, to := time.Unix(1_700_000_000, 0), time.Unix(1_700_000_000+86400*90, 0)
	for clock, want := range map[int64]string{
		1_700_000_000 - 60:              "not yet valid, begins in 1 minute",
		1_700_000_000 + 86400:           "valid, 89 days left",
		1_700_000_000 + 86400*90:        "valid, 0 minutes left",
		1_700_000_000 + 86400*90 + 7200: "expired 2 hours ago",
	} {
		if got := Standing(from, to, time.Unix(clock, 0)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := Standing(time.Time{}, to, to); got != "unknown" {
		t.Error(got)
	}
}

// Every ID that is given is listed.
func TestFieldIDs(t *testing.T) {
	listed := map[trace.FieldID]bool{}
	for _, id := range FieldIDs() {
		if listed[id] {
			t.Errorf("%s is listed twice", id)
		}
		listed[id] = true
	}
	seen := map[trace.FieldID]bool{}
	for _, der := range goCertificates(t) {
		v := Read(trace.Server, "leaf", &trace.Buffer{Data: der})
		for _, f := range v.Fields {
			seen[f.ID] = true
		}
		for _, f := range Findings(v, time.Now()) {
			seen[f.ID] = true
		}
	}
	for id := range seen {
		if !listed[id] {
			t.Errorf("%s is not listed", id)
		}
	}
}
