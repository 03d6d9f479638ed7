package trust

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/url"
	"testing"
	"time"
)

// FuzzHost compares the match of a host name with crypto/x509's.
func FuzzHost(f *testing.F) {
	for _, san := range someNames {
		for _, host := range []string{"a.example.com", "A.example.com.", "[::1]", "10.0.0.1", "*.example.com", ".", "-a.example.com", "a..example"} {
			f.Add(san, host)
		}
	}
	f.Fuzz(func(t *testing.T, san, host string) {
		c := &x509.Certificate{DNSNames: []string{"x.example", san}, IPAddresses: []net.IP{net.ParseIP(san), net.IPv4(10, 0, 0, 1)}}
		ok, reason := matchHost(c, host)
		if err := c.VerifyHostname(host); ok != (err == nil) {
			t.Errorf("%q for %q: %v, %s, crypto/x509 says %v", san, host, ok, reason, err)
		}
	})
}

// FuzzNames compares name constraints with crypto/x509's on a chain of two.
func FuzzNames(f *testing.F) {
	for i, name := range []string{"a.example.com", "*.example.com", "me@example.com", `"a b"@example.com`, "https://a.example.com/", "https://[::1]/", "10.0.0.1"} {
		f.Add(name, "example.com", "b.example.com", uint8(i))
		f.Add(name, ".example.com", "", uint8(i+4))
	}
	f.Fuzz(func(t *testing.T, name, permitted, excluded string, kind uint8) {
		ca := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
			BasicConstraintsValid: true, IsCA: true, MaxPathLen: -1,
		}
		leaf := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour)}
		var p, e []string
		if kind&4 == 0 {
			p = []string{permitted}
		}
		if kind&8 == 0 {
			e = []string{excluded}
		}
		switch kind & 3 {
		case 0:
			leaf.DNSNames, ca.PermittedDNSDomains, ca.ExcludedDNSDomains = []string{name}, p, e
		case 1:
			leaf.EmailAddresses, ca.PermittedEmailAddresses, ca.ExcludedEmailAddresses = []string{name}, p, e
		case 2:
			u, err := url.Parse(name)
			if err != nil {
				return
			}
			leaf.URIs, ca.PermittedURIDomains, ca.ExcludedURIDomains = []*url.URL{u}, p, e
		case 3:
			leaf.IPAddresses = []net.IP{net.ParseIP(name)}
			if leaf.IPAddresses[0] == nil {
				return
			}
			for i, s := range []string{permitted, excluded} {
				if _, n, err := net.ParseCIDR(s); err == nil {
					if i == 0 {
						ca.PermittedIPRanges = []*net.IPNet{n}
					} else {
						ca.ExcludedIPRanges = []*net.IPNet{n}
					}
				}
			}
		}
		sign := func(c, parent *x509.Certificate, key int) *x509.Certificate {
			der, err := x509.CreateCertificate(nil, c, parent, keys[key].Public(), keys[0])
			if err != nil {
				return nil
			}
			signed, _ := x509.ParseCertificate(der)
			return signed
		}
		root := sign(ca, ca, 0)
		if root == nil {
			return
		}
		signed := sign(leaf, root, 1)
		if signed == nil {
			return
		}
		checkAll(t, Verify([][]byte{signed.Raw}, Options{Roots: []*x509.Certificate{root}, Time: now}))
	})
}
