package dissect

import (
	"strconv"

	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// keyShare:
//
//	struct { KeyShareEntry client_shares<0..2^16-1>; } KeyShareClientHello;
//	struct { NamedGroup selected_group; } KeyShareHelloRetryRequest;
//	struct { KeyShareEntry server_share; } KeyShareServerHello;
//	                                     RFC 8446, Section 4.2.8
func (p *parser) keyShare(where context) {
	switch where {
	case inClientHello:
		p.vector(2, "key_share.client_shares", 0, 1<<16-1, func() {
			p.list(func() { p.say(words(registry.Group(p.keyShareEntry()))) })
		})
	case inHelloRetryRequest:
		p.said = words(registry.Group(p.code16("key_share.selected_group", registry.Group)))
	default:
		group := p.keyShareEntry()
		p.said = words(registry.Group(group))
		if where == inServerHello && p.from == trace.Server && !p.failed {
			p.conv.Group = group
		}
	}
}

// keyShareEntry: struct { NamedGroup group; opaque key_exchange<1..2^16-1>; }
// KeyShareEntry. RFC 8446, Section 4.2.8.
func (p *parser) keyShareEntry() (group uint16) {
	m := p.structure("key_share_entry", func() {
		group = p.code16("key_share_entry.group", registry.Group)
		n := p.length(2, "key_share_entry.key_exchange", 1, 1<<16-1)
		if n > 0 && !p.failed {
			p.sized("key_share_entry.key_exchange", n, func() { p.publicKey(group) })
		}
	})
	if m != nil {
		m.Value = registry.Label(registry.Group(group), uint32(group), 4)
	}
	return group
}

// publicKey reads a key exchange value: one leaf, or the coordinates of a point,
// or the halves of a hybrid.
func (p *parser) publicKey(group uint16) {
	server := p.from == trace.Server
	switch group {
	case 0x11ec: // X25519MLKEM768: RFC 10024, Section 4
		p.mlkem(server, 1184, 1088)
		p.exactly("key_exchange.x25519", 32)
	case 0x11eb: // SecP256r1MLKEM768
		p.point(32)
		p.mlkem(server, 1184, 1088)
	case 0x11ed: // SecP384r1MLKEM1024
		p.point(48)
		p.mlkem(server, 1568, 1568)
	case 0x11ee: // curveSM2MLKEM768
		p.point(32)
		p.mlkem(server, 1184, 1088)
	case 0x6399, 0xfe31: // X25519Kyber768Draft00: draft-tls-westerbaan-xyber768d00
		p.exactly("key_exchange.x25519", 32)
		p.kyber(server, 1184, 1088)
	case 0xfe30:
		p.exactly("key_exchange.x25519", 32)
		p.kyber(server, 800, 768)
	case 0x639a, 0xfe32:
		p.point(32)
		p.kyber(server, 1184, 1088)
	case 0x0200:
		p.mlkem(server, 800, 768)
	case 0x0201:
		p.mlkem(server, 1184, 1088)
	case 0x0202:
		p.mlkem(server, 1568, 1568)
	case 0x001d:
		p.exactly("key_exchange.x25519", 32)
	case 0x001e:
		p.exactly("key_exchange.x448", 56)
	case 0x0017, 0x001a, 0x001f, 0x0029, 0x0016:
		p.point(32)
	case 0x0018, 0x001b, 0x0020:
		p.point(48)
	case 0x0019:
		p.point(66)
	case 0x001c, 0x0021:
		p.point(64)
	case 0x0100, 0x0101, 0x0102, 0x0103, 0x0104: // RFC 8446, Section 4.2.8.1
		p.exactly("key_exchange.dh_y", []int{256, 384, 512, 768, 1024}[group-0x0100])
	default:
		p.all("key_exchange.public")
	}
}

// exactly reads everything that is left when that is n bytes at least.
func (p *parser) exactly(id trace.FieldID, n int) { p.bytes(id, n) }

// mlkem reads the half of ML-KEM (FIPS 203): the client's encapsulation key or
// the server's ciphertext.
func (p *parser) mlkem(server bool, key, ciphertext int) {
	if server {
		p.bytes("key_exchange.mlkem_ciphertext", ciphertext)
	} else {
		p.bytes("key_exchange.mlkem_encapsulation_key", key)
	}
}

func (p *parser) kyber(server bool, key, ciphertext int) {
	if server {
		p.bytes("key_exchange.kyber_ciphertext", ciphertext)
	} else {
		p.bytes("key_exchange.kyber_public_key", key)
	}
}

// point: struct { uint8 legacy_form = 4; opaque X[coordinate_length]; opaque
// Y[coordinate_length]; } UncompressedPointRepresentation. RFC 8446, Section
// 4.2.8.2.
func (p *parser) point(coordinate int) {
	if b := p.rest(); len(b) > 0 && b[0] != 4 {
		p.all("key_exchange.point")
		p.wrong("not an uncompressed point: it would begin with 4")
		return
	}
	p.u8("key_exchange.legacy_form")
	p.is("4 (uncompressed)")
	p.bytes("key_exchange.x", coordinate)
	p.bytes("key_exchange.y", coordinate)
}

// preSharedKey:
//
//	struct {
//	    opaque identity<1..2^16-1>;
//	    uint32 obfuscated_ticket_age;
//	} PskIdentity;
//	opaque PskBinderEntry<32..255>;
//	struct {
//	    PskIdentity identities<7..2^16-1>;
//	    PskBinderEntry binders<33..2^16-1>;
//	} OfferedPsks;
//	struct {
//	    select (Handshake.msg_type) {
//	        case client_hello: OfferedPsks;
//	        case server_hello: uint16 selected_identity;
//	    };
//	} PreSharedKeyExtension;             RFC 8446, Section 4.2.11
func (p *parser) preSharedKey(where context) {
	if where != inClientHello {
		p.said = "identity " + strconv.Itoa(p.u16("pre_shared_key.selected_identity"))
		return
	}
	n := 0
	p.vector(2, "pre_shared_key.identities", 7, 1<<16-1, func() {
		p.list(func() {
			p.structure("psk_identity", func() {
				b := p.opaque(2, "psk_identity.identity", 1, 1<<16-1)
				if len(b) > 0 && len(b) <= 64 && printable(b) {
					p.is(quote(b))
				}
				p.bytes("psk_identity.obfuscated_ticket_age", 4)
			})
			n++
		})
	})
	p.said = strconv.Itoa(n)
	if n == 1 {
		p.said += " identity"
	} else {
		p.said += " identities"
	}
	p.vector(2, "pre_shared_key.binders", 33, 1<<16-1, func() {
		p.list(func() { p.opaque(1, "pre_shared_key.binder", 32, 255) })
	})
}

// earlyData: empty, but uint32 max_early_data_size in a NewSessionTicket. RFC
// 8446, Section 4.2.10.
func (p *parser) earlyData(where context) {
	if where == inNewSessionTicket {
		p.u32("early_data.max_early_data_size")
	}
}

// supportedVersions: struct { select (Handshake.msg_type) { case client_hello:
// ProtocolVersion versions<2..254>; case server_hello: ProtocolVersion
// selected_version; }; } SupportedVersions. RFC 8446, Section 4.2.1.
func (p *parser) supportedVersions(where context) {
	if where == inClientHello {
		p.vector(1, "supported_versions.versions", 2, 254, func() {
			p.list(func() { p.say(words(registry.Version(p.code16("supported_versions.version", registry.Version)))) })
		})
		return
	}
	v := p.code16("supported_versions.selected_version", registry.Version)
	p.said = words(registry.Version(v))
	if where == inServerHello && p.from == trace.Server && !p.failed {
		p.conv.Version = v
	}
}

// ticketRequest: struct { uint8 new_session_count; uint8 resumption_count; }
// ClientTicketRequest; struct { uint8 expected_count; } ServerTicketRequestHint.
// RFC 9149, Section 3.
func (p *parser) ticketRequest(where context) {
	if where == inClientHello {
		p.u8("ticket_request.new_session_count")
		p.u8("ticket_request.resumption_count")
		return
	}
	p.u8("ticket_request.expected_count")
}
