package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"io"
	"slices"

	"tlsplay/sim/scenario"
)

// sign issues the leaf, with what is wrong with it that is no matter of the
// plan: which key signs, and how.
func (c *Chain) sign(leaf *x509.Certificate, p scenario.Plan, o Order) (err error) {
	if o.Fault != "" && !slices.Contains(scenario.CertificateFaults, o.Fault) {
		return fmt.Errorf("pki: fault %q: use one of scenario.CertificateFaults", o.Fault)
	}
	parent, signer, own := c.Intermediate, c.issuer, c.Key
	switch o.Fault {
	case scenario.SHA1:
		leaf.SignatureAlgorithm = x509.ECDSAWithSHA1
		if _, ok := signer.(*rsa.PrivateKey); ok {
			leaf.SignatureAlgorithm = x509.SHA1WithRSA
		}
	case scenario.RSA1024, scenario.RSA512:
		if c.Key, err = key(o.Fault, "leaf"); err != nil {
			return err
		}
		own = c.Key
	case scenario.KeyMismatch:
		if k, ok := c.Key.(*ecdsa.PrivateKey); ok {
			c.Key, err = another(k.Curve, c.random)
		} else {
			c.Key, err = key(scenario.Plan{Usual: p.Usual}.Get("root", "key")[0], "root")
		}
		if err != nil {
			return err
		}
	case scenario.SelfSigned:
		parent, signer = leaf, own
	}
	c.Leaf, err = issue(leaf, parent, own.Public(), signer, c.random)
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
