package dissect

import "tlsplay/sim/registry"

// encryptedClientHello: in a ClientHello
//
//	struct {
//	    ECHClientHelloType type;
//	    select (ECHClientHello.type) {
//	        case outer:
//	            HpkeSymmetricCipherSuite cipher_suite;
//	            uint8 config_id;
//	            opaque enc<0..2^16-1>;
//	            opaque payload<1..2^16-1>;
//	        case inner: Empty;
//	    };
//	} ECHClientHello;                    RFC 9849, Section 5
//
// in EncryptedExtensions ECHConfigList retry_configs, and in a HelloRetryRequest
// opaque confirmation[8].
func (p *parser) encryptedClientHello(where context) {
	switch where {
	case inClientHello:
		t := p.code8("ech_client_hello.type", registry.ECHClientHelloType)
		p.said = words(registry.ECHClientHelloType(t))
		if t != 0 {
			return
		}
		p.hpkeSuite()
		p.u8("ech_client_hello.config_id")
		p.opaque(2, "ech_client_hello.enc", 0, 1<<16-1)
		p.opaque(2, "ech_client_hello.payload", 1, 1<<16-1)
	case inHelloRetryRequest:
		p.bytes("ech_hello_retry_request.confirmation", 8)
	default:
		p.echConfigList()
	}
}

// hpkeSuite: struct { HpkeKdfId kdf_id; HpkeAeadId aead_id; }
// HpkeSymmetricCipherSuite. RFC 9849, Section 4.
func (p *parser) hpkeSuite() {
	p.structure("hpke_symmetric_cipher_suite", func() {
		p.code16("hpke_symmetric_cipher_suite.kdf_id", registry.HPKEKDF)
		p.code16("hpke_symmetric_cipher_suite.aead_id", registry.HPKEAEAD)
	})
}

// echConfigList:
//
//	struct {
//	    uint16 version;
//	    uint16 length;
//	    select (ECHConfig.version) { case 0xfe0d: ECHConfigContents contents; }
//	} ECHConfig;
//	ECHConfig ECHConfigList<4..2^16-1>;  RFC 9849, Section 4
func (p *parser) echConfigList() {
	p.vector(2, "ech_config_list", 4, 1<<16-1, func() {
		p.list(func() {
			p.structure("ech_config", func() {
				v := p.code16("ech_config.version", registry.ECHVersion)
				n := p.length(2, "ech_config.contents", 0, 1<<16-1)
				if n == 0 || p.failed {
					return
				}
				p.sized("ech_config.contents", n, func() {
					if v == extECH {
						p.echConfigContents()
					} else {
						p.all("ech_config.data")
					}
				})
			})
		})
	})
}

// echConfigContents:
//
//	struct {
//	    uint8 config_id;
//	    HpkeKemId kem_id;
//	    opaque public_key<1..2^16-1>;
//	    HpkeSymmetricCipherSuite cipher_suites<4..2^16-4>;
//	} HpkeKeyConfig;
//	struct {
//	    HpkeKeyConfig key_config;
//	    uint8 maximum_name_length;
//	    opaque public_name<1..255>;
//	    ECHConfigExtension extensions<0..2^16-1>;
//	} ECHConfigContents;                 RFC 9849, Section 4
func (p *parser) echConfigContents() {
	p.structure("hpke_key_config", func() {
		p.u8("hpke_key_config.config_id")
		p.code16("hpke_key_config.kem_id", registry.HPKEKEM)
		p.opaque(2, "hpke_key_config.public_key", 1, 1<<16-1)
		p.vector(2, "hpke_key_config.cipher_suites", 4, 1<<16-4, func() { p.list(p.hpkeSuite) })
	})
	p.u8("ech_config_contents.maximum_name_length")
	if b := p.opaque(1, "ech_config_contents.public_name", 1, 255); b != nil {
		p.is(quote(b))
	}
	p.vector(2, "ech_config_contents.extensions", 0, 1<<16-1, func() {
		p.list(func() {
			p.structure("ech_config_extension", func() {
				p.code16("ech_config_extension.type", registry.Extension)
				p.opaque(2, "ech_config_extension.data", 0, 1<<16-1)
			})
		})
	})
}
