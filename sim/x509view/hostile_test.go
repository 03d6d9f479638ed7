package x509view

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"runtime"
	"testing"
	"time"
	"unicode"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/entropy"
	"tlsplay/sim/pki"
	"tlsplay/sim/trace"
)

// element is the DER of one element.
func element(tag byte, parts ...[]byte) []byte {
	b := bytes.Join(parts, nil)
	n := len(b)
	switch {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, b...)
	case n < 1<<8:
		return append([]byte{tag, 0x81, byte(n)}, b...)
	case n < 1<<16:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, b...)
	}
	return append([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}, b...)
}

// withExtension is a certificate with that value in that extension.
func withExtension(t testing.TB, id asn1.ObjectIdentifier, value []byte, subject pkix.Name) []byte {
	t.Helper()
	signer, err := pki.New(pki.Order{Kind: "ed25519", Names: []string{"a.example"}, Now: time.Now()}, entropy.NewSeed().Stream("pki"))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(77), Subject: subject, NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	if id != nil {
		template.ExtraExtensions = []pkix.Extension{{Id: id, Value: value}}
	}
	der, err := x509.CreateCertificate(entropy.NewSeed().Stream("x"), template, template, signer.Leaf.PublicKey, signer.Key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// harmless holds every text of a view to what may be shown: nothing that hides
// or reorders, and not too much of it.
func harmless(t testing.TB, v *trace.Certificate) {
	t.Helper()
	look := func(where, s string) {
		if len(s) > 1<<17 {
			t.Errorf("%s: %d bytes", where, len(s))
		}
		for _, c := range s {
			if !unicode.IsPrint(c) || asn1view.Hidden(c) {
				t.Errorf("%s holds %U", where, c)
				return
			}
		}
	}
	for _, f := range v.Fields {
		look(string(f.ID), f.Value)
		if f.Offset < 0 || f.Length < 0 || f.Offset+f.Length > len(v.DER.Data) {
			t.Errorf("%s lies at %d+%d", f.ID, f.Offset, f.Length)
		}
	}
	look("the error", v.Error)
	findings := Findings(v, time.Unix(1_800_000_000, 0))
	if len(findings) > 1000 {
		t.Errorf("%d findings", len(findings))
	}
	for _, f := range findings {
		look(string(f.ID), f.Text)
		if f.Offset < 0 || f.Length < 0 || f.Offset+f.Length > len(v.DER.Data) || f.Rule == "" {
			t.Errorf("%+v", f)
		}
	}
	v.Tree.Walk(func(n *trace.Node) bool {
		look(string(n.ID), n.Value)
		return true
	})
	if err := trace.CheckCover(v.DER, v.Tree); err != nil {
		t.Error(err)
	}
}

// Text that could mislead is shown so that it can't.
func TestMisleadingText(t *testing.T) {
	san := asn1.ObjectIdentifier{2, 5, 29, 17}
	for name, c := range map[string]struct {
		id      asn1.ObjectIdentifier
		value   []byte
		subject string
		field   string
		want    string
		finding string
	}{
		"bidirectional": {nil, nil, "bank.example\u202e", "subject", "CN=bank.example⟨U+202E⟩", "hidden_characters"},
		"control":       {nil, nil, "bank\x00.example\n\x7f", "subject", "CN=bank␀.example␊␡", "hidden_characters"},
		"zero width":    {nil, nil, "ba\u200bnk", "subject", "CN=ba⟨U+200B⟩nk", "hidden_characters"},
		"filler":        {nil, nil, "ba\u3164nk", "subject", "CN=ba⟨U+3164⟩nk", "hidden_characters"},
		"no-break":      {nil, nil, "ba\u00a0nk", "subject", "CN=ba⟨U+00A0⟩nk", "hidden_characters"},
		"forged mark":   {nil, nil, "⟨U+202E⟩␀", "subject", `CN=⟨U+27E8⟩U\+202E⟨U+27E9⟩⟨U+2400⟩`, "hidden_characters"},
		"markup":        {nil, nil, "<script>alert(1)</script>", "subject", `CN=\<script\>alert(1)\</script\>`, ""},
		"two in one":    {san, element(0x30, element(0x82, []byte("a.example, bank.example"))), "x", "names", `"a.example, bank.example"`, "malformed_name"},
		"quoted":        {san, element(0x30, element(0x82, []byte(`a", "b`))), "x", "names", `"a\", \"b"`, "malformed_name"},
		"other kind":    {san, element(0x30, element(0x82, []byte("directory name CN=x"))), "x", "names", `"directory name CN=x"`, "malformed_name"},
		"NUL":           {san, element(0x30, element(0x82, []byte("bank.example\x00.evil.example"))), "x", "names", "bank.example␀.evil.example", "hidden_characters"},
		"not ASCII":     {san, element(0x30, element(0x82, []byte("b\xd0\xb0nk.example"))), "x", "names", "bаnk.example", "malformed_name"},
		"relative name": {nil, nil, "a,O=Bank+OU=x", "subject", `CN=a\,O=Bank\+OU=x`, ""},
	} {
		v := Read(trace.Server, "leaf", &trace.Buffer{Data: withExtension(t, c.id, c.value, pkix.Name{CommonName: c.subject})})
		harmless(t, v)
		if got := fields(v)[c.field]; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		found := false
		for _, f := range Findings(v, time.Now()) {
			found = found || f.ID.Name() == c.finding
		}
		if c.finding != "" && !found {
			t.Errorf("%s: no finding %s", name, c.finding)
		}
	}
}

// Size and depth cost no more than their bytes.
func TestHuge(t *testing.T) {
	size := 10 << 20
	if testing.Short() || runtime.GOOS == "js" {
		size = 1 << 20
	}
	nested := func(tag byte, n int) []byte {
		b := []byte{}
		for len(b) < n {
			b = element(tag, b)
			if len(b) > 60_000 {
				break
			}
		}
		return b
	}
	indefinite := bytes.Repeat([]byte{0x30, 0x80}, size/2)
	names := make([]byte, 0, size)
	for len(names) < size-1000 {
		names = append(names, element(0x82, []byte("a.b.c.d.e.example"))...)
	}
	empty := make([]byte, 0, size)
	for len(empty) < size-1000 {
		empty = append(empty, 5, 0)
	}
	for name, value := range map[string][]byte{
		"indefinite":   indefinite,
		"nested":       nested(0x30, 50_000),
		"nested octet": nested(0x04, 50_000),
		"names":        element(0x30, names),
		"NULLs":        element(0x30, empty),
		"OID":          element(0x06, bytes.Repeat([]byte{0xff}, size)),
		"integer":      element(0x02, bytes.Repeat([]byte{0x7f}, size)),
		"string":       element(0x0c, bytes.Repeat([]byte("\u202e"), size/3)),
		"bits":         element(0x03, bytes.Repeat([]byte{0}, size)),
		"octets":       element(0x04, bytes.Repeat([]byte{0x04, 0x02}, size/2)),
	} {
		start := time.Now()
		for _, oid := range []asn1.ObjectIdentifier{{2, 5, 29, 17}, {1, 2, 3}} {
			v := Read(trace.Server, "leaf", &trace.Buffer{Data: withExtension(t, oid, value, pkix.Name{CommonName: "x"})})
			harmless(t, v)
		}
		harmless(t, Read(trace.Server, "leaf", &trace.Buffer{Data: value}))
		objects, err := Input(value)
		if err == nil && len(objects) > size/4 {
			t.Errorf("%s: %d objects", name, len(objects))
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		} else {
			t.Logf("%s: three certificates of up to 10 MB in %v", name, took)
		}
	}
	start := time.Now()
	if _, err := Input(bytes.Repeat([]byte("-----BEGIN X-----\n"), size/18)); err != nil {
		t.Error(err)
	}
	if _, err := Input(bytes.Repeat([]byte("-----BEGIN "), size/11)); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("unfinished blocks took %v", took)
	}
}
