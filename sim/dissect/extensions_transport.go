package dissect

import (
	"strconv"

	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// padding: zeros, RFC 7685, Section 3.
func (p *parser) padding() {
	b := p.all("padding.padding_data")
	for _, c := range b {
		if c != 0 {
			p.wrong("padding must be zeros (RFC 7685, Section 3)")
			break
		}
	}
	if b != nil {
		p.is(count(len(b)) + " of padding")
	}
	p.said = count(len(b))
}

// useSRTP: struct { SRTPProtectionProfile SRTPProtectionProfiles<2..2^16-1>;
// opaque srtp_mki<0..255>; } UseSRTPData. RFC 5764, Section 4.1.1.
func (p *parser) useSRTP() {
	p.codes16("use_srtp.srtp_protection_profiles", "use_srtp.srtp_protection_profile", registry.SRTPProfile)
	p.opaque(1, "use_srtp.srtp_mki", 0, 255)
}

// tokenBinding: struct { TB_ProtocolVersion token_binding_version;
// TokenBindingKeyParameters key_parameters_list<1..2^8-1> }
// TokenBindingParameters. RFC 8472, Section 2.
func (p *parser) tokenBinding() {
	p.u8("token_binding.version_major")
	p.u8("token_binding.version_minor")
	p.vector(1, "token_binding.key_parameters_list", 1, 255, func() {
		p.list(func() { p.u8("token_binding.key_parameter") })
	})
}

// quicTransportParameters: a sequence of Transport Parameter { ID (i), Length (i),
// Value (..) }, each (i) a variable-length integer. RFC 9000, Section 18.
func (p *parser) quicTransportParameters() {
	p.list(func() {
		var id uint64
		m := p.structure("transport_parameter", func() {
			id = p.varint("transport_parameter.id")
			p.is(words(registry.QUICParameter(id)) + " (0x" + strconv.FormatUint(id, 16) + ")")
			n := p.varint("transport_parameter.length")
			if n > uint64(p.left()) {
				p.fail("truncated: the value takes " + strconv.FormatUint(n, 10) + " bytes, " + strconv.Itoa(p.left()) + " left")
				return
			}
			p.part(int(n), func() { p.transportParameter(id, int(n)) })
		})
		if m != nil {
			m.Value = words(registry.QUICParameter(id))
		}
	})
}

// transportParameter reads a value by RFC 9000, Section 18.2.
func (p *parser) transportParameter(id uint64, n int) {
	switch id {
	case 0x01, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0e, 0x20:
		p.varint("transport_parameter.value")
	case 0x0d:
		p.bytes("preferred_address.ipv4_address", 4)
		p.u16("preferred_address.ipv4_port")
		p.bytes("preferred_address.ipv6_address", 16)
		p.u16("preferred_address.ipv6_port")
		p.opaque(1, "preferred_address.connection_id", 0, 20)
		p.bytes("preferred_address.stateless_reset_token", 16)
	case 0x11: // RFC 9368, Section 3
		p.bytes("version_information.chosen_version", 4)
		p.list(func() { p.bytes("version_information.available_version", 4) })
	default:
		b := p.bytes("transport_parameter.value", n)
		if len(b) > 3 && printable(b) {
			p.is(quote(b))
		}
	}
}

// varint reads a variable-length integer: the first two bits say its length (RFC
// 9000, Section 16).
func (p *parser) varint(id trace.FieldID) uint64 {
	n := 1
	if b := p.rest(); len(b) > 0 {
		n = 1 << (b[0] >> 6)
	}
	v := p.uint(id, n) & (1<<(8*n-2) - 1)
	if !p.failed {
		p.is(strconv.FormatUint(v, 10))
	}
	return v
}
