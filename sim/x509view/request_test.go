package x509view

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"maps"
	"math/big"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/crypto/ocsp"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/trace"
)

func fieldsOf(v *trace.Certificate) map[string]string {
	fields := map[string]string{}
	for _, f := range v.Fields {
		fields[f.ID.Name()] = f.Value
	}
	return fields
}

// A request says what its certificate is to say; crypto/x509 makes it and reads
// it, too.
func TestReadRequest(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	usage, _ := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 1}})
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: pkix.Name{CommonName: "a.example"}, DNSNames: []string{"a.example", "*.b.example"}, IPAddresses: []net.IP{net.IPv4(10, 0, 0, 1)},
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Value: usage}},
	}, key)
	if err != nil {
		t.Fatal(err)
	}
	want, err := x509.ParseCertificateRequest(der)
	if err != nil {
		t.Fatal(err)
	}
	v := ReadRequest(&trace.Buffer{Data: der})
	harmless(t, v)
	got := fieldsOf(v)
	for name, value := range map[string]string{
		"subject": want.Subject.String(), "names": strings.Join(want.DNSNames, ", ") + ", " + want.IPAddresses[0].String(),
		"public_key": "ECDSA, P-256", "extended_key_usage": "serverAuth", "signature_algorithm": "ecdsa-with-SHA256",
		"issuer": "", "serial_number": "", "not_before": "",
	} {
		if got[name] != value {
			t.Errorf("%s is %q, want %q", name, got[name], value)
		}
	}
	for _, f := range Findings(v, time.Now()) {
		t.Errorf("a faultless request has %s: %s", f.ID, f.Text)
	}
	bare, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "a"}}, key)
	if err != nil {
		t.Fatal(err)
	}
	if all := Findings(ReadRequest(&trace.Buffer{Data: bare}), time.Now()); len(all) != 1 || all[0].ID != "finding.no_subject_alt_name" {
		t.Errorf("without names: %+v", all)
	}
	for i := range der {
		harmless(t, ReadRequest(&trace.Buffer{Data: der[:i]}))
	}
}

// OCSP responses and revocation lists in a person's order, made by crypto/x509 and
// golang.org/x/crypto/ocsp.
func TestReadStatement(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, NotBefore: now, NotAfter: now.Add(time.Hour),
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCRLSign, SubjectKeyId: []byte{1, 2},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	response, err := ocsp.CreateResponse(issuer, issuer, ocsp.Response{
		Status: ocsp.Revoked, RevokedAt: now, RevocationReason: ocsp.KeyCompromise, SerialNumber: big.NewInt(0x1234), ThisUpdate: now, NextUpdate: now.Add(time.Hour), Certificate: issuer,
	}, key)
	if err != nil {
		t.Fatal(err)
	}
	list, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: now, NextUpdate: now.Add(time.Hour),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: big.NewInt(5), RevocationTime: now}, {SerialNumber: big.NewInt(6), RevocationTime: now}},
	}, issuer, key)
	if err != nil {
		t.Fatal(err)
	}
	for kind, x := range map[asn1view.Kind]struct {
		der  []byte
		want map[string]string
	}{
		asn1view.OCSPResponse: {response, map[string]string{
			"responseStatus": "0 (successful)", "responderID": "CN=CA", "serialNumber": "4660", "certStatus": "revoked",
			"revocationTime": "2026-03-04 05:06:07 UTC", "revocationReason": "1 (keyCompromise)", "thisUpdate": "2026-03-04 05:06:07 UTC", "nextUpdate": "2026-03-04 06:06:07 UTC",
		}},
		asn1view.RevocationList: {list, map[string]string{
			"issuer": "CN=CA", "thisUpdate": "2026-03-04 05:06:07 UTC", "nextUpdate": "2026-03-04 06:06:07 UTC", "revokedCertificates": "2 certificates",
		}},
		asn1view.Unknown: {der, map[string]string{}},
	} {
		v := ReadStatement(&trace.Buffer{Data: x.der}, kind)
		got := fieldsOf(v)
		delete(got, "producedAt") // by the system's clock
		if !maps.Equal(got, x.want) {
			t.Errorf("%s: %q, want %q", kind, got, x.want)
		}
		for i := range x.der {
			ReadStatement(&trace.Buffer{Data: x.der[:i]}, kind)
		}
	}
}

