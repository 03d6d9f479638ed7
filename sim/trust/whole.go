package trust

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"slices"
)

// A path that has reached a root must hold as a whole: by its policies (RFC 9618,
// Section 5) and by the names that its authorities may sign for. Both checks take
// several hundred lines, so crypto/x509 is asked, with nothing at hand but the
// path and no other demand that it could fail.

// policies asks whether the policies of the path hold.
func (v *verifier) policies(chain []link) (ok bool, at int, reason string) {
	err := v.ask(chain)
	if e, is := errors.AsType[x509.CertificateInvalidError](err); is && e.Reason == x509.NoValidChains {
		return false, chain[0].at, words(err)
	}
	for _, c := range chain {
		if len(c.Policies) > 0 {
			return true, -1, "Its policies hold, or none is required."
		}
	}
	return true, -1, "It has no policies, and needs none."
}

// names asks whether the names of the path lie within its name constraints.
func (v *verifier) names(chain []link) (ok bool, at int, reason string) {
	if err := v.ask(chain); err != nil {
		return false, chain[0].at, words(err)
	}
	for _, c := range chain {
		if constrained(c.Certificate) {
			return true, c.at, "All names below it lie within what it may sign for."
		}
	}
	return true, -1, "No authority of the path is limited to some names."
}

// constrained tells whether c has name constraints.
func constrained(c *x509.Certificate) bool {
	return slices.ContainsFunc(c.Extensions, func(e pkix.Extension) bool { return e.Id.String() == "2.5.29.30" })
}

// ask has crypto/x509 verify the path alone, for any purpose and host.
func (v *verifier) ask(chain []link) error {
	o := x509.VerifyOptions{
		Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: v.Time,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}, CertificatePolicies: v.Policies,
	}
	for i, c := range chain {
		if i == len(chain)-1 {
			o.Roots.AddCert(c.Certificate)
		} else if i > 0 {
			o.Intermediates.AddCert(c.Certificate)
		}
	}
	paths, err := chain[0].Verify(o)
	if err != nil {
		return err
	}
	// With the same name and key at two places there can be a shorter path.
	same := func(p []*x509.Certificate) bool {
		return slices.EqualFunc(p, chain, func(c *x509.Certificate, l link) bool { return bytes.Equal(c.Raw, l.Raw) })
	}
	if !slices.ContainsFunc(paths, same) {
		return errors.New("crypto/x509 holds a shorter path, but not this one")
	}
	return nil
}
