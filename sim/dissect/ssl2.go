package dissect

import (
	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// LooksLikeSSL2 reports whether a stream begins with an SSL 2.0 CLIENT-HELLO
// (RFC 5246, Appendix E.2), the form in which old clients offered SSL 3.0 and TLS
// too: a two-byte header with the top bit set, type 1, and a version.
func LooksLikeSSL2(b []byte) bool {
	return len(b) >= 5 && b[0]&0x80 != 0 && b[2] == 1 && (b[3] == 3 && b[4] <= 4 || b[3] == 0 && b[4] == 2)
}

// SSL2RecordLength is how many bytes an SSL 2.0 record with a two-byte header
// occupies.
func SSL2RecordLength(b []byte) (total int, ok bool) {
	if len(b) < 2 || b[0]&0x80 == 0 {
		return 0, false
	}
	return 2 + int(b[0]&0x7f)<<8 + int(b[1]), true
}

// ssl2Record:
//
//	uint8 V2CipherSpec[3];
//	struct {
//	    uint16 msg_length;
//	    uint8 msg_type;
//	    Version version;
//	    uint16 cipher_spec_length;
//	    uint16 session_id_length;
//	    uint16 challenge_length;
//	    V2CipherSpec cipher_specs[V2ClientHello.cipher_spec_length];
//	    opaque session_id[V2ClientHello.session_id_length];
//	    opaque challenge[V2ClientHello.challenge_length];
//	} V2ClientHello;                     RFC 5246, Appendix E.2
func (p *parser) ssl2Record() {
	m := p.struct_("v2_client_hello", func() {
		n := p.u16("v2_client_hello.msg_length") & 0x7fff
		p.is(count(n) + " (the top bit marks a two-byte header)")
		missing := n - p.left()
		p.part(n, func() {
			p.u8("v2_client_hello.msg_type")
			p.is("CLIENT-HELLO (1)")
			v := p.code16("v2_client_hello.version", registry.Version)
			if v == 2 {
				p.note("SSL 2.0: prohibited (RFC 6176)")
			}
			specs := p.u16("v2_client_hello.cipher_spec_length")
			session := p.u16("v2_client_hello.session_id_length")
			challenge := p.u16("v2_client_hello.challenge_length")
			if specs > 0 && !p.failed {
				p.sized("v2_client_hello.cipher_specs", specs, func() {
					p.list(func() {
						spec := uint32(p.uint("v2_client_hello.cipher_spec", 3))
						if !p.failed {
							p.is(registry.Label(registry.SSL2Cipher(spec), spec, 6))
						}
					})
				})
			}
			p.bytes("v2_client_hello.session_id", session)
			p.bytes("v2_client_hello.challenge", challenge)
		})
		if missing > 0 {
			p.fail("truncated: " + count(missing) + " missing")
		}
	})
	if m != nil {
		m.Value = "SSL 2.0 CLIENT-HELLO"
		p.msgs = append(p.msgs, trace.Message{Name: "v2_client_hello", Tree: m, Type: -1})
	}
}