// The samples of RFC 3492, Section 7.1, and names as they stand in certificates.
func TestDecodeHost(t *testing.T) {
	for sample, want := range map[string]string{
		"egbpdaj6bu4bxfgehfvwxn":                        "ليهمابتكلموشعربي؟",
		"ihqwcrb4cv8a8dqg056pqjye":                      "他们为什么不说中文",
		"Proprostnemluvesky-uyb24dma41a":                "Pročprostěnemluvíčesky",
		"b1abfaaepdrnnbgefbadotcwatmq2g4l":              "почемужеонинеговорятпорусски",
		"PorqunopuedensimplementehablarenEspaol-fmd56a": "PorquénopuedensimplementehablarenEspañol",
		"3B-ww4c5e180e575a65lsy2b":                      "3年B組金八先生",
		"-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n":      "安室奈美恵-with-SUPER-MONKEYS",
		"2-u9tlzr9756bt3uc0v":                           "ひとつ屋根の下2",
	} {
		if got, ok := decodePunycode(sample); !ok || got != want {
			t.Errorf("%s is %q, want %q", sample, got, want)
		}
	}
	for name, want := range map[string]string{
		"xn--bcher-kva.example": "bücher.example", "*.XN--bcher-kva.example": "*.bücher.example", "plain.example": "", "xn--.example": "",
		"xn--?.example": "", "xn--a-9999999999.example": "", "xn--99999999.example": "", "axn--b.example": "",
		"xn--" + strings.Repeat("a", 300): "",
	} {
		if got := decodeHost(name); got != want {
			t.Errorf("%s reads %q, want %q", name, got, want)
		}
	}
	// What can't be seen is made visible.
	if got := decodeHost("xn--abc-ksa.example"); strings.ContainsRune(got, 0x202e) {
		t.Errorf("%q", got)
	}
}

func FuzzDecodeHost(f *testing.F) {
	f.Add("xn--bcher-kva.example")
	f.Add("xn--ihqwcrb4cv8a8dqg056pqjye.b-")
	f.Fuzz(func(t *testing.T, name string) {
		for _, r := range decodeHost(name) {
			if asn1view.Hidden(r) || unicode.IsControl(r) {
				t.Errorf("%q reads %q, with %U", name, decodeHost(name), r)
			}
		}
	})
}

// Extensions by the kinds of names that they hold, in words.
func TestNamesByKind(t *testing.T) {
	m := newMaker(t)
	uri := func(s string) *url.URL {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	info, _ := asn1.Marshal([]struct {
		Method asn1.ObjectIdentifier
		At     asn1.RawValue
	}{{asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 5}, asn1.RawValue{Class: 2, Tag: 6, Bytes: []byte("http://repository.example/")}}})
	issuerName, _ := asn1.Marshal([]asn1.RawValue{{Class: 2, Tag: 1, Bytes: []byte("ca@example.com")}})
	v := Read("", "", &trace.Buffer{Data: m.make("p256", func(c *x509.Certificate) {
		c.SerialNumber = big.NewInt(1 << 40)
		c.DNSNames, c.URIs = []string{"xn--bcher-kva.example", "xn--80ak6aa92e.com"}, []*url.URL{uri("https://xn--a.example/")}
		c.PermittedDNSDomains, c.PermittedEmailAddresses, c.ExcludedURIDomains = []string{".example"}, []string{"example.com"}, []string{".evil.example"}
		c.ExtraExtensions = []pkix.Extension{
			{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 11}, Value: info}, {Id: asn1.ObjectIdentifier{2, 5, 29, 18}, Value: issuerName},
		}
	})})
	harmless(t, v)
	got := fieldsOf(v)
	for name, want := range map[string]string{
		"names":               "xn--bcher-kva.example (bücher.example), xn--80ak6aa92e.com (аррӏе.com), https://xn--a.example/",
		"name_constraints":    "only .example, mail at example.com; never URIs at .evil.example",
		"subject_info_access": "caRepository http://repository.example/",
		"issuer_alt_name":     "ca@example.com",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	alike := 0
	for _, f := range Findings(v, m.clock) {
		if f.ID == "finding.lookalike_name" {
			alike++
		}
	}
	if alike != 1 {
		t.Errorf("%d names are said to look like others", alike)
	}
}
