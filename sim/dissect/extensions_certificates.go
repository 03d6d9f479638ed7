package dissect

import (
	"strconv"
	"time"

	"tlsplay/sim/registry"
)

// statusRequest: in a ClientHello
//
//	struct {
//	    CertificateStatusType status_type;
//	    select (status_type) { case ocsp: OCSPStatusRequest; } request;
//	} CertificateStatusRequest;
//	struct {
//	    ResponderID responder_id_list<0..2^16-1>;
//	    Extensions request_extensions<0..2^16-1>;
//	} OCSPStatusRequest;                 RFC 6066, Section 8
//
// and in a TLS 1.3 Certificate the CertificateStatus itself (RFC 8446, Section
// 4.4.2.1). Elsewhere it is empty.
func (p *parser) statusRequest(where context) {
	switch {
	case !p.more():
	case where == inCertificate:
		p.certificateStatus()
	default:
		if p.code8("status_request.status_type", registry.StatusType) == 1 {
			p.ocspStatusRequest()
		} else {
			p.all("status_request.request")
		}
	}
}

func (p *parser) ocspStatusRequest() {
	p.vector(2, "status_request.responder_id_list", 0, 1<<16-1, func() {
		p.list(func() { p.opaque(2, "status_request.responder_id", 1, 1<<16-1) })
	})
	p.opaque(2, "status_request.request_extensions", 0, 1<<16-1)
}

// statusRequestV2: struct { CertificateStatusType status_type; uint16
// request_length; … request; } CertificateStatusRequestItemV2;
// CertificateStatusRequestItemV2 certificate_status_req_list<1..2^16-1>. RFC
// 6961, Section 2.2.
func (p *parser) statusRequestV2() {
	if !p.more() {
		return
	}
	p.vector(2, "status_request_v2.certificate_status_req_list", 1, 1<<16-1, func() {
		p.list(func() {
			p.structure("status_request_v2.item", func() {
				t := p.code8("status_request_v2.status_type", registry.StatusType)
				n := p.length(2, "status_request_v2.request", 0, 1<<16-1)
				if p.failed || n == 0 {
					return
				}
				p.sized("status_request_v2.request", n, func() {
					if t == 1 || t == 2 {
						p.ocspStatusRequest()
					} else {
						p.all("status_request.request")
					}
				})
			})
		})
	})
}

// signedCertificateTimestamps: opaque SerializedSCT<1..2^16-1>; struct {
// SerializedSCT sct_list<1..2^16-1>; } SignedCertificateTimestampList. RFC 6962,
// Section 3.3. A ClientHello asks with nothing.
func (p *parser) signedCertificateTimestamps() {
	if !p.more() {
		return
	}
	n := 0
	p.vector(2, "signed_certificate_timestamp.sct_list", 1, 1<<16-1, func() {
		p.list(func() {
			if k := p.length(2, "signed_certificate_timestamp.sct", 1, 1<<16-1); k > 0 && !p.failed {
				p.sized("signed_certificate_timestamp.sct", k, p.sct)
			}
			n++
		})
	})
	p.said = strconv.Itoa(n) + plural(n, " timestamp")
}

// sct:
//
//	struct {
//	    Version sct_version;
//	    LogID id;
//	    uint64 timestamp;
//	    CtExtensions extensions;
//	    digitally-signed struct { … };
//	} SignedCertificateTimestamp;        RFC 6962, Section 3.2
func (p *parser) sct() {
	if p.code8("sct.version", registry.SCTVersion) != 0 {
		p.all("sct.data")
		return
	}
	p.bytes("sct.log_id", 32)
	ms := p.uint("sct.timestamp", 8)
	if ms < 1<<48 {
		p.is(time.UnixMilli(int64(ms)).UTC().Format("2006-01-02 15:04:05.000 UTC"))
	}
	p.opaque(2, "sct.extensions", 0, 1<<16-1)
	p.code16("sct.signature_algorithm", registry.SignatureScheme)
	p.opaque(2, "sct.signature", 0, 1<<16-1)
}

// certificateTypes: client_certificate_type (19) and server_certificate_type (20):
// CertificateType types<1..2^8-1> from the client, one type from the server. RFC
// 7250, Section 3.
func (p *parser) certificateTypes(t uint16, where context) {
	if where == inClientHello {
		p.vector(1, "certificate_type.certificate_types", 1, 255, func() {
			p.list(func() {
				p.say(words(registry.CertificateType(p.code8("certificate_type.certificate_type", registry.CertificateType))))
			})
		})
		return
	}
	v := p.code8("certificate_type.certificate_type", registry.CertificateType)
	p.said = words(registry.CertificateType(v))
	switch {
	case p.failed || where != inServerHello && where != inEncryptedExtensions:
	case t == 19:
		p.conv.clientCertType = v
	default:
		p.conv.serverCertType = v
	}
}

