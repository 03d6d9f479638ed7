package dissect

import (
	"strconv"

	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

const certTypeRawPublicKey = 2

// certificate: the chain of either side, in the form of the negotiated version.
func (p *parser) certificate() {
	certType := p.conv.serverCertType
	if p.from == trace.Client {
		certType = p.conv.clientCertType
	}
	switch {
	case p.conv.tls13() || p.conv.Version == 0 && !vectorFills(p.rest(), 3):
		p.certificate13(certType)
	case certType == certTypeRawPublicKey:
		// struct { opaque ASN.1_subjectPublicKeyInfo<1..2^24-1>; } Certificate. RFC
		// 7250, Section 3.
		p.opaque(3, "certificate.subject_public_key_info", 1, 1<<24-1)
	default:
		p.certificate12()
	}
}

// vectorFills reports whether a length field of width bytes spans the rest of b
// exactly.
func vectorFills(b []byte, width int) bool {
	n := 0
	if len(b) < width {
		return false
	}
	for _, c := range b[:width] {
		n = n<<8 | int(c)
	}
	return n == len(b)-width
}

// certificate13:
//
//	struct {
//	    select (certificate_type) {
//	        case RawPublicKey: opaque ASN1_subjectPublicKeyInfo<1..2^24-1>;
//	        case X509: opaque cert_data<1..2^24-1>;
//	    };
//	    Extension extensions<0..2^16-1>;
//	} CertificateEntry;
//	struct {
//	    opaque certificate_request_context<0..2^8-1>;
//	    CertificateEntry certificate_list<0..2^24-1>;
//	} Certificate;                       RFC 8446, Section 4.4.2
func (p *parser) certificate13(certType uint8) {
	p.opaque(1, "certificate.certificate_request_context", 0, 1<<8-1)
	p.certificateList(func() {
		if certType == certTypeRawPublicKey {
			p.opaque(3, "certificate.subject_public_key_info", 1, 1<<24-1)
		} else {
			p.opaque(3, "certificate.cert_data", 1, 1<<24-1)
		}
		p.extensions("certificate_entry.extensions", inCertificate)
	})
}

// certificate12:
//
//	opaque ASN.1Cert<1..2^24-1>;
//	struct {
//	    ASN.1Cert certificate_list<0..2^24-1>;
//	} Certificate;                       RFC 5246, Section 7.4.2
func (p *parser) certificate12() {
	p.certificateList(func() { p.opaque(3, "certificate.cert_data", 1, 1<<24-1) })
}

func (p *parser) certificateList(entry func()) {
	n := 0
	m := p.vector(3, "certificate.certificate_list", 0, 1<<24-1, func() {
		p.list(func() {
			p.structure("certificate_entry", entry)
			n++
		})
	})
	if m != nil {
		m.Value = strconv.Itoa(n) + plural(n, " certificate")
	}
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// compressedCertificate:
//
//	struct {
//	    CertificateCompressionAlgorithm algorithm;
//	    uint24 uncompressed_length;
//	    opaque compressed_certificate_message<1..2^24-1>;
//	} CompressedCertificate;             RFC 8879, Section 4
func (p *parser) compressedCertificate() {
	p.code16("compressed_certificate.algorithm", registry.CertificateCompression)
	p.u24("compressed_certificate.uncompressed_length")
	p.opaque(3, "compressed_certificate.compressed_certificate_message", 1, 1<<24-1)
}

// certificateRequest: in TLS 1.3
//
//	struct {
//	    opaque certificate_request_context<0..2^8-1>;
//	    Extension extensions<2..2^16-1>;
//	} CertificateRequest;                RFC 8446, Section 4.3.2
//
// and before
//
//	struct {
//	    ClientCertificateType certificate_types<1..2^8-1>;
//	    SignatureAndHashAlgorithm supported_signature_algorithms<2^16-1>;
//	    DistinguishedName certificate_authorities<0..2^16-1>;
//	} CertificateRequest;                RFC 5246, Section 7.4.4
//
// where supported_signature_algorithms came with TLS 1.2.
func (p *parser) certificateRequest() {
	b := p.rest()
	if p.conv.tls13() || p.conv.Version == 0 && len(b) > 0 && vectorFills(b[min(len(b), 1+int(b[0])):], 2) && b[0] == 0 {
		p.opaque(1, "certificate_request.certificate_request_context", 0, 1<<8-1)
		p.extensions("certificate_request.extensions", inCertificateRequest)
		return
	}
	p.vector(1, "certificate_request.certificate_types", 1, 1<<8-1, func() {
		p.list(func() { p.code8("certificate_request.certificate_type", registry.ClientCertificateType) })
	})
	if !p.conv.before(0x0303) && !(p.conv.Version == 0 && vectorFills(p.rest(), 2)) {
		p.vector(2, "certificate_request.supported_signature_algorithms", 2, 1<<16-1, func() {
			p.list(func() { p.code16("certificate_request.signature_algorithm", registry.SignatureScheme) })
		})
	}
	p.vector(2, "certificate_request.certificate_authorities", 0, 1<<16-1, func() {
		p.list(func() { p.opaque(2, "certificate_request.distinguished_name", 1, 1<<16-1) })
	})
}

// certificateVerify:
//
//	struct {
//	    SignatureScheme algorithm;
//	    opaque signature<0..2^16-1>;
//	} CertificateVerify;                 RFC 8446, Section 4.4.3
//
// Before TLS 1.2 (RFC 4346, Section 7.4.8) it is the signature alone.
func (p *parser) certificateVerify() {
	p.signature("certificate_verify.algorithm", "certificate_verify.signature")
}

// signature: struct { SignatureAndHashAlgorithm algorithm; opaque
// signature<0..2^16-1>; } DigitallySigned. RFC 5246, Section 4.7.
func (p *parser) signature(algorithm, signature trace.FieldID) {
	if !p.conv.before(0x0303) && !(p.conv.Version == 0 && vectorFills(p.rest(), 2)) {
		p.code16(algorithm, registry.SignatureScheme)
	}
	p.opaque(2, signature, 0, 1<<16-1)
}

// certificateStatus: struct { CertificateStatusType status_type; select
// (status_type) { case ocsp: OCSPResponse; } response; } CertificateStatus. RFC
// 6066, Section 8; ocsp_multi: RFC 6961, Section 2.2.
func (p *parser) certificateStatus() {
	switch p.code8("certificate_status.status_type", registry.StatusType) {
	case 1:
		p.opaque(3, "certificate_status.ocsp_response", 1, 1<<24-1)
	case 2:
		p.vector(3, "certificate_status.ocsp_response_list", 1, 1<<24-1, func() {
			p.list(func() { p.opaque(3, "certificate_status.ocsp_response", 0, 1<<24-1) })
		})
	default:
		p.all("certificate_status.response")
	}
}

// certificateURL:
//
//	struct {
//	    opaque url<1..2^16-1>;
//	    unint8 padding;
//	    opaque SHA1Hash[20];
//	} URLAndHash;
//	struct {
//	    CertChainType type;
//	    URLAndHash url_and_hash_list<1..2^16-1>;
//	} CertificateURL;                    RFC 6066, Section 5
func (p *parser) certificateURL() {
	p.u8("certificate_url.type")
	p.vector(2, "certificate_url.url_and_hash_list", 1, 1<<16-1, func() {
		p.list(func() {
			p.structure("url_and_hash", func() {
				if b := p.opaque(2, "url_and_hash.url", 1, 1<<16-1); b != nil {
					p.is(quote(b))
				}
				p.u8("url_and_hash.padding")
				p.bytes("url_and_hash.sha1_hash", 20)
			})
		})
	})
}
