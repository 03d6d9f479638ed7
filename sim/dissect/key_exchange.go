package dissect

import (
	"strings"

	"tlsplay/sim/registry"
)

// exchange is how a cipher suite of TLS 1.2 and before agrees on a key, read out
// of its name: "ECDHE_RSA", "RSA", "DH_anon", "DHE_PSK" …; "" when the suite is not
// known.
func exchange(suite uint16) string {
	if suite == 0 {
		return ""
	}
	name := registry.Suite(suite)
	name = strings.TrimPrefix(strings.TrimPrefix(name, "TLS_"), "SSL_")
	kx, _, ok := strings.Cut(name, "_WITH_")
	if !ok {
		return ""
	}
	return kx
}

// serverKeyExchange: RFC 5246, Section 7.4.3; its forms are chosen by the suite.
func (p *parser) serverKeyExchange() {
	kx := exchange(p.conv.Suite)
	if strings.HasSuffix(kx, "PSK") {
		// opaque psk_identity_hint<0..2^16-1>. RFC 4279, Section 2; in front of the
		// other parameters in Sections 3 and 4, and RFC 5489, Section 2.
		if b := p.opaque(2, "server_key_exchange.psk_identity_hint", 0, 1<<16-1); b != nil {
			p.is(quote(b))
		}
	}
	switch {
	case strings.HasPrefix(kx, "ECDH"), kx == "" && p.left() > 4 && p.rest()[0] == 3:
		p.serverECDH()
	case strings.HasPrefix(kx, "DH"):
		p.serverDH()
	case strings.HasPrefix(kx, "RSA_EXPORT"):
		p.serverRSA()
	case strings.HasPrefix(kx, "SRP"):
		p.serverSRP()
	case kx == "PSK", kx == "RSA_PSK":
		return
	default:
		p.all("server_key_exchange.params")
		return
	}
	if p.more() && !strings.Contains(kx, "anon") && !strings.HasSuffix(kx, "PSK") && kx != "SRP_SHA" {
		p.signature("server_key_exchange.algorithm", "server_key_exchange.signature")
	}
}

// serverECDH:
//
//	struct {
//	    ECCurveType curve_type;
//	    NamedCurve namedcurve;
//	} ECParameters;
//	struct {
//	    ECParameters curve_params;
//	    opaque point<1..2^8-1>;
//	} ServerECDHParams;                  RFC 8422, Section 5.4
func (p *parser) serverECDH() {
	p.structure("server_ecdh_params", func() {
		t := p.code8("server_ecdh_params.curve_type", registry.CurveType)
		if t != 3 {
			p.fail("only named curves are understood (RFC 8422, Section 5.4)")
			return
		}
		group := p.code16("server_ecdh_params.namedcurve", registry.Group)
		if !p.failed {
			p.conv.Group = group
		}
		n := p.length(1, "server_ecdh_params.public", 1, 1<<8-1)
		if n > 0 && !p.failed {
			p.sized("server_ecdh_params.public", n, func() { p.publicKey(group) })
		}
	})
}

// serverDH: struct { opaque dh_p<1..2^16-1>; opaque dh_g<1..2^16-1>; opaque
// dh_Ys<1..2^16-1>; } ServerDHParams. RFC 5246, Section 7.4.3.
func (p *parser) serverDH() {
	p.structure("server_dh_params", func() {
		prime := p.opaque(2, "server_dh_params.dh_p", 1, 1<<16-1)
		if id := ffdheByPrime(prime); id != 0 && !p.failed {
			p.is(registry.Group(id) + ", " + count(len(prime)))
			p.conv.Group = id
		}
		p.opaque(2, "server_dh_params.dh_g", 1, 1<<16-1)
		p.opaque(2, "server_dh_params.dh_ys", 1, 1<<16-1)
	})
}

