package asn1view

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
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

// goData is the certificates and revocation lists of crypto/x509's tests, NIST's
// PKITS among them, by file.
func goData(t testing.TB) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	root := filepath.Join(goSource(t))
	err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		ext := filepath.Ext(path)
		if err != nil || info.IsDir() || ext != ".crt" && ext != ".crl" && ext != ".pem" {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		for i := 0; ; i++ {
			block, rest := pem.Decode(b)
			if block == nil {
				if i == 0 && len(b) > 0 && b[0] == 0x30 {
					files[name] = b
				}
				return nil
			}
			files[name+strings.Repeat("'", i)] = block.Bytes
			b = rest
		}
	})
	if err != nil || len(files) < 250 {
		t.Skipf("crypto/x509's test data is not all here: %d files, %v", len(files), err)
	}
	return files
}

// check holds the tree to the cover invariant and to the list of IDs.
func check(t testing.TB, buf *trace.Buffer, root *trace.Node) {
	t.Helper()
	if err := trace.CheckCover(buf, root); err != nil {
		t.Error(err)
	}
	nodes, known := 0, knownIDs()
	root.Walk(func(n *trace.Node) bool {
		if nodes++; !known[n.ID] && !strings.HasPrefix(string(n.ID), "sct") && !strings.HasPrefix(string(n.ID), "signed_certificate_timestamp") &&
			n.ID != "extension.signed_certificate_timestamp" && n.ID != "opaque" {
			t.Errorf("%s is no listed ID", n.ID)
		}
		return true
	})
	if nodes > 2*maxNodes+8*maxDepth {
		t.Errorf("%d nodes", nodes)
	}
}

func knownIDs() map[trace.FieldID]bool {
	m := map[trace.FieldID]bool{}
	for _, id := range FieldIDs() {
		m[id] = true
	}
	return m
}

func diagnostics(root *trace.Node) (all []string) {
	root.Walk(func(n *trace.Node) bool {
		for _, d := range n.Diagnostics {
			all = append(all, string(n.ID)+": "+d.Text)
		}
		return true
	})
	return all
}

// What crypto/x509 accepts fits the schema; all of it is covered.
func TestGoData(t *testing.T) {
	for name, der := range goData(t) {
		kind := Detect(der)
		want := Certificate
		if strings.HasSuffix(name, ".crl") {
			want = RevocationList
		}
		if strings.Contains(name, "platform_root_key") {
			want = ECPrivateKey
		}
		if kind != want {
			t.Errorf("%s is a %q, want %q", name, kind, want)
		}
		buf := &trace.Buffer{ID: 3, Data: der}
		root := Tree(buf, kind)
		check(t, buf, root)
		var err error
		switch kind {
		case Certificate:
			_, err = x509.ParseCertificate(der)
		case RevocationList:
			_, err = x509.ParseRevocationList(der)
		}
		if d := diagnostics(root); err == nil && len(d) > 0 {
			t.Errorf("%s: %s", name, strings.Join(d, "; "))
		} else if err != nil {
			t.Logf("%s: %v; ours: %s", name, err, strings.Join(d, "; "))
		}
	}
}

// FuzzTree reads bytes as an object of each kind, and as what they look like.
func FuzzTree(f *testing.F) {
	i := 0
	for _, der := range goData(f) {
		if i++; i%8 == 0 || len(der) < 600 {
			f.Add(der, uint8(i))
		}
	}
	f.Add([]byte{0x30, 0x80, 0x04, 0x80, 0, 0, 0, 0}, uint8(0))
	kinds := []Kind{Unknown, Certificate, CertificateRequest, RevocationList, OCSPRequest, OCSPResponse, PKCS7, PKCS12, PrivateKey, EncryptedPrivateKey, ECPrivateKey, RSAPrivateKey, RSAPublicKey, PublicKey}
	f.Fuzz(func(t *testing.T, der []byte, k uint8) {
		buf := &trace.Buffer{ID: 9, Data: der}
		for _, kind := range []Kind{kinds[int(k)%len(kinds)], Detect(der), Unknown} {
			root := Tree(buf, kind)
			check(t, buf, root)
			Notation(root)
		}
		for _, s := range Bundled(der) {
			if s.Offset >= s.End || s.End > len(der) {
				t.Errorf("%+v", s)
			}
		}
		if n := Size(der); n < 0 || n > len(der) {
			t.Errorf("size %d of %d", n, len(der))
		}
	})
}

func BenchmarkTree(b *testing.B) {
	for name, der := range goData(b) {
		if strings.HasSuffix(name, "ValidCertificatePathTest1EE.crt") {
			buf := &trace.Buffer{Data: der}
			b.SetBytes(int64(len(der)))
			b.ReportAllocs()
			for b.Loop() {
				Tree(buf, Certificate)
			}
		}
	}
}

// An implicit tag is told as it is written, and what is under it read as its
// type. RFC 5280, Section 4.2.1.6: dNSName is [2] IA5String, iPAddress [7].
func TestImplicitTag(t *testing.T) {
	der := []byte("\x30\x0c\x82\x04a.de\x87\x04\x0a\x00\x00\x01")
	root := Tree(&trace.Buffer{Data: der}, "GeneralNames")
	check(t, &trace.Buffer{Data: der}, root)
	names := Elements(root)
	if len(names) != 2 {
		t.Fatalf("%d names", len(names))
	}
	for i, want := range []string{"[2] dNSName a.de", "[7] iPAddress 10.0.0.1"} {
		if got := names[i].Children[0].Value + " " + names[i].Value; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
