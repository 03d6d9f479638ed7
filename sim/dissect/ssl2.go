package dissect

import (
	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// LooksLikeSSL2 reports whether a stream begins with an SSL 2.0 CLIENT-HELLO
// (RFC 5246, Appendix E.2), the form in which old clients offered SSL 3.0 and TLS
// too: a two-byte header with the top bit set, type 1, and a version; or with the
// SERVER-HELLO, type 4, that answers it.
func LooksLikeSSL2(b []byte) bool {
	return len(b) >= 5 && b[0]&0x80 != 0 && b[2] == ssl2ClientHello && (b[3] == 3 && b[4] <= 4 || b[3] == 0 && b[4] == 2) ||
		len(b) >= 7 && b[0]&0x80 != 0 && b[2] == ssl2ServerHello && b[3] <= 1 && b[5] == 0 && b[6] == 2
}

const (
	ssl2ClientHello = 1
	ssl2ServerHello = 4
)

// SSL2RecordLength is how many bytes an SSL 2.0 record with a two-byte header
// occupies.
func SSL2RecordLength(b []byte) (total int, ok bool) {
	if len(b) < 2 || b[0]&0x80 == 0 {
		return 0, false
	}
	return 2 + int(b[0]&0x7f)<<8 + int(b[1]), true
}

// ssl2Record reads an SSL 2.0 hello: uint16 msg_length, whose top bit is set, and
// the message.
func (p *parser) ssl2Record() {
	id, name, body := trace.FieldID("v2_client_hello"), "SSL 2.0 CLIENT-HELLO", p.v2ClientHello
	if p.rest()[2] == ssl2ServerHello {
		id, name, body = trace.FieldID("v2_server_hello"), "SSL 2.0 SERVER-HELLO", p.v2ServerHello
	}
	m := p.structure(id, func() {
		n := p.u16("v2_record.msg_length") & 0x7fff
		p.is(count(n) + " (the top bit marks a two-byte header)")
		missing := n - p.left()
		p.part(n, body)
		if missing > 0 {
			p.fail("truncated: " + count(missing) + " missing")
		}
	})
	if m != nil {
		m.Value = name
		p.message(string(id), "", m, -1)
	}
}

// v2ClientHello:
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
func (p *parser) v2ClientHello() {
	p.u8("v2_client_hello.msg_type")
	p.is("CLIENT-HELLO (1)")
	if p.code16("v2_client_hello.version", registry.Version) == 2 {
		p.note("SSL 2.0: prohibited (RFC 6176)")
	}
	specs := p.u16("v2_client_hello.cipher_spec_length")
	session := p.u16("v2_client_hello.session_id_length")
	challenge := p.u16("v2_client_hello.challenge_length")
	p.cipherSpecs("v2_client_hello.cipher_specs", specs)
	p.bytes("v2_client_hello.session_id", session)
	p.bytes("v2_client_hello.challenge", challenge)
}

// v2ServerHello: the answer, from Netscape's specification of SSL 2.0.
func (p *parser) v2ServerHello() {
	p.u8("v2_server_hello.msg_type")
	p.is("SERVER-HELLO (4)")
	p.u8("v2_server_hello.session_id_hit")
	p.u8("v2_server_hello.certificate_type")
	if p.code16("v2_server_hello.version", registry.Version) == 2 {
		p.note("SSL 2.0: prohibited (RFC 6176)")
	}
	cert := p.u16("v2_server_hello.certificate_length")
	specs := p.u16("v2_server_hello.cipher_spec_length")
	id := p.u16("v2_server_hello.connection_id_length")
	p.bytes("v2_server_hello.certificate", cert)
	p.cipherSpecs("v2_server_hello.cipher_specs", specs)
	p.bytes("v2_server_hello.connection_id", id)
}

func (p *parser) cipherSpecs(id trace.FieldID, n int) {
	if n == 0 {
		return
	}
	p.sized(id, n, func() {
		p.list(func() {
			spec := uint32(p.number("v2_cipher_spec", 3))
			p.is(registry.Label(registry.SSL2Cipher(spec), spec, 6))
		})
	})
}
