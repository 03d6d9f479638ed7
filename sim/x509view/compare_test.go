package x509view

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tlsplay/sim/trace"
)

// goSource is where the source of crypto/x509 lies, its test data with it.
func goSource(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skipf("no go command to ask where its source is: %v", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "src", "crypto", "x509")
}

// goCertificates is all certificates of crypto/x509's tests, NIST's PKITS among
// them, and the playground's own, by file.
func goCertificates(t testing.TB) map[string][]byte {
	t.Helper()
	certs := map[string][]byte{}
	src := filepath.Join(goSource(t))
	for _, pattern := range []string{src + "/*.crt", src + "/*.pem", src + "/testdata/*", src + "/testdata/nist-pkits/certs/*.crt", "../pki/keys/*.der"} {
		files, _ := filepath.Glob(pattern)
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				continue // a directory
			}
			if len(b) > 0 && b[0] == 0x30 {
				certs[filepath.Base(f)] = b
			}
			for i := 0; ; i++ {
				var block *pem.Block
				if block, b = pem.Decode(b); block == nil {
					break
				}
				if block.Type == "CERTIFICATE" {
					certs[fmt.Sprint(filepath.Base(f), i)] = block.Bytes
				}
			}
		}
	}
	if len(certs) < 250 {
		t.Skipf("crypto/x509's test data is not all here: %d certificates", len(certs))
	}
	return certs
}

// expected is the fields as crypto/x509 reads them.
func expected(t *testing.T, c *x509.Certificate) map[string]string {
	want := map[string]string{
		"not_before":     c.NotBefore.UTC().Format("2006-01-02 15:04:05 UTC"),
		"not_after":      c.NotAfter.UTC().Format("2006-01-02 15:04:05 UTC"),
		"subject_key_id": fmt.Sprintf("%x", c.SubjectKeyId),
		"sha256":         fmt.Sprintf("%x", sha256.Sum256(c.Raw)),
		"sha1":           fmt.Sprintf("%x", sha1.Sum(c.Raw)),
		"version":        fmt.Sprintf("%d (v%d)", c.Version-1, c.Version),
	}
	if c.Version == 1 {
		want["version"] = ""
	}
	want["serial_number"] = fmt.Sprintf("%x", c.SerialNumber.Bytes())
	for id, raw := range map[string][]byte{"subject": c.RawSubject, "issuer": c.RawIssuer} {
		var seq pkix.RDNSequence
		if _, err := asn1.Unmarshal(raw, &seq); err != nil {
			t.Log(err) // encoding/asn1 is stricter than crypto/x509
		} else if s := seq.String(); !strings.Contains(s, "=#") {
			want[id] = s
		}
	}
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		want["public_key"] = fmt.Sprintf("RSA, %d bits, exponent %d", k.N.BitLen(), k.E)
	case *ecdsa.PublicKey:
		want["public_key"] = "ECDSA, " + k.Curve.Params().Name
	}
	var usages []string
	for i, name := range strings.Fields("digitalSignature contentCommitment keyEncipherment dataEncipherment keyAgreement keyCertSign cRLSign encipherOnly decipherOnly") {
		if c.KeyUsage&(1<<i) != 0 {
			usages = append(usages, name)
		}
	}
	want["key_usage"] = strings.Join(usages, ", ")
	var purposes []string
	for _, u := range c.ExtKeyUsage {
		purposes = append(purposes, u.String())
	}
	for _, u := range c.UnknownExtKeyUsage {
		purposes = append(purposes, u.String())
	}
	want["extended_key_usage"] = strings.Join(purposes, ", ")
	if c.BasicConstraintsValid {
		want["basic_constraints"] = "not a certificate authority"
		if c.IsCA {
			want["basic_constraints"] = "certificate authority"
			if c.MaxPathLen >= 0 {
				want["basic_constraints"] += fmt.Sprintf(", at most %d further authorities below it", c.MaxPathLen)
			}
		}
	}
	return want
}

