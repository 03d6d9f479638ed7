package scenario

import (
	"crypto/tls"
	"slices"
	"strings"
)

// implemented is the cipher suites that crypto/tls implements, of which it makes a list
// whenever it is asked.
var implemented = slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites())

// Suites is their names, the insecure ones last.
func Suites() []string {
	var names []string
	for _, s := range implemented {
		names = append(names, s.Name)
	}
	return names
}

// suite is the cipher suite of that name, or nil.
func suite(name string) *tls.CipherSuite {
	for _, s := range implemented {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// checkSuite checks that the scenario's cipher suite goes with its version,
// certificate and group.
func (s Scenario) checkSuite(c *checker) {
	known := suite(s.Suite)
	if known == nil {
		c.fail("suite", s.Suite, "leave it empty, or use a name that crypto/tls implements, such as TLS_AES_128_GCM_SHA256 (scenario.Suites)")
		return
	}
	var versions []string
	for _, v := range known.SupportedVersions {
		versions = append(versions, strings.TrimPrefix(tls.VersionName(v), "TLS "))
	}
	slices.Reverse(versions)
	if !slices.Contains(versions, s.Version) {
		c.fail("suite", s.Suite, "it is for version "+oneOf(versions)+": use that, or a suite of "+s.Version)
	}
	if s.Version == "1.3" {
		return // its suites say nothing of signature and group
	}
	rsa := strings.HasPrefix(s.Certificate, "rsa-")
	switch {
	case strings.Contains(s.Suite, "_ECDSA_") && rsa:
		c.fail("suite", s.Suite, "it needs an ECDSA or Ed25519 key: use certificate ecdsa-p256, or a suite with RSA")
	case !strings.Contains(s.Suite, "_ECDSA_") && !rsa:
		c.fail("suite", s.Suite, "it needs an RSA key: use certificate rsa-2048, or a suite with ECDSA")
	case strings.HasPrefix(s.Suite, "TLS_RSA_") && s.Group != "":
		c.fail("group", s.Group, "static RSA key exchange uses no group: leave it empty, or use a suite with ECDHE")
	}
}
