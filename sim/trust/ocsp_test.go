package trust

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"tlsplay/sim/trace"
)

// openssl runs the tool in dir, where it is installed.
func openssl(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl here")
	}
	c := exec.Command(path, args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	return string(out), err
}

// Responses that OpenSSL makes are judged as OpenSSL judges them.
func TestOCSPAgainstOpenSSL(t *testing.T) {
	dir := t.TempDir()
	must := func(args ...string) {
		t.Helper()
		if out, err := openssl(t, dir, args...); err != nil {
			t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(name string) *x509.Certificate {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(b)
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	write("leaf.ext", "subjectAltName=DNS:a.example\n")
	write("responder.ext", "extendedKeyUsage=OCSPSigning\n")
	write("bare.ext", "keyUsage=digitalSignature\n")
	algorithms := map[string][]string{
		"rsa":     {"-newkey", "rsa:2048"},
		"ec":      {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"},
		"ed25519": {"-newkey", "ed25519"},
	}
	held, refused := 0, 0
	for name, newKey := range algorithms {
		ca := name + "-ca"
		must(append([]string{"req", "-x509", "-nodes", "-keyout", ca + ".key", "-out", ca + ".pem", "-subj", "/CN=CA " + name}, newKey...)...)
		for _, c := range []string{"leaf", "responder", "bare"} {
			must(append([]string{"req", "-new", "-nodes", "-keyout", name + c + ".key", "-out", "csr", "-subj", "/CN=" + c}, newKey...)...)
			must("x509", "-req", "-in", "csr", "-CA", ca+".pem", "-CAkey", ca+".key", "-CAcreateserial", "-extfile", c+".ext", "-out", name+c+".pem")
		}
		// Another authority of the same name, with a key of its own.
		must(append([]string{"req", "-x509", "-nodes", "-keyout", "other.key", "-out", "other.pem", "-subj", "/CN=CA " + name}, newKey...)...)
		leaf, issuer, other := read(name+"leaf.pem"), read(ca+".pem"), read("other.pem")
		line := "\t" + fmt.Sprintf("%X", leaf.SerialNumber) + "\tunknown\t/CN=leaf\n"
		future := time.Now().AddDate(1, 0, 0).UTC().Format("060102150405Z")
		indices := map[string]string{
			"good": "V\t" + future + "\t" + line, "unknown": "",
			"revoked": "R\t" + future + "\t" + time.Now().Add(-time.Hour).UTC().Format("060102150405Z") + ",keyCompromise" + line,
		}
		for status, index := range indices {
			write("index", index)
			for _, signer := range []string{"-ca", "responder", "bare"} {
				for _, more := range [][]string{nil, {"-resp_key_id"}, {"-sha256"}} {
					args := []string{"ocsp", "-no_nonce", "-index", "index", "-CA", ca + ".pem", "-rsigner", name + signer + ".pem", "-rkey", name + signer + ".key", "-issuer", ca + ".pem"}
					if len(more) > 0 && more[0] == "-sha256" {
						args = append(args, more...) // of the certificate IDs that follow
						more = nil
					}
					args = append(append(args, "-cert", name+"leaf.pem", "-respout", "r.der", "-ndays", "7", "-noverify"), more...)
					must(args...)
					der, err := os.ReadFile(filepath.Join(dir, "r.der"))
					if err != nil {
						t.Fatal(err)
					}
					for _, by := range []*x509.Certificate{issuer, other} {
						file := ca + ".pem"
						if by == other {
							file = "other.pem"
						}
						idHash := "-sha1"
						if slices.Contains(args, "-sha256") {
							idHash = "-sha256"
						}
						out, _ := openssl(t, dir, "ocsp", "-no_nonce", "-respin", "r.der", "-issuer", file, "-CAfile", file, idHash, "-cert", name+"leaf.pem")
						want := strings.Contains(out, "Response verify OK") && strings.Contains(out, "leaf.pem: good")
						steps, since := OCSP(der, leaf, by, time.Now())
						last := steps[len(steps)-1]
						if last.OK != want {
							t.Errorf("%s, %s by %s: %s: %s\nbut OpenSSL: %s", name, status, args, last.Check, last.Reason, out)
						}
						if !since.IsZero() != (strings.Contains(out, "Response verify OK") && strings.Contains(out, "leaf.pem: revoked")) {
							t.Errorf("%s, %s: revoked since %v\nbut OpenSSL: %s", name, status, since, out)
						}
						if last.OK {
							held++
						} else {
							refused++
						}
					}
				}
			}
		}
	}
	if t.Logf("%d held, %d refused", held, refused); held == 0 || refused == 0 {
		t.Error("all came to the same")
	}
}

// authorityAndLeaf is an issuer with its key, and what it has issued.
func authorityAndLeaf(t testing.TB) (issuer, leaf *x509.Certificate) {
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		BasicConstraintsValid: true, IsCA: true, MaxPathLen: -1,
	}
	issuer = issue(t, ca, ca, keys[0].Public(), keys[0])
	return issuer, issue(t, leafTemplate(), issuer, keys[1].Public(), keys[0])
}

func leafTemplate() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(77), Subject: pkix.Name{CommonName: "a.example.com"}, DNSNames: []string{"a.example.com"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
}

// Each check stops what it is there for; golang.org/x/crypto/ocsp makes the
// responses.
func TestOCSPChecks(t *testing.T) {
	issuer, leaf := authorityAndLeaf(t)
	responder := func(key int, by crypto.Signer, change func(*x509.Certificate)) *x509.Certificate {
		c := &x509.Certificate{
			SerialNumber: big.NewInt(9), Subject: pkix.Name{CommonName: "Responder"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning},
		}
		change(c)
		parent := *issuer
		parent.PublicKey = by.Public()
		return issue(t, c, &parent, keys[key].Public(), by)
	}
	fine := func(*x509.Certificate) {}
	template := ocsp.Response{Status: ocsp.Good, SerialNumber: leaf.SerialNumber, ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour)}
	with := func(change func(*ocsp.Response)) ocsp.Response {
		r := template
		change(&r)
		return r
	}
	delegated := responder(2, keys[0], fine)
	for _, x := range []struct {
		name      string
		response  ocsp.Response
		responder *x509.Certificate
		key       *ecdsa.PrivateKey
		spoil     func([]byte) []byte
		want      trace.FieldID // the check that stops it
	}{
		{"good", template, issuer, keys[0], nil, ""},
		{"without an end", with(func(r *ocsp.Response) { r.NextUpdate = time.Time{} }), issuer, keys[0], nil, ""},
		{"SHA-384", with(func(r *ocsp.Response) { r.IssuerHash = crypto.SHA384 }), issuer, keys[0], nil, ""},
		{"delegated", with(func(r *ocsp.Response) { r.Certificate = delegated }), delegated, keys[2], nil, ""},
		{"delegated, certificate left out", template, delegated, keys[2], nil, "trust.ocsp_responder"},
		{"delegated by another", with(func(r *ocsp.Response) { r.Certificate = responder(2, keys[3], fine) }), delegated, keys[2], nil, "trust.ocsp_responder"},
		{"delegated for another purpose", with(func(r *ocsp.Response) {
			r.Certificate = responder(2, keys[0], func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })
		}), delegated, keys[2], nil, "trust.ocsp_responder"},
		{"delegated, expired", with(func(r *ocsp.Response) {
			r.Certificate = responder(2, keys[0], func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Minute) })
		}), delegated, keys[2], nil, "trust.ocsp_responder"},
		{"delegated, signed by yet another", with(func(r *ocsp.Response) { r.Certificate = delegated }), delegated, keys[3], nil, "trust.ocsp_signature"},
		{"another key in the issuer's name", template, issuer, keys[3], nil, "trust.ocsp_signature"},
		{"bent signature", template, issuer, keys[0], func(b []byte) []byte { b[len(b)-1] ^= 1; return b }, "trust.ocsp_signature"},
		{"revoked", with(func(r *ocsp.Response) {
			r.Status, r.RevokedAt, r.RevocationReason = ocsp.Revoked, now.Add(-time.Minute), ocsp.Superseded
		}), issuer, keys[0], nil, "trust.ocsp_status"},
		{"unknown", with(func(r *ocsp.Response) { r.Status = ocsp.Unknown }), issuer, keys[0], nil, "trust.ocsp_status"},
		{"of another serial number", with(func(r *ocsp.Response) { r.SerialNumber = big.NewInt(78) }), issuer, keys[0], nil, "trust.ocsp_certificate"},
		{"for the future", with(func(r *ocsp.Response) { r.ThisUpdate = now.Add(time.Minute) }), issuer, keys[0], nil, "trust.ocsp_update"},
		{"of the past", with(func(r *ocsp.Response) { r.NextUpdate = now.Add(-time.Minute) }), issuer, keys[0], nil, "trust.ocsp_update"},
		{"cut off", template, issuer, keys[0], func(b []byte) []byte { return b[:len(b)-9] }, "trust.ocsp_response"},
		{"with something behind", template, issuer, keys[0], func(b []byte) []byte { return append(b, 0) }, "trust.ocsp_response"},
		{"refused", template, issuer, keys[0], func([]byte) []byte { return ocsp.TryLaterErrorResponse }, "trust.ocsp_response"},
		{"nothing", template, issuer, keys[0], func([]byte) []byte { return nil }, "trust.ocsp_response"},
	} {
		t.Run(x.name, func(t *testing.T) {
			der, err := ocsp.CreateResponse(issuer, x.responder, x.response, x.key)
			if err != nil {
				t.Fatal(err)
			}
			if x.spoil != nil {
				der = x.spoil(der)
			}
			steps, _ := OCSP(der, leaf, issuer, now)
			last := steps[len(steps)-1]
			if stopped := last.Check; last.OK != (x.want == "") || !last.OK && stopped != x.want {
				t.Errorf("%s %v: %s, want %s", stopped, last.OK, last.Reason, x.want)
			}
			for _, s := range steps {
				if s.Rule == "" || s.Reason == "" || !slices.Contains(FieldIDs(), s.Check) {
					t.Errorf("step %+v", s)
				}
			}
			// What x/crypto/ocsp refuses must not hold here.
			if _, err := ocsp.ParseResponseForCert(der, leaf, issuer); err != nil && last.OK {
				t.Errorf("golang.org/x/crypto/ocsp says %v", err)
			}
		})
	}
}

