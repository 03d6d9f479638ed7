package dissect

import (
	"strconv"

	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// context is the message that an extension stands in. Many have a form for each
// (RFC 8446, Section 4.2, the table).
type context uint8

const (
	inClientHello context = iota
	inServerHello
	inHelloRetryRequest
	inEncryptedExtensions
	inCertificate
	inCertificateRequest
	inNewSessionTicket
)

const (
	extPreSharedKey  = 41
	extECH           = 0xfe0d
	extECHOuterNames = 0xfd00
)

// extensions: Extension extensions<0..2^16-1>. RFC 8446, Section 4.2.
func (p *parser) extensions(id trace.FieldID, where context) {
	seen := make(map[uint16]bool, 16)
	m := p.vector(2, id, 0, 1<<16-1, func() {
		p.list(func() {
			t := p.extension(where)
			if seen[t] && p.last != nil {
				p.wrong("a second " + registry.Label(registry.Extension(t), uint32(t), 4) + ": there must be one at most (RFC 8446, Section 4.2)")
			}
			seen[t] = true
			if t == extPreSharedKey && where == inClientHello && p.more() {
				p.wrong("pre_shared_key must be the last extension of a ClientHello (RFC 8446, Section 4.2.11)")
			}
		})
	})
	if m != nil {
		m.Value = strconv.Itoa(len(seen)) + plural(len(seen), " extension")
	}
}

// extension: struct { ExtensionType extension_type; opaque
// extension_data<0..2^16-1>; } Extension. RFC 8446, Section 4.2.
func (p *parser) extension(where context) uint16 {
	var t uint16
	if b := p.rest(); len(b) >= 2 {
		t = uint16(b[0])<<8 | uint16(b[1])
	}
	said := ""
	m := p.structure(extensionID(t), func() {
		p.code16("extension.type", registry.Extension)
		n := p.u16("extension.length")
		if p.failed {
			return
		}
		missing := n - p.left()
		p.said = ""
		p.part(n, func() { p.extensionData(t, where) })
		said = p.said
		if missing > 0 {
			p.fail("truncated: " + count(missing) + " missing")
		}
	})
	if m != nil {
		m.Value = registry.Label(registry.Extension(t), uint32(t), 4)
		if said != "" {
			m.Value += ": " + said
		}
	}
	return t
}

// extensionID names the node of an extension: "extension.server_name".
func extensionID(t uint16) trace.FieldID {
	switch name := registry.Extension(t); name {
	case "":
		return "extension.unknown"
	case registry.GREASE:
		return "extension.grease"
	default:
		return trace.FieldID("extension." + name)
	}
}

// extensionData reads an extension's inside. What is empty says so by being
// there.
func (p *parser) extensionData(t uint16, where context) {
	switch t {
	case 0:
		p.serverName()
	case 1:
		p.said = registry.MaxFragmentLength(p.code8("max_fragment_length.length", registry.MaxFragmentLength))
	case 3:
		p.trustedCAKeys()
	case 5:
		p.statusRequest(where)
	case 6, 7, 8:
		p.formats()
	case 9:
		p.certType()
	case 10:
		p.codes16("supported_groups.named_group_list", "supported_groups.named_group", registry.Group)
	case 11:
		p.vector(1, "ec_point_formats.ec_point_format_list", 1, 255, func() {
			p.list(func() { p.code8("ec_point_formats.ec_point_format", registry.PointFormat) })
		})
	case 12:
		p.srp()
	case 13:
		p.codes16("signature_algorithms.supported_signature_algorithms", "signature_algorithms.signature_scheme", registry.SignatureScheme)
	case 14:
		p.useSRTP()
	case 15:
		p.said = registry.HeartbeatMode(p.code8("heartbeat_extension.mode", registry.HeartbeatMode))
	case 16:
		p.alpn()
	case 17:
		p.statusRequestV2()
	case 18:
		p.signedCertificateTimestamps()
	case 19, 20:
		p.certificateTypes(t, where)
	case 21:
		p.padding()
	case 24:
		p.tokenBinding()
	case 25:
		p.cachedInfo(where)
	case 27:
		p.vector(1, "compress_certificate.algorithms", 2, 254, func() {
			p.list(func() { p.code16("compress_certificate.algorithm", registry.CertificateCompression) })
		})
	case 28:
		p.said = count(p.u16("record_size_limit.limit"))
	case 34:
		p.delegatedCredential(where)
	case 35:
		p.all("session_ticket.ticket")
	case 40, 51:
		p.keyShare(where)
	case 41:
		p.preSharedKey(where)
	case 42:
		p.earlyData(where)
	case 43:
		p.supportedVersions(where)
	case 44:
		p.opaque(2, "cookie.cookie", 1, 1<<16-1)
	case 45:
		p.vector(1, "psk_key_exchange_modes.ke_modes", 1, 255, func() {
			p.list(func() { p.code8("psk_key_exchange_modes.ke_mode", registry.PSKMode) })
		})
	case 47:
		p.vector(2, "certificate_authorities.authorities", 3, 1<<16-1, func() {
			p.list(func() { p.opaque(2, "certificate_authorities.distinguished_name", 1, 1<<16-1) })
		})
	case 48:
		p.oidFilters()
	case 50:
		p.codes16("signature_algorithms_cert.supported_signature_algorithms", "signature_algorithms_cert.signature_scheme", registry.SignatureScheme)
	case 52:
		p.all("transparency_info.trans_items")
	case 53, 54:
		p.opaque(1, "connection_id.cid", 0, 255)
	case 55:
		p.opaque(1, "external_id_hash.binding_hash", 0, 255)
	case 56:
		p.opaque(1, "external_session_id.session_id", 20, 255)
	case 57, 0xffa5:
		p.quicTransportParameters()
	case 58:
		p.ticketRequest(where)
	case 59:
		p.dnssecChain(where)
	case 62:
		p.opaque(1, "tls_flags.flags", 0, 255)
	case 13172:
		p.nextProtocolNegotiation()
	case 0x4469, 0x44cd:
		p.applicationSettings(where)
	case 0x754f, 0x7550:
		p.all("channel_id.data")
	case 0xca34:
		p.trustAnchors(where)
	case extECHOuterNames:
		p.vector(1, "ech_outer_extensions.outer_extensions", 2, 254, func() {
			p.list(func() { p.code16("ech_outer_extensions.extension_type", registry.Extension) })
		})
	case extECH:
		p.encryptedClientHello(where)
	case 0xff01:
		p.opaque(1, "renegotiation_info.renegotiated_connection", 0, 255)
		if !p.failed && p.left() == 0 && p.last != nil && p.last.ID == "renegotiation_info.renegotiated_connection_length" {
			p.said = "first handshake of the connection"
		}
	default:
		// Empty by definition: client_certificate_url, truncated_hmac,
		// encrypt_then_mac, extended_master_secret, post_handshake_auth and others;
		// GREASE may hold anything.
		p.all("extension.data")
	}
}

// codes16 reads a vector<2..2^16-2> of numbers that have names, and says them.
func (p *parser) codes16(list, entry trace.FieldID, name func(uint16) string) {
	p.vector(2, list, 2, 1<<16-2, func() {
		p.list(func() { p.say(words(name(p.code16(entry, name)))) })
	})
}