// certType: the older cert_type, CertificateType certificate_types<1..2^8-1> or
// one type. RFC 6091, Section 3.1.
func (p *parser) certType() {
	if p.left() == 1 {
		p.code8("certificate_type.certificate_type", registry.CertificateType)
		return
	}
	p.vector(1, "certificate_type.certificate_types", 1, 255, func() {
		p.list(func() { p.code8("certificate_type.certificate_type", registry.CertificateType) })
	})
}

// delegatedCredential: the schemes that a client accepts, SignatureScheme
// supported_signature_algorithm<2..2^16-2>; in a server's Certificate
//
//	struct {
//	    uint32 valid_time;
//	    SignatureScheme dc_cert_verify_algorithm;
//	    opaque ASN1_subjectPublicKeyInfo<1..2^24-1>;
//	} Credential;
//	struct {
//	    Credential cred;
//	    SignatureScheme algorithm;
//	    opaque signature<1..2^16-1>;
//	} DelegatedCredential;               RFC 9345, Sections 4 and 4.1
func (p *parser) delegatedCredential(where context) {
	if where != inCertificate {
		p.codes16("delegated_credential.supported_signature_algorithm", "delegated_credential.signature_scheme", registry.SignatureScheme)
		return
	}
	p.structure("credential", func() {
		seconds := p.u32("credential.valid_time")
		p.is(lifetime(seconds) + " after the certificate's notBefore")
		p.code16("credential.dc_cert_verify_algorithm", registry.SignatureScheme)
		p.opaque(3, "credential.subject_public_key_info", 1, 1<<24-1)
	})
	p.code16("delegated_credential.algorithm", registry.SignatureScheme)
	p.opaque(2, "delegated_credential.signature", 1, 1<<16-1)
}

// oidFilters: struct { opaque certificate_extension_oid<1..2^8-1>; opaque
// certificate_extension_values<0..2^16-1>; } OIDFilter; struct { OIDFilter
// filters<0..2^16-1>; } OIDFilterExtension. RFC 8446, Section 4.2.5.
func (p *parser) oidFilters() {
	p.vector(2, "oid_filters.filters", 0, 1<<16-1, func() {
		p.list(func() {
			p.structure("oid_filter", func() {
				p.opaque(1, "oid_filter.certificate_extension_oid", 1, 255)
				p.opaque(2, "oid_filter.certificate_extension_values", 0, 1<<16-1)
			})
		})
	})
}

// trustedCAKeys: struct { IdentifierType identifier_type; select
// (identifier_type) { … } identifier; } TrustedAuthority; struct {
// TrustedAuthority trusted_authorities_list<0..2^16-1>; } TrustedAuthorities. RFC
// 6066, Section 6.
func (p *parser) trustedCAKeys() {
	if !p.more() {
		return
	}
	p.vector(2, "trusted_ca_keys.trusted_authorities_list", 0, 1<<16-1, func() {
		p.list(func() {
			p.structure("trusted_authority", func() {
				switch p.u8("trusted_authority.identifier_type") {
				case 0:
					p.is("0 (pre_agreed)")
				case 1:
					p.is("1 (key_sha1_hash)")
					p.bytes("trusted_authority.sha1_hash", 20)
				case 2:
					p.is("2 (x509_name)")
					p.opaque(2, "trusted_authority.distinguished_name", 1, 1<<16-1)
				case 3:
					p.is("3 (cert_sha1_hash)")
					p.bytes("trusted_authority.sha1_hash", 20)
				default:
					p.fail("unknown identifier_type")
				}
			})
		})
	})
}

// trustAnchors (draft-ietf-tls-trust-anchor-ids, Section 4): a list of opaque
// TrustAnchorID<1..2^8-1>; from the server the certificate's own match is empty.
func (p *parser) trustAnchors(where context) {
	if where == inCertificate || !p.more() {
		return
	}
	p.vector(2, "trust_anchors.list", 0, 1<<16-1, func() {
		p.list(func() { p.opaque(1, "trust_anchors.trust_anchor_id", 1, 255) })
	})
}

// cachedInfo: struct { CachedInformationType type; opaque hash_value<1..255>; }
// CachedObject; struct { CachedObject cached_info<1..2^16-1>; } CachedInformation;
// the server answers with types alone. RFC 7924, Section 3.
func (p *parser) cachedInfo(where context) {
	p.vector(2, "cached_info.cached_info", 1, 1<<16-1, func() {
		p.list(func() {
			p.u8("cached_info.type")
			if where == inClientHello {
				p.opaque(1, "cached_info.hash_value", 1, 255)
			}
		})
	})
}

// formats: user_mapping (RFC 4681), client_authz and server_authz (RFC 5878)
// list one-byte types.
func (p *parser) formats() {
	p.vector(1, "authorization.formats", 1, 255, func() {
		p.list(func() { p.u8("authorization.format") })
	})
}

// dnssecChain: uint16 port_number from the client, uint16 ext_support_lifetime
// and the chain from the server. RFC 9102, Section 2.2.
func (p *parser) dnssecChain(where context) {
	if where == inClientHello {
		p.u16("dnssec_chain.port_number")
		return
	}
	p.u16("dnssec_chain.ext_support_lifetime")
	p.all("dnssec_chain.authentication_chain")
}
