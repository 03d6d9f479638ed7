package pki

import (
	"crypto"
	"crypto/elliptic"
	"crypto/x509"
	"fmt"
	"time"

	"tlsplay/sim/scenario"
)

// found makes the authority of the chain: the stored root and intermediate where
// now lies well inside their validity, else a pair made for that time; then in
// their place what the plan has otherwise. Making them takes a browser's first
// run some 50 ms, nearly as long as the handshake.
func (c *Chain) found(p scenario.Plan, o Order) (err error) {
	rootKind, kind := p.Get("root", "key")[0], p.Get("intermediate", "key")[0]
	rootKey := func() (k crypto.Signer) { // seldom wanted, and it costs a multiplication
		if err == nil {
			k, err = key(rootKind, "root")
		}
		return k
	}
	if c.issuer, err = key(kind, "intermediate"); err != nil {
		return err
	}
	if c.Root, err = stored(rootKind, "root"); err != nil {
		return err
	}
	if c.Intermediate, err = stored(kind, "intermediate"); err != nil {
		return err
	}
	makeRoot := func(p scenario.Plan) {
		if k := rootKey(); err == nil {
			t := template("root", p, o)
			c.Root, err = issue(t, t, k.Public(), k, c.random)
		}
	}
	makeIntermediate := func(p scenario.Plan) {
		if k := rootKey(); err == nil {
			c.Intermediate, err = issue(template("intermediate", p, o), c.Root, c.issuer.Public(), k, c.random)
		}
	}
	signed := rootKind == kind
	if o.Owner != "" || o.Now.Before(c.Intermediate.NotBefore.Add(lifetime)) || o.Now.After(c.Intermediate.NotAfter.Add(-lifetime)) {
		usual := scenario.Plan{Usual: p.Usual}
		makeRoot(usual)
		makeIntermediate(usual)
		signed = true
	}
	if p.Remade("root") {
		makeRoot(p)
		signed = signed && string(c.Root.RawSubject) == string(c.Intermediate.RawIssuer)
	}
	if p.Remade("intermediate") || !signed {
		makeIntermediate(p)
	}
	if err != nil {
		return err
	}
	c.certificates = map[string]*x509.Certificate{"root": c.Root, "intermediate": c.Intermediate}
	switch p.Intermediates() {
	case 0:
		c.Intermediate, c.issuer = c.Root, rootKey()
	case 2:
		return c.deepen(p, o)
	}
	return err
}

// deepen puts a second intermediate beneath the first.
func (c *Chain) deepen(p scenario.Plan, o Order) error {
	sub, err := another(elliptic.P256(), c.random)
	if err != nil {
		return err
	}
	second, err := issue(template("second", p, o), c.Intermediate, sub.Public(), c.issuer, c.random)
	if err != nil {
		return err
	}
	c.certificates["second"] = second
	c.Intermediate, c.issuer = second, sub
	return nil
}

// stored is a certificate that lies beside the keys. `go test ./sim/pki
// -update` founds the authorities anew.
func stored(kind, role string) (*x509.Certificate, error) {
	der, err := keyFiles.ReadFile("keys/" + kind + "-" + role + ".der")
	if err != nil {
		return nil, fmt.Errorf("pki: no %s certificate for keys of the kind %q: it must be one of scenario.AuthorityKeys", role, kind)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("pki: certificate %s-%s: %w", kind, role, err)
	}
	return c, nil
}

const day = 24 * time.Hour

// lifetime is how long an end's certificate is usually valid.
const lifetime = 90 * day
