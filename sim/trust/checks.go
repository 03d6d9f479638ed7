package trust

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"strconv"
	"strings"
	"time"

	"tlsplay/sim/trace"
)

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func when(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// criticalExtensions: one that the verifier does not know must make it refuse.
func criticalExtensions(c *x509.Certificate) (bool, string) {
	if len(c.UnhandledCriticalExtensions) == 0 {
		return true, "No critical extension is unknown."
	}
	return false, "It has a critical extension that crypto/x509 does not know: " + c.UnhandledCriticalExtensions[0].String() + "."
}

func validity(c *x509.Certificate, now time.Time) (bool, string) {
	switch {
	case now.Before(c.NotBefore):
		return false, "It is valid from " + when(c.NotBefore) + ", and the clock says " + when(now) + "."
	case now.After(c.NotAfter):
		return false, "It was valid until " + when(c.NotAfter) + ", and the clock says " + when(now) + "."
	}
	return true, "Valid from " + when(c.NotBefore) + " to " + when(c.NotAfter) + "."
}

// authority tells whether c may be an issuer by its basic constraints, which
// only version 3 can have.
func authority(c *x509.Certificate) (bool, string) {
	switch {
	case c.BasicConstraintsValid && !c.IsCA:
		return false, "Its basic constraints say that it is no authority."
	case c.BasicConstraintsValid:
		return true, "Its basic constraints make it an authority."
	case c.Version == 3:
		return false, "It has no basic constraints, so it is no authority."
	}
	return true, "It is of version " + strconv.Itoa(c.Version) + ", which has no basic constraints."
}

// Slow tells whether checking a signature with c's key could hold the page up:
// crypto/x509 takes RSA keys of any size.
func Slow(c *x509.Certificate) bool {
	const most = 16384 // bits
	k, ok := c.PublicKey.(*rsa.PublicKey)
	return ok && k.N.BitLen() > most
}

func maySign(c *x509.Certificate) (bool, string) {
	switch {
	case c.KeyUsage == 0:
		return true, "It has no key usage, so its key may sign anything."
	case c.KeyUsage&x509.KeyUsageCertSign == 0:
		return false, "Its key usage lacks keyCertSign."
	}
	return true, "Its key usage has keyCertSign."
}

// inChain tells whether c's name and key are in the chain already, under the
// same alternative names.
func inChain(c *x509.Certificate, chain []link) bool {
	san := extension(c, "2.5.29.17")
	for _, d := range chain {
		if !bytes.Equal(c.RawSubject, d.RawSubject) || !bytes.Equal(c.RawSubjectPublicKeyInfo, d.RawSubjectPublicKeyInfo) {
			continue
		}
		other := extension(d.Certificate, "2.5.29.17")
		switch {
		case (san == nil) != (other == nil):
			return false
		case bytes.Equal(san, other):
			return true
		}
	}
	return false
}

// extension is the value of the extension with that identifier, nil if there is
// none.
func extension(c *x509.Certificate, oid string) []byte {
	for _, e := range c.Extensions {
		if e.Id.String() == oid {
			return append([]byte{}, e.Value...)
		}
	}
	return nil
}

// signature checks the signature in child with c's key.
func (v *verifier) signature(child, c link) *trace.Step {
	err := child.CheckSignatureFrom(c.Certificate)
	s := step(checkSignature, child.at, c.at, err == nil, "")
	algorithm := child.SignatureAlgorithm.String()
	if err == nil {
		s.Reason = "The issuer's " + c.PublicKeyAlgorithm.String() + " key verifies it: " + algorithm + " over the " + strconv.Itoa(len(child.RawTBSCertificate)) + " bytes of tbsCertificate."
	} else {
		s.Reason = algorithm + ": " + words(err)
	}
	if h := hashOf(child.SignatureAlgorithm); h != 0 && h.Available() {
		w := h.New()
		w.Write(child.RawTBSCertificate)
		s.Values = append(s.Values, trace.NamedBytes{Name: h.String() + "(tbsCertificate)", Value: w.Sum(nil)})
	}
	s.Values = append(s.Values,
		trace.NamedBytes{Name: "signatureValue", Value: child.Signature},
		trace.NamedBytes{Name: "subjectPublicKeyInfo of the issuer", Value: c.RawSubjectPublicKeyInfo})
	return s
}

// hashOf is the hash that a signature algorithm takes of what is signed; Ed25519
// takes the bytes themselves.
func hashOf(a x509.SignatureAlgorithm) crypto.Hash {
	switch a {
	case x509.SHA256WithRSA, x509.SHA256WithRSAPSS, x509.ECDSAWithSHA256:
		return crypto.SHA256
	case x509.SHA384WithRSA, x509.SHA384WithRSAPSS, x509.ECDSAWithSHA384:
		return crypto.SHA384
	case x509.SHA512WithRSA, x509.SHA512WithRSAPSS, x509.ECDSAWithSHA512:
		return crypto.SHA512
	}
	return 0
}

// usages checks the extended key usages from the root down: a certificate that
// has some allows those alone for all below it.
func (v *verifier) usages(chain []link) (bool, int, string) {
	left := append([]x509.ExtKeyUsage{}, v.Usages...)
	for _, u := range left {
		if u == x509.ExtKeyUsageAny {
			return true, -1, "Any purpose will do."
		}
	}
	limited := 0
	for i := len(chain) - 1; i >= 0; i-- {
		c := chain[i]
		if len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 || contains(c.ExtKeyUsage, x509.ExtKeyUsageAny) {
			continue
		}
		limited++
		var kept []x509.ExtKeyUsage
		for _, u := range left {
			if contains(c.ExtKeyUsage, u) {
				kept = append(kept, u)
			}
		}
		if left = kept; len(left) == 0 {
			return false, c.at, "It is not for " + strings.Join(v.out.Usages, " or ") + "."
		}
	}
	if limited == 0 {
		return true, -1, "No certificate of the path limits the purpose."
	}
	return true, -1, "Each certificate that limits the purpose allows " + left[0].String() + "."
}

func contains(usages []x509.ExtKeyUsage, u x509.ExtKeyUsage) bool {
	for _, have := range usages {
		if have == u {
			return true
		}
	}
	return false
}
