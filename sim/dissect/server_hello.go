package dissect

import (
	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// serverHello:
//
//	struct {
//	    ProtocolVersion legacy_version = 0x0303;
//	    Random random;
//	    opaque legacy_session_id_echo<0..32>;
//	    CipherSuite cipher_suite;
//	    uint8 legacy_compression_method = 0;
//	    Extension extensions<6..2^16-1>;
//	} ServerHello;                       RFC 8446, Section 4.1.3
//
// A HelloRetryRequest is a ServerHello with a special random (Section 4.1.4).
func (p *parser) serverHello() {
	if p.msg.Name == "hello_retry_request" {
		p.helloRetryRequest()
		return
	}
	version := p.code16("server_hello.legacy_version", registry.Version)
	p.serverRandom("server_hello.random")
	p.opaque(1, "server_hello.legacy_session_id_echo", 0, 32)
	suite := p.code16("server_hello.cipher_suite", registry.Suite)
	p.code8("server_hello.legacy_compression_method", registry.CompressionMethod)
	if p.failed {
		return
	}
	// supported_versions and key_share, if they are there, have the last word. What
	// a client says in this form decides nothing.
	if p.from == trace.Server {
		p.conv.Version, p.conv.Suite, p.conv.Group = version, suite, 0
		p.conv.clientCertType, p.conv.serverCertType = 0, 0
	}
	if p.more() {
		p.extensions("server_hello.extensions", inServerHello)
	}
}

// helloRetryRequest has the fields of a ServerHello. It fixes nothing yet: the
// ServerHello that follows does.
func (p *parser) helloRetryRequest() {
	p.code16("hello_retry_request.legacy_version", registry.Version)
	p.serverRandom("hello_retry_request.random")
	p.opaque(1, "hello_retry_request.legacy_session_id_echo", 0, 32)
	p.code16("hello_retry_request.cipher_suite", registry.Suite)
	p.code8("hello_retry_request.legacy_compression_method", registry.CompressionMethod)
	if p.more() {
		p.extensions("hello_retry_request.extensions", inHelloRetryRequest)
	}
}

// helloVerifyRequest belongs to DTLS:
//
//	struct {
//	    ProtocolVersion server_version;
//	    opaque cookie<0..2^8-1>;
//	} HelloVerifyRequest;                RFC 6347, Section 4.2.1
func (p *parser) helloVerifyRequest() {
	p.code16("hello_verify_request.server_version", registry.Version)
	p.opaque(1, "hello_verify_request.cookie", 0, 1<<8-1)
}

// encryptedExtensions: struct { Extension extensions<0..2^16-1>; }
// EncryptedExtensions. RFC 8446, Section 4.3.1.
func (p *parser) encryptedExtensions() {
	p.extensions("encrypted_extensions.extensions", inEncryptedExtensions)
}
