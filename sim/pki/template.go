package pki

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"tlsplay/sim/scenario"
)

// template is a certificate as the plan has it, still without serial number and
// key.
func template(of string, p scenario.Plan, o Order) *x509.Certificate {
	date := func(field string) time.Time {
		n, _ := p.Number(of, field)
		return o.Now.Add(time.Duration(n) * day)
	}
	c := &x509.Certificate{
		Subject:   pkix.Name{CommonName: strings.Join(p.Get(of, "subject"), " ")},
		NotBefore: date("not-before"),
		NotAfter:  date("not-after"),

		BasicConstraintsValid: !p.Is(of, "ca", "absent"),
		IsCA:                  p.Is(of, "ca", "yes"),
	}
	if of != "leaf" || o.Client {
		c.Subject.Organization = []string{"TLS Playground"}
	}
	for _, use := range p.Get(of, "key-usage") {
		c.KeyUsage |= 1 << slices.Index(scenario.KeyUsages, use)
	}
	for _, use := range p.Get(of, "ext-key-usage") {
		c.ExtKeyUsage = append(c.ExtKeyUsage, extKeyUsages[slices.Index(scenario.ExtKeyUsages, use)])
	}
	if n, ok := p.Number(of, "path-length"); ok && c.IsCA {
		c.MaxPathLen, c.MaxPathLenZero = n, n == 0
	}
	if p.Is(of, "must-staple", "yes") {
		c.ExtraExtensions = []pkix.Extension{mustStaple}
	}
	for _, text := range p.Get(of, "names") {
		switch kind, name := scenario.GeneralName(text); kind {
		case scenario.DNS:
			c.DNSNames = append(c.DNSNames, name)
		case scenario.IP:
			c.IPAddresses = append(c.IPAddresses, net.ParseIP(name))
		case scenario.Email:
			c.EmailAddresses = append(c.EmailAddresses, name)
		case scenario.URI:
			u, _ := url.Parse(name) // which the scenario's check has parsed
			c.URIs = append(c.URIs, u)
		}
	}
	constrain(p.Get(of, "permitted"), &c.PermittedDNSDomains, &c.PermittedIPRanges, &c.PermittedEmailAddresses, &c.PermittedURIDomains)
	constrain(p.Get(of, "excluded"), &c.ExcludedDNSDomains, &c.ExcludedIPRanges, &c.ExcludedEmailAddresses, &c.ExcludedURIDomains)
	c.PermittedDNSDomainsCritical = true // the extension is, as RFC 5280, Section 4.2.1.10 has it
	return c
}

// extKeyUsages is those of scenario.ExtKeyUsages.
var extKeyUsages = []x509.ExtKeyUsage{
	x509.ExtKeyUsageAny, x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageCodeSigning,
	x509.ExtKeyUsageEmailProtection, x509.ExtKeyUsageTimeStamping, x509.ExtKeyUsageOCSPSigning,
}

// mustStaple is the TLS feature status_request. RFC 7633, Section 4.
var mustStaple = pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}}

func constrain(spaces []string, dns *[]string, ranges *[]*net.IPNet, email, uri *[]string) {
	for _, text := range spaces {
		switch kind, name := scenario.GeneralName(text); kind {
		case scenario.DNS:
			*dns = append(*dns, name)
		case scenario.IP:
			_, n, _ := net.ParseCIDR(name) // which the scenario's check has parsed
			*ranges = append(*ranges, n)
		case scenario.Email:
			*email = append(*email, name)
		case scenario.URI:
			*uri = append(*uri, name)
		}
	}
}
