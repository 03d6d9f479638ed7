package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"io"
)

// sign issues the leaf, with what is wrong with it or with its chain. The names
// of the faults are those of package scenario.
func (c *Chain) sign(leaf *x509.Certificate, o Order) (err error) {
	signer, own := c.issuer, c.Key
	switch o.Fault {
	case "":
	case "expired":
		leaf.NotBefore, leaf.NotAfter = leaf.NotBefore.Add(-lifetime), leaf.NotAfter.Add(-lifetime)
	case "not-yet-valid":
		leaf.NotBefore, leaf.NotAfter = leaf.NotBefore.Add(lifetime), leaf.NotAfter.Add(lifetime)
	case "wrong-host":
		leaf.DNSNames = []string{"other." + o.Names[0]}
	case "wildcard-too-deep":
		leaf.DNSNames = []string{"*." + o.Names[0]}
	case "common-name-only":
		leaf.DNSNames = nil
	case "wrong-usage":
		leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}
	case "sha1":
		leaf.SignatureAlgorithm = x509.ECDSAWithSHA1
		if _, ok := signer.(*rsa.PrivateKey); ok {
			leaf.SignatureAlgorithm = x509.SHA1WithRSA
		}
	case "rsa-1024", "rsa-512":
		if c.Key, err = key(o.Fault, "leaf"); err != nil {
			return err
		}
		own = c.Key
	case "key-mismatch":
		if k, ok := c.Key.(*ecdsa.PrivateKey); ok {
			c.Key, err = another(k.Curve, c.random)
		} else {
			c.Key, err = key(authorityOf(o.Kind), "root")
		}
	case "unknown-root":
		c.trusted = false
	case "self-signed":
		if c.Leaf, err = issue(leaf, leaf, own.Public(), own, c.random); err != nil {
			return err
		}
		c.sent = []*x509.Certificate{c.Leaf}
		return nil
	case "intermediate-not-ca":
		err = c.reissue(o, func(i *x509.Certificate) {
			i.IsCA, i.MaxPathLenZero, i.KeyUsage = false, false, x509.KeyUsageDigitalSignature
		})
	case "name-constraint":
		err = c.reissue(o, func(i *x509.Certificate) {
			i.PermittedDNSDomainsCritical, i.PermittedDNSDomains = true, []string{"elsewhere.example"}
		})
	case "path-length":
		return c.deepen(leaf, o)
	case "missing-intermediate", "wrong-order", "revoked": // the certificates are as they should be
	default:
		return fmt.Errorf("pki: fault %q: use one of scenario.CertificateFaults", o.Fault)
	}
	if err != nil {
		return err
	}
	if c.Leaf, err = issue(leaf, c.Intermediate, own.Public(), signer, c.random); err != nil {
		return err
	}
	switch o.Fault {
	case "missing-intermediate":
		c.sent = []*x509.Certificate{c.Leaf}
	case "wrong-order":
		c.sent = []*x509.Certificate{c.Intermediate, c.Leaf}
	default:
		c.sent = []*x509.Certificate{c.Leaf, c.Intermediate}
	}
	return nil
}

// reissue has the root sign another certificate for the intermediate's key.
func (c *Chain) reissue(o Order, change func(*x509.Certificate)) error {
	rootKey, err := key(authorityOf(o.Kind), "root")
	if err != nil {
		return err
	}
	i := intermediateTemplate(o.Now)
	change(i)
	c.Intermediate, err = issue(i, c.Root, c.issuer.Public(), rootKey, c.random)
	return err
}

// another is a fresh key on a curve. GenerateKey would add 3 kB to the page.
func another(curve elliptic.Curve, random io.Reader) (*ecdsa.PrivateKey, error) {
	d := make([]byte, (curve.Params().BitSize+7)/8)
	if _, err := io.ReadFull(random, d[1:]); err != nil {
		return nil, err
	}
	return ecdsa.ParseRawPrivateKey(curve, d)
}

// deepen puts a second intermediate beneath the first, which allows none.
func (c *Chain) deepen(leaf *x509.Certificate, o Order) error {
	sub, err := another(elliptic.P256(), c.random)
	if err != nil {
		return err
	}
	i := intermediateTemplate(o.Now)
	i.Subject = name("Playground Department CA")
	second, err := issue(i, c.Intermediate, sub.Public(), c.issuer, c.random)
	if err != nil {
		return err
	}
	if c.Leaf, err = issue(leaf, second, c.Key.Public(), sub, c.random); err != nil {
		return err
	}
	c.sent = []*x509.Certificate{c.Leaf, second, c.Intermediate}
	c.Intermediate, c.issuer = second, sub
	return nil
}
