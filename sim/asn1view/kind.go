package asn1view

// Kind is what an object is: the name of its ASN.1 type in the RFCs.
type Kind string

// The kinds.
const (
	Unknown             Kind = ""
	Certificate         Kind = "Certificate"             // RFC 5280, Section 4.1
	CertificateRequest  Kind = "CertificationRequest"    // RFC 2986, Section 4
	RevocationList      Kind = "CertificateList"         // RFC 5280, Section 5.1
	OCSPRequest         Kind = "OCSPRequest"             // RFC 6960, Section 4.1.1
	OCSPResponse        Kind = "OCSPResponse"            // RFC 6960, Section 4.2.1
	PKCS7               Kind = "ContentInfo"             // RFC 5652, Section 3
	PKCS12              Kind = "PFX"                     // RFC 7292, Section 4
	PrivateKey          Kind = "OneAsymmetricKey"        // PKCS #8: RFC 5958, Section 2
	EncryptedPrivateKey Kind = "EncryptedPrivateKeyInfo" // RFC 5958, Section 3
	ECPrivateKey        Kind = "ECPrivateKey"            // SEC 1: RFC 5915, Section 3
	RSAPrivateKey       Kind = "RSAPrivateKey"           // PKCS #1: RFC 8017, Appendix A.1.2
	RSAPublicKey        Kind = "RSAPublicKey"            // PKCS #1: RFC 8017, Appendix A.1.1
	PublicKey           Kind = "SubjectPublicKeyInfo"    // RFC 5280, Section 4.1
)

// Secret tells whether an object of the kind holds a private key.
func (k Kind) Secret() bool {
	switch k {
	case PrivateKey, EncryptedPrivateKey, ECPrivateKey, RSAPrivateKey, PKCS12:
		return true
	}
	return false
}

// Detect tells what der is by the tags at its front, also when it is malformed
// further inside.
func Detect(der []byte) Kind {
	top := inside(der)
	is := func(want ...byte) bool { return shape(top, want...) }
	switch {
	case is(0x0a):
		return OCSPResponse
	case is(0x06, 0xa0) || is(0x06) && len(top) == len(first(top)):
		return PKCS7
	case is(0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02):
		return RSAPrivateKey
	case is(0x02, 0x02) && !is(0x02, 0x02, 0x02):
		return RSAPublicKey
	case is(0x02, 0x04):
		return ECPrivateKey
	case is(0x02, 0x30, 0x04):
		return PrivateKey
	case is(0x02, 0x30):
		if shape(inside(top[len(first(top)):]), 0x06, 0xa0) {
			return PKCS12
		}
		return Unknown
	case !is(0x30):
		return Unknown
	}
	tbs := inside(top)
	switch {
	case shape(tbs, 0x06) && is(0x30, 0x04):
		return EncryptedPrivateKey
	case shape(tbs, 0x06) && is(0x30, 0x03):
		return PublicKey
	case shape(tbs, 0xa0, 0x02, 0x30), shape(tbs, 0x02, 0x30, 0x30, 0x30):
		return Certificate
	case shape(tbs, 0x02, 0x30, 0x30, 0xa0), shape(tbs, 0x02, 0x30, 0x30) && is(0x30, 0x30, 0x03):
		if shape(tbs, 0x02, 0x30, 0x30, 0x17) || shape(tbs, 0x02, 0x30, 0x30, 0x18) {
			return RevocationList
		}
		return CertificateRequest
	case shape(tbs, 0x02, 0x30, 0x30, 0x17), shape(tbs, 0x02, 0x30, 0x30, 0x18), shape(tbs, 0x30, 0x30, 0x17), shape(tbs, 0x30, 0x30, 0x18):
		return RevocationList
	case shape(tbs, 0xa0, 0x30), shape(tbs, 0xa1, 0x30), shape(tbs, 0xa0, 0xa1), shape(tbs, 0x30) && shape(inside(inside(tbs)), 0x30, 0x04, 0x04, 0x02),
		shape(tbs, 0x30) && shape(inside(inside(inside(tbs))), 0x30, 0x04, 0x04, 0x02):
		return OCSPRequest
	}
	return Unknown
}

// first is the element at the front of b, as far as it is there.
func first(b []byte) []byte {
	var h header
	if h.parse(b) != "" {
		return nil
	}
	if h.indefinite {
		return b
	}
	return b[:min(h.size, len(b))]
}

// inside is the content of the constructed element at the front of b.
func inside(b []byte) []byte {
	var h header
	if h.parse(b) != "" || !h.constructed {
		return nil
	}
	return first(b)[h.length:]
}

// shape tells whether the elements at the front of b have these tags.
func shape(b []byte, tags ...byte) bool {
	for _, tag := range tags {
		if len(b) == 0 || b[0] != tag {
			return false
		}
		e := first(b)
		if len(e) == 0 {
			return false
		}
		b = b[len(e):]
	}
	return true
}
