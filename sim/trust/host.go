package trust

import (
	"crypto/x509"
	"net"
)

// matchHost looks for host among the alternative names, each asked by itself, so
// that the one that matches can be told. RFC 9525, Section 6.
func matchHost(c *x509.Certificate, host string) (bool, string) {
	for _, ip := range c.IPAddresses {
		if (&x509.Certificate{IPAddresses: []net.IP{ip}}).VerifyHostname(host) == nil {
			return true, "It matches the alternative name " + ip.String() + "."
		}
	}
	for _, name := range c.DNSNames {
		if (&x509.Certificate{DNSNames: []string{name}}).VerifyHostname(host) == nil {
			return true, "It matches the alternative name " + visible(name) + "."
		}
	}
	return false, words(c.VerifyHostname(host))
}
