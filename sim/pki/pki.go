// Package pki makes the certificates of a run: a root that the peer trusts, an
// intermediate and the end's own, dated by the run's clock and made out to the
// run's host, with faults and edits where the run asks for them; and what goes
// with certificates: OCSP responses, certificate timestamps and keys for encrypted
// ClientHellos.
//
// The keys are fixed and public (keys/): making RSA keys takes Go's wasm a
// third of a second, and none of them protects anything. The server's
// certificate is made anew for each run, from its randomness alone, so it
// repeats with it; the authorities' are stored beside their keys.
package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"embed"
	"fmt"
	"io"
	"math/big"
	"strings"
	"time"

	"tlsplay/sim/scenario"
)

//go:embed keys
var keyFiles embed.FS

// Order is what a certificate is wanted for.
type Order struct {
	Kind   string   // of its key, one of scenario.Certificates
	Names  []string // DNS names that it is made out to
	Now    time.Time
	Fault  string   // what is wrong with it, one of scenario.CertificateFaults, or empty
	Client bool     // it is a client's, made out to a person
	Edits  []string // what else of the chain is otherwise than usual, one scenario.Edit each
	// Owner, if not empty, names an authority of someone else's, to which the peer
	// pays no heed.
	Owner string
}

// Chain is the certificates of one authority and one end.
type Chain struct {
	Root         *x509.Certificate
	Intermediate *x509.Certificate // the issuer of Leaf: the root, where there is no intermediate
	Leaf         *x509.Certificate
	Key          crypto.Signer // with which its end signs: the leaf's, if nothing is wrong

	certificates map[string]*x509.Certificate // by the names of scenario.Links
	sent         []*x509.Certificate
	issuer       crypto.Signer // the intermediate's key
	trusted      bool
	random       io.Reader
}

// New makes a chain to order. All randomness is read from random, now and for
// what the chain's methods sign.
func New(o Order, random io.Reader) (*Chain, error) {
	p := scenario.NewPlan(o.Client, o.Kind, o.Names, o.Fault, o.Edits)
	if o.Owner != "" {
		kind := "ed25519"
		if o.Kind == kind { // not the keys that are trusted
			kind = "ecdsa-p256"
		}
		p.Usual = append(p.Usual,
			scenario.Edit{Of: "root", Field: "subject", Values: []string{o.Owner, "Root CA"}},
			scenario.Edit{Of: "intermediate", Field: "subject", Values: []string{o.Owner, "Issuing CA 1"}},
			scenario.Edit{Of: "root", Field: "key", Values: []string{kind}},
			scenario.Edit{Of: "intermediate", Field: "key", Values: []string{kind}})
	}
	c := &Chain{trusted: p.Is("root", "trusted", "yes"), random: random}
	if err := c.found(p, o); err != nil {
		return nil, err
	}
	var err error
	if c.Key, err = key(o.Kind, "leaf"); err != nil {
		return nil, err
	}
	if err := c.sign(template("leaf", p, o), p, o); err != nil {
		return nil, err
	}
	c.certificates["leaf"] = c.Leaf
	for _, of := range p.Get("chain", "sends") {
		c.sent = append(c.sent, c.certificates[of])
	}
	return c, nil
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

// key is a stored key: the private value of an ECDSA key, which has its curve by
// its length, or the seed of an Ed25519 key, or see [rsaKey]. Reading the usual forms
// would be a part of a browser's first run that can be noticed.
func key(kind, role string) (crypto.Signer, error) {
	b, err := keyFiles.ReadFile("keys/" + kind + "-" + role + ".key")
	if err != nil {
		return nil, fmt.Errorf("pki: no %s key for the %s: the kind must be one of scenario.Certificates", kind, role)
	}
	switch {
	case strings.HasPrefix(kind, "rsa"):
		return rsaKey(b), nil
	case kind == "ed25519":
		return ed25519.NewKeyFromSeed(b), nil
	}
	curve := elliptic.P256()
	switch len(b) {
	case 48:
		curve = elliptic.P384()
	case 66:
		curve = elliptic.P521()
	}
	return ecdsa.ParseRawPrivateKey(curve, b)
}

// rsaKey reads half of PKCS #8: a fourth each for the two primes, and the private
// exponent. The rest can be computed, and the public exponent is 65537.
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
