package x509view

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/entropy"
	"tlsplay/sim/pki"
	"tlsplay/sim/trace"
)

func someChain(t testing.TB) *pki.Chain {
	t.Helper()
	chain, err := pki.New(pki.Order{Kind: "ecdsa-p256", Names: []string{"a.example"}, Now: time.Now()}, entropy.NewSeed().Stream("pki"))
	if err != nil {
		t.Fatal(err)
	}
	return chain
}

func block(label string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

// kinds is what Input finds, in short: the kinds, with a ! for an error.
func kinds(objects []Object) string {
	var words []string
	for _, o := range objects {
		word := string(o.Kind)
		if o.Err != nil {
			word += "!"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestInput(t *testing.T) {
	chain := someChain(t)
	leaf, inter := chain.Leaf.Raw, chain.Intermediate.Raw
	p1, p2 := block("CERTIFICATE", leaf), block("CERTIFICATE", inter)
	utf16le := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(p1)) {
		utf16le = append(utf16le, byte(u), byte(u>>8))
	}
	bare := base64.StdEncoding.EncodeToString(leaf)
	for name, c := range map[string]struct{ in, want, err string }{
		"one block":           {p1, "Certificate", ""},
		"two and junk":        {"junk -----\n" + p1 + "\nmore junk\n" + p2 + "the end", "Certificate Certificate", ""},
		"CRLF":                {strings.ReplaceAll(p1, "\n", "\r\n"), "Certificate", ""},
		"indented":            {strings.ReplaceAll(p1, "\n", "\n   "), "Certificate", ""},
		"from source code":    {strings.ReplaceAll(p1, "\n", `\n`), "Certificate", ""},
		"headers":             {strings.Replace(p1, "-----\n", "-----\nComment: hello\n\n", 1), "Certificate", ""},
		"UTF-16":              {string(utf16le), "Certificate", ""},
		"byte order mark":     {"\uFEFF" + p1, "Certificate", ""},
		"no padding":          {strings.ReplaceAll(p1, "=", ""), "Certificate", ""},
		"DER":                 {string(leaf), "Certificate", ""},
		"two DER":             {string(leaf) + string(inter), "Certificate Certificate", ""},
		"bare base64":         {bare[:80] + "\n" + bare[80:], "Certificate", ""},
		"PEM in base64":       {base64.StdEncoding.EncodeToString([]byte(p1 + p2)), "Certificate Certificate", ""},
		"hexadecimal":         {hex.EncodeToString(leaf), "Certificate", ""},
		"hexadecimal, spaced": {trace.Dump(leaf), "Certificate", ""},
		"unknown DER":         {"\x30\x03\x02\x01\x05", "", ""},
		"label without type":  {block("SOMETHING", []byte{0x30, 3, 2, 1, 5}), "", ""},
		"truncated DER":       {string(leaf[:100]), "Certificate", ""},
		"DER and rubbish":     {string(leaf) + "xyz", "Certificate !", "3 bytes from byte " + itoa(len(leaf)) + " on are no DER object"},
		"wrong label":         {block("PRIVATE KEY", leaf), "Certificate!", "labelled PRIVATE KEY, but it is a Certificate"},
		"no end":              {"\n\n" + p1[:100], "Certificate!", "line 3: the block CERTIFICATE: it has no -----END CERTIFICATE----- line"},
		"no end, then one":    {p1[:100] + "\n" + p2, "Certificate! Certificate", "line 1"},
		"wrong end":           {strings.Replace(p1, "END CERT", "END SERT", 1), "Certificate!", "ends another kind of block"},
		"bad character":       {p1[:60] + "?" + p1[60:], "Certificate!", "line 2: a character that is no base64"},
		"missing character":   {strings.Replace(strings.ReplaceAll(p1, "=", ""), "\n-----END", "", 1), "Certificate!", ""},
		"no dashes":           {"-----BEGIN CERTIFICATE\n" + bare, "!", "without its five dashes"},
		"empty block":         {"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "Certificate!", "it is empty"},
	} {
		objects, err := Input([]byte(c.in))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := kinds(objects); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		said := ""
		for i, o := range objects {
			if o.Err != nil {
				said += o.Err.Error()
			}
			if o.DER != nil && (o.DER.ID != i || len(o.DER.Data) == 0) {
				t.Errorf("%s: buffer %d of object %d", name, o.DER.ID, i)
			}
		}
		if !strings.Contains(said, c.err) || c.err == "" && strings.Contains(c.want, "!") && said == "" {
			t.Errorf("%s: %q, want %q", name, said, c.err)
		}
	}
	for _, nothing := range []string{"", "  \n", "hello", "\x04\x01\x00"} {
		if objects, err := Input([]byte(nothing)); err == nil {
			t.Errorf("%q: %s", nothing, kinds(objects))
		} else if !strings.HasPrefix(err.Error(), "x509view: ") {
			t.Error(err)
		}
	}
}

func itoa(n int) string { return count(n, "")[:len(count(n, ""))-2] }

// TestOpenSSLObjects reads what OpenSSL writes.
func TestOpenSSLObjects(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("no openssl")
	}
	dir := t.TempDir()
	run := func(args ...string) []byte {
		t.Helper()
		cmd := exec.Command("openssl", args...)
		cmd.Dir = dir
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("openssl %v: %v: %s", args, err, stderr.String())
		}
		return out
	}
	write := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	chain := someChain(t)
	write("chain.pem", []byte(block("CERTIFICATE", chain.Leaf.Raw)+block("CERTIFICATE", chain.Intermediate.Raw)))
	write("empty", nil)
	rsa := run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024")
	write("rsa.pem", rsa)
	ec := run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
	write("ec.pem", ec)
	run("req", "-x509", "-key", "rsa.pem", "-subj", "/CN=ca", "-days", "2", "-out", "ca.pem")
	write("index.txt", nil)
	write("number", []byte("01\n"))
	write("ca.cnf", []byte("[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\ndefault_crl_days=3\n[req]\ndistinguished_name=n\n[n]\n"))
	run("ocsp", "-issuer", "ca.pem", "-cert", "ca.pem", "-no_nonce", "-reqout", "request.der")
	run("ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "ca.pem", "-rkey", "rsa.pem", "-reqin", "request.der", "-respout", "response.der", "-ndays", "1")
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"PKCS #8, RSA":      {rsa, "OneAsymmetricKey"},
		"PKCS #8, EC":       {ec, "OneAsymmetricKey"},
		"PKCS #8, Ed25519":  {run("genpkey", "-algorithm", "ED25519"), "OneAsymmetricKey"},
		"PKCS #8, DER":      {run("pkcs8", "-topk8", "-nocrypt", "-in", "ec.pem", "-outform", "DER"), "OneAsymmetricKey"},
		"PKCS #1":           {run("rsa", "-in", "rsa.pem", "-traditional"), "RSAPrivateKey"},
		"PKCS #1, public":   {run("rsa", "-in", "rsa.pem", "-RSAPublicKey_out"), "RSAPublicKey"},
		"SEC 1":             {run("ec", "-in", "ec.pem"), "ECPrivateKey"},
		"public":            {run("pkey", "-in", "ec.pem", "-pubout"), "SubjectPublicKeyInfo"},
		"public, RSA":       {run("pkey", "-in", "rsa.pem", "-pubout", "-outform", "DER"), "SubjectPublicKeyInfo"},
		"encrypted":         {run("pkcs8", "-topk8", "-in", "ec.pem", "-passout", "pass:x"), "EncryptedPrivateKeyInfo!"},
		"encrypted, old":    {run("rsa", "-in", "rsa.pem", "-traditional", "-aes128", "-passout", "pass:x"), "RSAPrivateKey!"},
		"PKCS #12":          {run("pkcs12", "-export", "-in", "ca.pem", "-inkey", "rsa.pem", "-passout", "pass:x"), "PFX!"},
		"request":           {run("req", "-new", "-key", "ec.pem", "-subj", "/CN=x", "-addext", "subjectAltName=DNS:a.example", "-outform", "DER"), "CertificationRequest"},
		"request, plain":    {run("req", "-new", "-key", "rsa.pem", "-subj", "/CN=x"), "CertificationRequest"},
		"PKCS #7":           {run("crl2pkcs7", "-nocrl", "-certfile", "chain.pem"), "ContentInfo Certificate Certificate"},
		"PKCS #7, DER":      {run("crl2pkcs7", "-nocrl", "-certfile", "chain.pem", "-outform", "DER"), "ContentInfo Certificate Certificate"},
		"CMS, signed":       {run("cms", "-sign", "-signer", "ca.pem", "-inkey", "rsa.pem", "-in", "ca.cnf", "-outform", "DER", "-nodetach", "-stream"), "ContentInfo Certificate"},
		"CRL":               {run("ca", "-config", "ca.cnf", "-gencrl", "-keyfile", "rsa.pem", "-cert", "ca.pem"), "CertificateList"},
		"OCSP request":      {read("request.der"), "OCSPRequest"},
		"OCSP response":     {read("response.der"), "OCSPResponse"},
		"certificate, text": {run("x509", "-in", "ca.pem", "-text"), "Certificate"},
		"trusted":           {run("x509", "-in", "ca.pem", "-trustout", "-addtrust", "serverAuth"), "Certificate"},
		"parameters first":  {run("ecparam", "-name", "prime256v1", "-genkey"), " ECPrivateKey"}, // the curve, an object identifier, before the key

		"EC, explicit": {run("ecparam", "-name", "prime256v1", "-genkey", "-param_enc", "explicit", "-noout"), "ECPrivateKey"},
	} {
		objects, err := Input(c.data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := kinds(objects)
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		for _, o := range objects {
			if o.DER == nil {
				continue
			}
			tree := asn1view.Tree(o.DER, o.Kind)
			if err := trace.CheckCover(o.DER, tree); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			tree.Walk(func(n *trace.Node) bool {
				for _, d := range n.Diagnostics {
					if !strings.Contains(d.Text, "indefinite") && !strings.Contains(d.Text, "in pieces") { // CMS streams in BER
						t.Errorf("%s: %s: %s", name, n.ID, d.Text)
					}
				}
				return true
			})
		}
	}
}

// An error or a value never tells of a private key.
func TestKeysStaySecret(t *testing.T) {
	made, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(made)
	if err != nil {
		t.Fatal(err)
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	lines := strings.Split(string(key), "\n")
	for i := 1; i < len(key); i += 37 {
		for _, broken := range []string{string(key[:i]) + "?" + string(key[i:]), string(key[:i]), string(key[i:])} {
			objects, err := Input([]byte(broken))
			said := ""
			if err != nil {
				said = err.Error()
			}
			for _, o := range objects {
				if o.Err != nil {
					said += o.Err.Error()
				}
			}
			for _, l := range lines[1 : len(lines)-2] {
				for j := 0; j+8 < len(l); j += 8 {
					if strings.Contains(said, l[j:j+8]) {
						t.Fatalf("%q tells of the key", said)
					}
				}
			}
		}
	}
	buf, secrets := &trace.Buffer{Data: der}, 0
	asn1view.Tree(buf, asn1view.PrivateKey).Walk(func(n *trace.Node) bool {
		if strings.HasPrefix(string(n.ID), "RSAPrivateKey.prime") {
			secrets++
		}
		if strings.HasPrefix(string(n.ID), "RSAPrivateKey.p") && !strings.Contains(string(n.ID), "public") && !strings.HasSuffix(n.Value, "bytes") {
			t.Errorf("%s: %s", n.ID, n.Value)
		}
		return true
	})
	if secrets != 2 {
		t.Errorf("%d primes were found in a key", secrets)
	}
}