// ffdheByPrime recognises the primes of RFC 7919, Appendix A, by their size and
// their first 16 bytes: all begin with 64 ones and then the digits of e.
func ffdheByPrime(prime []byte) uint16 {
	const prefix = "\xff\xff\xff\xff\xff\xff\xff\xff\xad\xf8\x54\x58\xa2\xbb\x4a\x9a"
	if !strings.HasPrefix(string(prime), prefix) {
		return 0
	}
	switch len(prime) * 8 {
	case 2048:
		return 0x0100
	case 3072:
		return 0x0101
	case 4096:
		return 0x0102
	case 6144:
		return 0x0103
	case 8192:
		return 0x0104
	}
	return 0
}

// serverRSA: struct { opaque rsa_modulus<1..2^16-1>; opaque
// rsa_exponent<1..2^16-1>; } ServerRSAParams. RFC 2246, Section 7.4.3 (export
// suites).
func (p *parser) serverRSA() {
	p.structure("server_rsa_params", func() {
		p.opaque(2, "server_rsa_params.rsa_modulus", 1, 1<<16-1)
		p.opaque(2, "server_rsa_params.rsa_exponent", 1, 1<<16-1)
	})
}

// serverSRP: struct { opaque srp_N<1..2^16-1>; opaque srp_g<1..2^16-1>; opaque
// srp_s<1..2^8-1>; opaque srp_B<1..2^16-1>; } ServerSRPParams. RFC 5054, Section
// 2.5.3.
func (p *parser) serverSRP() {
	p.structure("server_srp_params", func() {
		p.opaque(2, "server_srp_params.srp_n", 1, 1<<16-1)
		p.opaque(2, "server_srp_params.srp_g", 1, 1<<16-1)
		p.opaque(1, "server_srp_params.srp_s", 1, 1<<8-1)
		p.opaque(2, "server_srp_params.srp_b", 1, 1<<16-1)
	})
}

// clientKeyExchange: RFC 5246, Section 7.4.7; its forms are chosen by the suite.
func (p *parser) clientKeyExchange() {
	kx := exchange(p.conv.Suite)
	if strings.HasSuffix(kx, "PSK") {
		// opaque psk_identity<0..2^16-1>. RFC 4279, Section 2.
		if b := p.opaque(2, "client_key_exchange.psk_identity", 0, 1<<16-1); b != nil {
			p.is(quote(b))
		}
	}
	b := p.rest()
	switch {
	case strings.HasPrefix(kx, "ECDH"), kx == "" && vectorFills(b, 1):
		// struct { opaque ecdh_Yc<1..2^8-1>; } ClientECDiffieHellmanPublic. RFC 8422,
		// Section 5.7. Nothing when it is in the client's certificate.
		if n := p.length(1, "client_key_exchange.ecdh_yc", 1, 1<<8-1); n > 0 && !p.failed {
			p.sized("client_key_exchange.ecdh_yc", n, func() { p.publicKey(p.conv.Group) })
		}
	case strings.HasPrefix(kx, "DH"):
		// struct { opaque dh_Yc<1..2^16-1>; } ClientDiffieHellmanPublic. RFC 5246,
		// Section 7.4.7.2.
		p.opaque(2, "client_key_exchange.dh_yc", 1, 1<<16-1)
	case strings.HasPrefix(kx, "SRP"):
		// struct { opaque srp_A<1..2^16-1>; } ClientSRPPublic. RFC 5054, Section 2.5.4.
		p.opaque(2, "client_key_exchange.srp_a", 1, 1<<16-1)
	case strings.HasPrefix(kx, "RSA"), kx == "" && vectorFills(b, 2):
		// struct { public-key-encrypted PreMasterSecret pre_master_secret; }
		// EncryptedPreMasterSecret. RFC 5246, Section 7.4.7.1. SSL 3.0 left out the
		// length.
		if p.conv.Version == 0x0300 && !vectorFills(b, 2) {
			p.all("client_key_exchange.encrypted_pre_master_secret")
		} else {
			p.opaque(2, "client_key_exchange.encrypted_pre_master_secret", 0, 1<<16-1)
		}
	case kx == "PSK":
	default:
		p.all("client_key_exchange.exchange_keys")
	}
}
