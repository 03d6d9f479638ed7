// Package pki makes the certificates of a run: a root that the peer trusts, an
// intermediate and the end's own, dated by the run's clock and made out to the
// run's host, with faults where the run asks for them; and what goes with
// certificates: OCSP responses, certificate timestamps and keys for encrypted
// ClientHellos.
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

// Order is what a certificate is wanted for.
type Order struct {
	Kind   string   // of its key, one of scenario.Certificates
	Names  []string // DNS names that it is made out to
	Now    time.Time
	Fault  string // what is wrong with it, one of scenario.CertificateFaults, or empty
	Client bool   // it is a client's, made out to a person
}

// Chain is the certificates of one authority and one end.
type Chain struct {
	Root         *x509.Certificate
	Intermediate *x509.Certificate // the issuer of Leaf
	Leaf         *x509.Certificate
	Key          crypto.Signer // with which its end signs: the leaf's, if nothing is wrong

	sent    []*x509.Certificate
	issuer  crypto.Signer // the intermediate's key
	trusted bool
	random  io.Reader
}

const day = 24 * time.Hour

// lifetime is how long an end's certificate is valid, and fresh how long ago it
// was issued.
const lifetime, fresh = 90 * day, 10 * day

// New makes a chain to order. All randomness is read from random, now and for
// what the chain's methods sign.
func New(o Order, random io.Reader) (*Chain, error) {
	root, intermediate, err := authority(authorityOf(o.Kind), o.Now, random)
	if err != nil {
		return nil, err
	}
	c := &Chain{Root: root, Intermediate: intermediate, trusted: true, random: random}
	if c.issuer, err = key(authorityOf(o.Kind), "intermediate"); err != nil {
		return nil, err
	}
	if c.Key, err = key(o.Kind, "leaf"); err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{
		DNSNames:              o.Names,
		NotBefore:             o.Now.Add(-fresh),
		NotAfter:              o.Now.Add(lifetime - fresh),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	if o.Client {
		leaf.Subject = name("Alex Visitor")
		leaf.DNSNames = nil
		leaf.EmailAddresses = []string{"alex@visitor.example"}
		leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	} else {
		leaf.Subject = pkix.Name{CommonName: o.Names[0]}
		if _, ok := c.Key.(*rsa.PrivateKey); ok {
			leaf.KeyUsage |= x509.KeyUsageKeyEncipherment // for static RSA
		}
	}
	if err := c.sign(leaf, o); err != nil {
		return nil, err
	}
	return c, nil
}

// authorityOf is the kind of keys whose authority signs for that kind. Larger
// keys have none of their own: each would add some kB to the page.
func authorityOf(kind string) string {
	switch kind {
	case "ecdsa-p384", "ecdsa-p521":
		return "ecdsa-p256"
	case "rsa-3072", "rsa-4096":
		return "rsa-2048"
	}
	return kind
}

// TLS is the chain as its end presents it: leaf and intermediate, where nothing
// is wrong. The root stays at home; whoever trusts it has it already.
func (c *Chain) TLS() tls.Certificate {
	t := tls.Certificate{PrivateKey: c.Key}
	for _, sent := range c.sent {
		t.Certificate = append(t.Certificate, sent.Raw)
	}
	return t
}

// Roots is what a trust store holds: the root alone, or nothing where that is
// what is wrong.
func (c *Chain) Roots() []*x509.Certificate {
	if !c.trusted {
		return nil
	}
	return []*x509.Certificate{c.Root}
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
	if block.Type == rsaBlock {
		return rsaKey(block.Bytes), nil
	}
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("pki: key %s-%s: %w", kind, role, err)
	}
	return k.(crypto.Signer), nil
}

// rsaBlock is half of PKCS #8: a fourth each for the two primes, and the private
// exponent. The rest can be computed, and the public exponent is 65537.
const rsaBlock = "RSA PRIMES AND EXPONENT"

func rsaKey(b []byte) *rsa.PrivateKey {
	n := len(b) / 4
	p, q := new(big.Int).SetBytes(b[:n]), new(big.Int).SetBytes(b[n:2*n])
	k := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537},
		D:         new(big.Int).SetBytes(b[2*n:]),
		Primes:    []*big.Int{p, q},
	}
	k.Precompute()
	return k
}
