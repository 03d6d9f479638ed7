// Package pki makes the certificates of a run: a root that the client trusts,
// an intermediate and the server's own, dated by the run's clock and made out
// to the run's host.
//
// The keys are fixed and public (keys/): making RSA keys takes Go's wasm a
// third of a second, and none of them protects anything. The server's
// certificate is made anew for each run, from its randomness alone, so it
// repeats with it; the authorities' are stored beside their keys.
package pki

import (
	"crypto"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"embed"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"time"
)

//go:embed keys
var keyFiles embed.FS

// Chain is the certificates of one authority and one server.
type Chain struct {
	Root         *x509.Certificate
	Intermediate *x509.Certificate
	Leaf         *x509.Certificate
	Key          crypto.Signer // the leaf's
}

const day = 24 * time.Hour

// lifetime is how long a server's certificate is valid, and fresh how long ago
// it was issued.
const lifetime, fresh = 90 * day, 10 * day

// Expired is the time at which a server's certificate must have been asked for
// to be past its last day now.
func Expired(now time.Time) time.Time { return now.Add(-lifetime) }

// New makes a chain of keys of that kind (scenario.Certificates) for host, valid
// around now; the server's own certificate was asked for at asked, which is now
// where nothing is wrong. All randomness is read from random.
func New(kind, host string, now, asked time.Time, random io.Reader) (*Chain, error) {
	root, intermediate, err := authority(authorityOf(kind), now, random)
	if err != nil {
		return nil, err
	}
	issuer, err := key(authorityOf(kind), "intermediate")
	if err != nil {
		return nil, err
	}
	own, err := key(kind, "leaf")
	if err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{
		Subject:               pkix.Name{CommonName: host},
		DNSNames:              []string{host},
		NotBefore:             asked.Add(-fresh),
		NotAfter:              asked.Add(lifetime - fresh),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	if _, ok := own.(*rsa.PrivateKey); ok {
		leaf.KeyUsage |= x509.KeyUsageKeyEncipherment // for static RSA
	}
	c := &Chain{Root: root, Intermediate: intermediate, Key: own}
	if c.Leaf, err = issue(leaf, intermediate, own.Public(), issuer, random); err != nil {
		return nil, err
	}
	return c, nil
}

// authorityOf is the kind of keys whose authority signs for that kind. Larger
// RSA keys have none of their own: each would add 10 kB to the page.
func authorityOf(kind string) string {
	if kind == "rsa-3072" || kind == "rsa-4096" {
		return "rsa-2048"
	}
	return kind
}

// TLS is the chain as a server presents it: leaf and intermediate. The root
// stays at home; whoever trusts it has it already.
func (c *Chain) TLS() tls.Certificate {
	return tls.Certificate{
		Certificate: [][]byte{c.Leaf.Raw, c.Intermediate.Raw},
		PrivateKey:  c.Key,
		Leaf:        c.Leaf,
	}
}

// Roots is a trust store that holds the root alone.
func (c *Chain) Roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(c.Root)
	return pool
}

func name(cn string) pkix.Name {
	return pkix.Name{CommonName: cn, Organization: []string{"TLS Playground"}}
}

// issue signs template for pub. The serial number is 127 random bits, so it is
// positive and short enough (RFC 5280, Section 4.1.2.2).
func issue(template, parent *x509.Certificate, pub crypto.PublicKey, signer crypto.Signer, random io.Reader) (*x509.Certificate, error) {
	serial := make([]byte, 16)
	if _, err := io.ReadFull(random, serial); err != nil {
		return nil, err
	}
	serial[0] &= 0x7f
	template.SerialNumber = new(big.Int).SetBytes(serial)
	der, err := x509.CreateCertificate(random, template, parent, pub, signer)
	if err != nil {
		return nil, fmt.Errorf("pki: certificate for %s: %w", template.Subject.CommonName, err)
	}
	return x509.ParseCertificate(der)
}

func key(kind, role string) (crypto.Signer, error) {
	text, err := keyFiles.ReadFile("keys/" + kind + "-" + role + ".pem")
	if err != nil {
		return nil, fmt.Errorf("pki: no %s key for the %s: the kind must be one of scenario.Certificates", kind, role)
	}
	block, _ := pem.Decode(text)
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("pki: key %s-%s: %w", kind, role, err)
	}
	return k.(crypto.Signer), nil
}