// A response that is not about the leaf is held against the authority that it
// is about; crypto/x509's verdict does not hang on it.
func TestStatements(t *testing.T) {
	issuer, _ := authorityAndLeaf(t)
	sub := &x509.Certificate{
		SerialNumber: big.NewInt(5), Subject: pkix.Name{CommonName: "Sub"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		BasicConstraintsValid: true, IsCA: true, MaxPathLen: -1,
	}
	middle := issue(t, sub, issuer, keys[2].Public(), keys[0])
	leaf := issue(t, leafTemplate(), middle, keys[1].Public(), keys[2])
	about := func(c, by *x509.Certificate, key *ecdsa.PrivateKey, status int) []byte {
		der, err := ocsp.CreateResponse(by, by, ocsp.Response{Status: status, SerialNumber: c.SerialNumber, ThisUpdate: now, NextUpdate: now.Add(time.Hour), RevokedAt: now}, key)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	o := Options{
		By: trace.Client, Roots: []*x509.Certificate{issuer}, Time: now, Host: "a.example.com",
		OCSP: [][]byte{about(leaf, middle, keys[2], ocsp.Good), about(middle, issuer, keys[0], ocsp.Revoked), about(leaf, issuer, keys[0], ocsp.Good)},
	}
	v := Verify([][]byte{leaf.Raw, middle.Raw}, o)
	checkAll(t, v)
	if !v.OK || len(v.Statements) != 3 {
		t.Fatalf("%v %s, %d statements", v.OK, v.Error, len(v.Statements))
	}
	for i, want := range []struct {
		certificate int
		ok          bool
		check       trace.FieldID
	}{{0, true, "trust.ocsp_status"}, {1, false, "trust.ocsp_status"}, {0, false, "trust.ocsp_certificate"}} {
		s := v.Statements[i]
		last := s.Steps[len(s.Steps)-1]
		if s.OK != want.ok || last.Check != want.check || last.Certificate != want.certificate || s.At != i {
			t.Errorf("statement %d: %+v, %s: %s", i, s, last.Check, last.Reason)
		}
	}
	o.Roots = nil
	if v := Verify([][]byte{leaf.Raw}, o); len(v.Statements) != 3 || v.Statements[0].OK || v.Statements[0].Steps[0].Check != "trust.ocsp_responder" {
		t.Errorf("without an issuer: %+v", v.Statements[0])
	}
}

// log signs timestamps with keys[4], as RFC 6962, Section 3.2, has it.
func logged(t testing.TB, at time.Time, entry []byte) (sct, spki []byte) {
	t.Helper()
	spki, err := x509.MarshalPKIXPublicKey(keys[4].Public())
	if err != nil {
		t.Fatal(err)
	}
	id := sha256.Sum256(spki)
	stamp := number(int(at.UnixMilli()), 8)
	signed := slices.Concat([]byte{0, 0}, stamp, entry, []byte{0, 0})
	digest := sha256.Sum256(signed)
	signature, err := keys[4].Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat([]byte{0}, id[:], stamp, []byte{0, 0, 4, 3}, number(len(signature), 2), signature), spki
}

// The timestamp in a certificate is over the certificate without it, which here
// crypto/x509 makes.
func TestEmbeddedSCT(t *testing.T) {
	issuer, before := authorityAndLeaf(t)
	key := sha256.Sum256(issuer.RawSubjectPublicKeyInfo)
	for name, x := range map[string]struct {
		tbs  []byte
		at   time.Time
		logs bool
		want trace.FieldID
	}{
		"holds":            {before.RawTBSCertificate, now.Add(-time.Minute), true, ""},
		"of another":       {append([]byte{0}, before.RawTBSCertificate[1:]...), now.Add(-time.Minute), true, "trust.sct_signature"},
		"from the future":  {before.RawTBSCertificate, now.Add(time.Minute), true, "trust.sct_time"},
		"of a strange log": {before.RawTBSCertificate, now.Add(-time.Minute), false, "trust.sct_log"},
	} {
		t.Run(name, func(t *testing.T) {
			sct, spki := logged(t, x.at, slices.Concat([]byte{0, 1}, key[:], number(len(x.tbs), 3), x.tbs))
			list := slices.Concat(number(len(sct)+2, 2), number(len(sct), 2), sct)
			value, err := asn1.Marshal(list)
			if err != nil {
				t.Fatal(err)
			}
			template := leafTemplate()
			template.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, Value: value}}
			leaf := issue(t, template, issuer, keys[1].Public(), keys[0])
			o := Options{By: trace.Client, Roots: []*x509.Certificate{issuer}, Time: now}
			if x.logs {
				o.Logs = [][]byte{spki}
			}
			v := Verify([][]byte{leaf.Raw}, o)
			if !v.OK || len(v.Statements) != 1 || v.Statements[0].At != -1 || v.Statements[0].Kind != "sct" {
				t.Fatalf("%v %s: %+v", v.OK, v.Error, v.Statements)
			}
			s := v.Statements[0]
			if last := s.Steps[len(s.Steps)-1]; s.OK != (x.want == "") || !s.OK && last.Check != x.want {
				t.Errorf("%v: %s: %s, want %s", s.OK, last.Check, last.Reason, x.want)
			}
		})
	}
	// Beside the certificate it is over the whole.
	sct, spki := logged(t, now, slices.Concat([]byte{0, 0}, number(len(before.Raw), 3), before.Raw))
	bent := append(slices.Clone(sct[:len(sct)-1]), sct[len(sct)-1]^1)
	v := Verify([][]byte{before.Raw}, Options{By: trace.Client, Time: now, SCTs: [][]byte{sct, bent, sct[:50], nil}, Logs: [][]byte{spki}})
	for i, want := range []bool{true, false, false, false} {
		if v.Statements[i].OK != want {
			t.Errorf("timestamp %d: %+v", i, v.Statements[i].Steps[len(v.Statements[i].Steps)-1])
		}
	}
}

// FuzzOCSP: no response panics, and what was changed does not hold.
func FuzzOCSP(f *testing.F) {
	issuer, leaf := authorityAndLeaf(f)
	der, err := ocsp.CreateResponse(issuer, issuer, ocsp.Response{Status: ocsp.Good, SerialNumber: leaf.SerialNumber, ThisUpdate: now, NextUpdate: now.Add(time.Hour)}, keys[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(der)
	f.Add(ocsp.UnauthorizedErrorResponse)
	f.Fuzz(func(t *testing.T, b []byte) {
		steps, _ := OCSP(b, leaf, issuer, now)
		if steps[len(steps)-1].OK {
			if _, err := ocsp.ParseResponseForCert(b, leaf, issuer); err != nil {
				t.Errorf("it holds, but golang.org/x/crypto/ocsp says %v", err)
			}
		}
		if ts, ok := readTimestamp(b); ok {
			ts.judge(0, nil, nil, now)
		}
	})
}
