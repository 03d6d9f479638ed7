package dissect

import (
	"bytes"
	"encoding/hex"

	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// clientHello:
//
//	struct {
//	    ProtocolVersion legacy_version = 0x0303;
//	    Random random;
//	    opaque legacy_session_id<0..32>;
//	    CipherSuite cipher_suites<2..2^16-2>;
//	    opaque legacy_compression_methods<1..2^8-1>;
//	    Extension extensions<8..2^16-1>;
//	} ClientHello;                       RFC 8446, Section 4.1.2
func (p *parser) clientHello() {
	p.code16("client_hello.legacy_version", registry.Version)
	p.random("client_hello.random")
	p.opaque(1, "client_hello.legacy_session_id", 0, 32)
	p.vector(2, "client_hello.cipher_suites", 2, 1<<16-2, func() {
		p.list(func() { p.code16("client_hello.cipher_suite", registry.Suite) })
	})
	p.vector(1, "client_hello.legacy_compression_methods", 1, 1<<8-1, func() {
		p.list(func() { p.code8("client_hello.compression_method", registry.CompressionMethod) })
	})
	// Before TLS 1.2 a hello may end here (RFC 5246, Section 7.4.1.2).
	if p.more() {
		p.extensions("client_hello.extensions", inClientHello)
	}
}

const randomLength = 32

// random: opaque Random[32]. RFC 8446, Section 4.1.2.
func (p *parser) random(id trace.FieldID) {
	p.bytes(id, randomLength)
}

// The last eight bytes of a ServerHello's random by which a TLS 1.3 server says
// that it was asked for less (RFC 8446, Section 4.1.3).
var (
	downgradeTLS12 = []byte("DOWNGRD\x01")
	downgradeTLS11 = []byte("DOWNGRD\x00")
)

// retryRandom is the random of a ServerHello that is a HelloRetryRequest: the
// SHA-256 of "HelloRetryRequest" (RFC 8446, Section 4.1.3).
var retryRandom, _ = hex.DecodeString("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")

// isRetry reports whether a ServerHello's body is a HelloRetryRequest's.
func isRetry(body []byte) bool {
	return len(body) >= 2+randomLength && bytes.Equal(body[2:2+randomLength], retryRandom)
}

// serverRandom reads the server's random and names what it says.
func (p *parser) serverRandom(id trace.FieldID) {
	b := p.bytes(id, randomLength)
	if b == nil {
		return
	}
	switch {
	case bytes.Equal(b, retryRandom):
		p.is(p.last.Value + " (HelloRetryRequest)")
		p.note("this random is the SHA-256 of \"HelloRetryRequest\": the message is no ServerHello (RFC 8446, Section 4.1.3)")
	case bytes.HasSuffix(b, downgradeTLS12):
		p.is(p.last.Value + " (DOWNGRD 01)")
		p.note("ends in DOWNGRD 01: the server can TLS 1.3 and was asked for TLS 1.2 (RFC 8446, Section 4.1.3)")
	case bytes.HasSuffix(b, downgradeTLS11):
		p.is(p.last.Value + " (DOWNGRD 00)")
		p.note("ends in DOWNGRD 00: the server can do more and was asked for TLS 1.1 or below (RFC 8446, Section 4.1.3)")
	}
}
