package x509view

import (
	"encoding/hex"
	"math/big"
	"strconv"
	"strings"
	"time"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/trace"
)

// The extensions that have fields of their own. RFC 5280, Section 4.2; RFC 7633;
// RFC 6962, Section 3.3.
const (
	oidSubjectKeyID      = "2.5.29.14"
	oidKeyUsage          = "2.5.29.15"
	oidSubjectAltName    = "2.5.29.17"
	oidIssuerAltName     = "2.5.29.18"
	oidBasicConstraints  = "2.5.29.19"
	oidNameConstraints   = "2.5.29.30"
	oidCRLPoints         = "2.5.29.31"
	oidPolicies          = "2.5.29.32"
	oidPolicyMappings    = "2.5.29.33"
	oidAuthorityKeyID    = "2.5.29.35"
	oidPolicyConstraints = "2.5.29.36"
	oidExtKeyUsage       = "2.5.29.37"
	oidFreshestCRL       = "2.5.29.46"
	oidInhibitAnyPolicy  = "2.5.29.54"
	oidAuthorityInfo     = "1.3.6.1.5.5.7.1.1"
	oidSubjectInfo       = "1.3.6.1.5.5.7.1.11"
	oidTLSFeature        = "1.3.6.1.5.5.7.1.24"
	oidSCTs              = "1.3.6.1.4.1.11129.2.4.2"
)

// shown tells whether an extension has a field of its own.
func shown(oid string) bool {
	return strings.Contains(" "+oidSubjectKeyID+" "+oidKeyUsage+" "+oidSubjectAltName+" "+oidIssuerAltName+" "+oidBasicConstraints+" "+oidNameConstraints+" "+
		oidCRLPoints+" "+oidPolicies+" "+oidPolicyMappings+" "+oidAuthorityKeyID+" "+oidPolicyConstraints+" "+oidExtKeyUsage+" "+
		oidFreshestCRL+" "+oidInhibitAnyPolicy+" "+oidAuthorityInfo+" "+oidSubjectInfo+" "+oidTLSFeature+" "+oidSCTs+" ", " "+oid+" ")
}

// certificate is the nodes of a certificate's parts, nil where there is none.
type certificate struct {
	data []byte
	root *trace.Node

	version, serial, inner, issuer, notBefore, notAfter, subject, spki, outer, signature *trace.Node

	extensions []extension
	duplicates []extension // that come a second time
}

type extension struct {
	oid      string
	critical bool
	node     *trace.Node // the whole
	value    *trace.Node // what extnValue holds, nil if it is malformed
}

// parse finds the parts in the tree, also those that a request has.
func parse(v *trace.Certificate) *certificate {
	c := &certificate{data: v.DER.Data, root: v.Tree}
	top := v.Tree
	if top.ID == "asn1" && len(top.Children) > 0 {
		top = top.Children[0] // something is left over behind it
	}
	if top.ID == "CertificationRequest" {
		c.request(top)
		return c
	}
	c.outer, c.signature = child(top, "Certificate.signatureAlgorithm"), child(top, "Certificate.signatureValue")
	tbs := child(top, "Certificate.tbsCertificate")
	c.version = child(tbs, "TBSCertificate.version")
	c.serial = child(tbs, "TBSCertificate.serialNumber")
	c.inner = child(tbs, "TBSCertificate.signature")
	c.issuer = child(tbs, "TBSCertificate.issuer")
	c.subject = child(tbs, "TBSCertificate.subject")
	c.spki = child(tbs, "TBSCertificate.subjectPublicKeyInfo")
	validity := child(tbs, "TBSCertificate.validity")
	c.notBefore, c.notAfter = child(validity, "Validity.notBefore"), child(validity, "Validity.notAfter")
	c.readExtensions(child(child(tbs, "TBSCertificate.extensions"), "Extensions"))
	return c
}

// request finds the parts of a request (RFC 2986, Section 4): the extensions
// that it asks for are an attribute (RFC 2985, Section 5.4.2).
func (c *certificate) request(top *trace.Node) {
	c.outer, c.signature = child(top, "CertificationRequest.signatureAlgorithm"), child(top, "CertificationRequest.signature")
	info := child(top, "CertificationRequest.certificationRequestInfo")
	c.subject, c.spki = child(info, "CertificationRequestInfo.subject"), child(info, "CertificationRequestInfo.subjectPKInfo")
	for _, attribute := range elements(child(info, "CertificationRequestInfo.attributes")) {
		c.readExtensions(child(child(attribute, "Attribute.values"), "Extensions"))
	}
}

func (c *certificate) readExtensions(list *trace.Node) {
	seen := map[string]bool{}
	for _, n := range elements(list) {
		e := c.readExtension(n)
		if seen[e.oid] {
			c.duplicates = append(c.duplicates, e)
		}
		seen[e.oid] = true
		c.extensions = append(c.extensions, e)
	}
}