// What crypto/x509 accepts is shown as crypto/x509 reads it; what it refuses is
// shown with its reason.
func TestAgainstGo(t *testing.T) {
	refused := 0
	for name, der := range goCertificates(t) {
		buf := &trace.Buffer{ID: 5, Data: der}
		v := Read(trace.Server, "leaf", buf)
		if err := trace.CheckCover(buf, v.Tree); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got := fields(v)
		for _, f := range v.Fields {
			if f.Length == 0 || f.Offset+f.Length > len(der) {
				t.Errorf("%s: %s lies at %d+%d of %d", name, f.ID, f.Offset, f.Length, len(der))
			}
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			refused++
			if !strings.Contains(v.Error, strings.TrimPrefix(err.Error(), "x509: ")) || got["subject"] == "" || got["public_key"] == "" {
				t.Errorf("%s: %q, %v", name, v.Error, got)
			}
			continue
		}
		if v.Error != "" {
			t.Errorf("%s: %s", name, v.Error)
		}
		for id, want := range expected(t, c) {
			if got[id] != want {
				t.Errorf("%s: %s is %q, crypto/x509 says %q", name, id, got[id], want)
			}
		}
		var names []string
		for _, list := range [][]string{c.DNSNames, c.EmailAddresses} {
			names = append(names, list...)
		}
		for _, ip := range c.IPAddresses {
			names = append(names, ip.String())
		}
		for _, u := range c.URIs {
			names = append(names, u.String())
		}
		shown := strings.Split(got["names"], ", ")
		slices.Sort(names)
		slices.Sort(shown)
		if len(names) > 0 && !slices.Equal(names, shown) {
			t.Errorf("%s: names %q, crypto/x509 says %q", name, shown, names)
		}
		for _, p := range c.Policies {
			if s := p.String(); !strings.Contains(got["policies"], s) && s != "2.5.29.32.0" {
				t.Errorf("%s: policies %q lack %s", name, got["policies"], s)
			}
		}
		for _, u := range slices.Concat(c.OCSPServer, c.IssuingCertificateURL) {
			if !strings.Contains(got["authority_info_access"], u) {
				t.Errorf("%s: %q lacks %s", name, got["authority_info_access"], u)
			}
		}
		for _, u := range c.CRLDistributionPoints {
			if !strings.Contains(got["crl_distribution_points"], u) {
				t.Errorf("%s: %q lacks %s", name, got["crl_distribution_points"], u)
			}
		}
		for _, d := range slices.Concat(c.PermittedDNSDomains, c.ExcludedDNSDomains, c.PermittedEmailAddresses, c.PermittedURIDomains) {
			if !strings.Contains(got["name_constraints"], d) {
				t.Errorf("%s: %q lacks %s", name, got["name_constraints"], d)
			}
		}
		if want := fmt.Sprintf("%x", c.AuthorityKeyId); !strings.HasPrefix(got["authority_key_id"], want) {
			t.Errorf("%s: authority key identifier %q, want %q", name, got["authority_key_id"], want)
		}
	}
	if refused == 0 {
		t.Error("crypto/x509 refused nothing: is NIST's data here?")
	}
	t.Logf("%d were refused by crypto/x509", refused)
}

var all = flag.Bool("all", false, "compare all certificates with OpenSSL, not a fifth of them")

// openSSLNames are ours for what OpenSSL names otherwise.
var openSSLNames = strings.NewReplacer("dsaWithSHA1", "dsa-with-sha1", "ED25519", "Ed25519", ",serialNumber=", ",SERIALNUMBER=", ",SN=", ",surname=", ",GN=", ",givenName=")

// openSSLUsages are OpenSSL's words for the bits of key usage.
var openSSLUsages = strings.NewReplacer("Digital Signature", "digitalSignature", "Non Repudiation", "contentCommitment",
	"Key Encipherment", "keyEncipherment", "Data Encipherment", "dataEncipherment", "Key Agreement", "keyAgreement",
	"Certificate Sign", "keyCertSign", "CRL Sign", "cRLSign", "Encipher Only", "encipherOnly", "Decipher Only", "decipherOnly")

// What OpenSSL reads is shown as OpenSSL reads it, also where crypto/x509 refuses.
func TestAgainstOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("no openssl")
	}
	certs := goCertificates(t)
	for i, name := range slices.Sorted(maps.Keys(certs)) {
		if i%5 != 0 && !*all {
			continue // each takes a process
		}
		der := certs[name]
		cmd := exec.Command("openssl", "x509", "-inform", "DER", "-noout", "-serial", "-subject", "-issuer", "-dates",
			"-dateopt", "iso_8601", "-nameopt", "RFC2253", "-fingerprint", "-sha256", "-text")
		cmd.Stdin = bytes.NewReader(der)
		out, err := cmd.Output()
		if err != nil {
			t.Logf("%s: openssl refuses it", name)
			continue
		}
		got := fields(Read(trace.Server, "leaf", &trace.Buffer{Data: der}))
		said := openSSLNames.Replace(string(out))
		line := func(prefix string) string {
			_, rest, ok := strings.Cut(said, prefix)
			if !ok {
				return ""
			}
			first, _, _ := strings.Cut(rest, "\n")
			return strings.TrimSpace(first)
		}
		under := func(heading string) string { // the line below a heading
			_, rest, _ := strings.Cut(said, heading)
			lines := strings.SplitN(rest, "\n", 3)
			if len(lines) < 2 {
				return ""
			}
			return strings.TrimSpace(lines[1])
		}
		for id, want := range map[string]string{
			"serial_number":       strings.ToLower(line("serial=")),
			"not_before":          strings.TrimSuffix(line("notBefore="), "Z") + " UTC",
			"not_after":           strings.TrimSuffix(line("notAfter="), "Z") + " UTC",
			"signature_algorithm": line("Signature Algorithm: "),
			"sha256":              strings.ToLower(strings.ReplaceAll(line("Fingerprint="), ":", "")),
			"subject_key_id":      strings.ToLower(strings.ReplaceAll(under("X509v3 Subject Key Identifier:"), ":", "")),
			"key_usage":           openSSLUsages.Replace(under("X509v3 Key Usage:")),
			"subject":             line("subject="),
			"issuer":              line("issuer="),
		} {
			if id == "serial_number" && strings.HasPrefix(want, "-") {
				want = "-" + strings.TrimLeft(want[1:], "0")
			}
			if got[id] != want && got[id] != strings.TrimLeft(want, "0") {
				t.Errorf("%s: %s is %q, openssl says %q", name, id, got[id], want)
			}
		}
		if bits := line("Public-Key: ("); strings.HasPrefix(got["public_key"], "RSA") && !strings.Contains(got["public_key"], strings.TrimSuffix(bits, " bit)")+" bits") {
			t.Errorf("%s: %q, openssl says %q", name, got["public_key"], bits)
		}
	}
}
