// Package x509view puts a certificate into a person's order: whom it is for,
// who vouches, from when to when, which key, what it may be used for.
package x509view

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tlsplay/sim/trace"
)

// Read describes the certificate in der. One that cannot be read keeps its
// bytes and says why.
func Read(from trace.Side, role string, der *trace.Buffer) *trace.Certificate {
	v := &trace.Certificate{From: from, Role: role, DER: der}
	c, err := x509.ParseCertificate(der.Data)
	if err != nil {
		v.Error = fmt.Sprintf("x509view: not a readable certificate: %s", err)
		return v
	}
	add := func(id trace.FieldID, value string) {
		if value != "" {
			v.Fields = append(v.Fields, trace.Field{ID: "certificate_view." + id, Value: visible(value)})
		}
	}
	add("subject", c.Subject.String())
	add("names", names(c))
	add("issuer", c.Issuer.String())
	add("not_before", when(c.NotBefore))
	add("not_after", when(c.NotAfter))
	add("public_key", publicKey(c))
	add("key_usage", keyUsage(c.KeyUsage))
	add("extended_key_usage", extKeyUsage(c))
	if c.BasicConstraintsValid {
		add("basic_constraints", basicConstraints(c))
	}
	add("signature_algorithm", c.SignatureAlgorithm.String())
	add("serial_number", fmt.Sprintf("%x", c.SerialNumber))
	add("subject_key_id", fmt.Sprintf("%x", c.SubjectKeyId))
	add("authority_key_id", fmt.Sprintf("%x", c.AuthorityKeyId))
	sum := sha256.Sum256(c.Raw)
	add("sha256", fmt.Sprintf("%x", sum))
	return v
}

func when(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// visible replaces characters that could hide or reorder text by their escapes.
func visible(s string) string {
	q := strconv.QuoteToGraphic(s)
	q = q[1 : len(q)-1]
	return strings.ReplaceAll(strings.ReplaceAll(q, `\"`, `"`), `\\`, `\`)
}

func names(c *x509.Certificate) string {
	all := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	all = append(all, c.EmailAddresses...)
	for _, u := range c.URIs {
		all = append(all, u.String())
	}
	return strings.Join(all, ", ")
}

func publicKey(c *x509.Certificate) string {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA, %d bits, exponent %d", k.N.BitLen(), k.E)
	case *ecdsa.PublicKey:
		return "ECDSA, " + k.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return c.PublicKeyAlgorithm.String()
}

var usageNames = []string{
	"digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment",
	"keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
}

// keyUsage lists the bits by their names in RFC 5280, Section 4.2.1.3.
func keyUsage(u x509.KeyUsage) string {
	var on []string
	for i, name := range usageNames {
		if u&(1<<i) != 0 {
			on = append(on, name)
		}
	}
	return strings.Join(on, ", ")
}

// extKeyUsage lists the purposes by their names in RFC 5280, Section 4.2.1.12.
func extKeyUsage(c *x509.Certificate) string {
	var on []string
	for _, u := range c.ExtKeyUsage {
		switch u {
		case x509.ExtKeyUsageServerAuth:
			on = append(on, "serverAuth")
		case x509.ExtKeyUsageClientAuth:
			on = append(on, "clientAuth")
		case x509.ExtKeyUsageCodeSigning:
			on = append(on, "codeSigning")
		case x509.ExtKeyUsageEmailProtection:
			on = append(on, "emailProtection")
		case x509.ExtKeyUsageTimeStamping:
			on = append(on, "timeStamping")
		case x509.ExtKeyUsageOCSPSigning:
			on = append(on, "OCSPSigning")
		case x509.ExtKeyUsageAny:
			on = append(on, "anyExtendedKeyUsage")
		default:
			on = append(on, fmt.Sprintf("usage %d", u))
		}
	}
	for _, oid := range c.UnknownExtKeyUsage {
		on = append(on, oid.String())
	}
	return strings.Join(on, ", ")
}

func basicConstraints(c *x509.Certificate) string {
	switch {
	case !c.IsCA:
		return "not a certificate authority"
	case c.MaxPathLen > 0 || c.MaxPathLenZero:
		return fmt.Sprintf("certificate authority, at most %d further authorities below it", c.MaxPathLen)
	}
	return "certificate authority"
}