func (c *certificate) readExtension(n *trace.Node) extension {
	e := extension{node: n, oid: c.oid(child(n, "Extension.extnID"))}
	if critical := child(n, "Extension.critical"); critical != nil {
		e.critical = critical.Value == "TRUE"
	}
	if inside := elements(child(n, "Extension.extnValue")); len(inside) > 0 && inside[0].ID != "asn1.content" && inside[0].ID != "asn1.opaque" {
		e.value = inside[0]
	}
	return e
}

// extension is the first one with that identifier, or nil.
func (c *certificate) extension(oid string) *extension {
	for i := range c.extensions {
		if c.extensions[i].oid == oid {
			return &c.extensions[i]
		}
	}
	return nil
}

func elements(n *trace.Node) []*trace.Node {
	if n == nil {
		return nil
	}
	return asn1view.Elements(n)
}

// child is the element with that ID directly inside n, or nil.
func child(n *trace.Node, id trace.FieldID) *trace.Node {
	for _, m := range elements(n) {
		if m.ID == id {
			return m
		}
	}
	return nil
}

func (c *certificate) bytes(n *trace.Node) []byte {
	if n == nil {
		return nil
	}
	off, end := asn1view.Content(n)
	return c.data[off:end]
}

// oid is an OBJECT IDENTIFIER with dots.
func (c *certificate) oid(n *trace.Node) string {
	if n == nil {
		return ""
	}
	dotted, _ := asn1view.DecodeOID(c.bytes(n))
	return dotted
}

func (c *certificate) time(n *trace.Node) time.Time {
	t, _ := asn1view.ParseTime(c.bytes(n))
	return t
}

// serialNumber is the serial number in hexadecimal, without leading zeros.
func (c *certificate) serialNumber() string {
	b := c.bytes(c.serial)
	if len(b) == 0 {
		return ""
	}
	if len(b) > 64 {
		return hex.EncodeToString(b[:64]) + "… (" + count(len(b), "byte") + ")"
	}
	n := new(big.Int).SetBytes(b)
	if b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	s := n.Text(16)
	if len(s)%2 == 1 && n.Sign() >= 0 {
		s = "0" + s
	}
	return s
}

// key is a public key in outline.
type key struct {
	algorithm string // the name of its object identifier
	curve     string
	bits      int // of the RSA modulus, or of the key itself
	exponent  string
	even      bool // of the exponent
}

func (c *certificate) publicKey() (k key) {
	algorithm := child(c.spki, "SubjectPublicKeyInfo.algorithm")
	if algorithm == nil {
		return k
	}
	k.algorithm = algorithm.Value
	if p := child(algorithm, "AlgorithmIdentifier.parameters"); p != nil && p.ID != "asn1.null" {
		if oid := c.oid(p); asn1view.OIDName(oid) != "" {
			k.curve = asn1view.OIDName(oid)
		}
	}
	bits := child(c.spki, "SubjectPublicKeyInfo.subjectPublicKey")
	if rsa := child(bits, "RSAPublicKey"); rsa != nil {
		n, e := c.bytes(child(rsa, "RSAPublicKey.modulus")), c.bytes(child(rsa, "RSAPublicKey.publicExponent"))
		k.bits = new(big.Int).SetBytes(n).BitLen()
		if len(e) > 0 && len(e) <= 64 {
			k.exponent, k.even = new(big.Int).SetBytes(e).String(), e[len(e)-1]&1 == 0
		}
	} else if b := c.bytes(bits); len(b) > 0 {
		k.bits = 8 * (len(b) - 1)
	}
	return k
}

// curveName is a curve by NIST's name. RFC 8422, Appendix A.
func curveName(name string) string {
	switch name {
	case "secp224r1", "secp256r1", "secp384r1", "secp521r1":
		return "P-" + name[4:7]
	}
	return name
}

// String is the key in words: "RSA, 2048 bits, exponent 65537".
func (k key) String() string {
	switch k.algorithm {
	case "rsaEncryption", "rsassaPss":
		s := "RSA, " + strconv.Itoa(k.bits) + " bits"
		if k.algorithm == "rsassaPss" {
			s = "RSA-PSS, " + strconv.Itoa(k.bits) + " bits"
		}
		if k.exponent != "" {
			s += ", exponent " + k.exponent
		}
		return s
	case "ecPublicKey":
		if k.curve != "" {
			return "ECDSA, " + curveName(k.curve)
		}
		return "ECDSA, a curve without a name here"
	case "Ed25519", "Ed448", "X25519", "X448":
		return k.algorithm
	case "":
		return ""
	}
	return k.algorithm + ", " + strconv.Itoa(k.bits) + " bits"
}
