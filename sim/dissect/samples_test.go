package dissect

import (
	"encoding/hex"
	"strings"

	"tlsplay/sim/trace"
)

// The samples are messages put together by hand from the RFCs' definitions, one
// for each form that a parser knows.

// h is bytes in hexadecimal; spaces are for the reader.
func h(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func cat(parts ...[]byte) (b []byte) {
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// v8, v16 and v24 are vectors with length fields of one, two and three bytes.
func v8(parts ...[]byte) []byte {
	b := cat(parts...)
	return append([]byte{byte(len(b))}, b...)
}

func v16(parts ...[]byte) []byte {
	b := cat(parts...)
	return append([]byte{byte(len(b) >> 8), byte(len(b))}, b...)
}

func v24(parts ...[]byte) []byte {
	b := cat(parts...)
	return append([]byte{byte(len(b) >> 16), byte(len(b) >> 8), byte(len(b))}, b...)
}

// fill is n bytes that are easy to tell apart.
func fill(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i + 1)
	}
	return b
}

func text(s string) []byte { return []byte(s) }

// ext is an extension.
func ext(t string, data ...[]byte) []byte { return cat(h(t), v16(data...)) }

func message(t byte, body ...[]byte) []byte { return cat([]byte{t}, v24(body...)) }

func hello(extensions ...[]byte) []byte {
	return message(clientHello, h("0303"), fill(32), v8(fill(32)), v16(h("1301 c02f 1a1a 00ff")), v8(h("00")), v16(extensions...))
}

func answer(version string, suite string, extensions ...[]byte) []byte {
	return message(serverHello, h(version), fill(32), v8(fill(4)), h(suite), h("00"), v16(extensions...))
}

func retry(extensions ...[]byte) []byte {
	return message(serverHello, h("0303"), retryRandom, v8(fill(4)), h("1301"), h("00"), v16(extensions...))
}

func encrypted(extensions ...[]byte) []byte { return message(encryptedExtensions, v16(extensions...)) }

func chain13(extensions ...[]byte) []byte {
	return message(certificate, v8(), v24(v24(fill(9)), v16(extensions...)))
}

// sample is a handshake message in its surroundings.
type sample struct {
	name    string
	from    trace.Side
	version uint16
	suite   uint16
	data    []byte
	// want are values that must be found in the tree: what the RFC means by the
	// bytes.
	want map[trace.FieldID]string
	// types are the negotiated certificate types.
	types uint8
	bad   bool // the sample is malformed
}

type values = map[trace.FieldID]string

const (
	ecdheRSA = 0xc02f
	rsaSuite = 0x002f
	dheRSA   = 0x0033
	psk      = 0x008c
	dhePSK   = 0x0090
	ecdhePSK = 0xc035
	rsaPSK   = 0x0094
	srpRSA   = 0xc01e
	export   = 0x0003
	gost     = 0xc101
	dhAnon   = 0x0034
	ecdhAnon = 0xc018
)

func samples() []sample {
	return append(append(extensionSamples(), messageSamples()...), moreExtensionSamples()...)
}

func messageSamples() []sample {
	c, s := trace.Client, trace.Server
	cert := fill(20)
	return []sample{
		{name: "hello request", from: s, version: 0x0303, data: message(helloRequest)},
		{name: "server hello done", from: s, version: 0x0303, data: message(serverHelloDone)},
		{name: "end of early data", from: c, version: 0x0304, data: message(endOfEarlyData)},
		{
			name: "client hello without extensions", from: c, data: message(clientHello, h("0300"), fill(32), v8(), v16(h("0004")), v8(h("00 01 40"))),
			want: values{"client_hello.legacy_version": "SSL 3.0 (0x0300)", "client_hello.cipher_suite": "TLS_RSA_WITH_RC4_128_MD5 (0x0004)", "client_hello.compression_method": "null (0x00)"},
		},
		{
			name: "downgrade", from: s, data: message(serverHello, h("0303"), fill(24), text("DOWNGRD\x01"), v8(), h("c02f 00")),
			want: values{"server_hello.random": "0102030405060708090a0b0c0d0e0f101112131415161718444f574e47524401 (DOWNGRD 01)"},
		},
		{
			name: "downgrade to 1.1", from: s, data: message(serverHello, h("0302"), fill(24), text("DOWNGRD\x00"), v8(), h("c013 00")),
			want: values{"server_hello.random": "0102030405060708090a0b0c0d0e0f101112131415161718444f574e47524400 (DOWNGRD 00)"},
		},
		{name: "hello verify request", from: s, data: message(helloVerifyRequest, h("feff"), v8(fill(4))), want: values{"hello_verify_request.server_version": "DTLS 1.0 (0xfeff)"}},
		{
			name: "ticket 1.2", from: s, version: 0x0303, data: message(newSessionTicket, h("00001c20"), v16(fill(5))),
			want: values{"new_session_ticket.ticket_lifetime_hint": "7200 seconds (2 hours)", "new_session_ticket.ticket": "0102030405"},
		},
		{
			name: "ticket 1.3", from: s, version: 0x0304, data: message(newSessionTicket, h("00093a80 01020304"), v8(h("00")), v16(fill(5)), v16(ext("002a", h("00004000")), ext("0a0a"))),
			want: values{"new_session_ticket.ticket_lifetime": "604800 seconds (7 days)", "new_session_ticket.ticket_age_add": "01020304", "early_data.max_early_data_size": "16384", "extension.grease": "GREASE (0x0a0a)"},
		},
		{name: "ticket, version unknown", from: s, data: message(newSessionTicket, h("00001c20"), v16(fill(5))), want: values{"new_session_ticket.ticket": "0102030405"}},
		{name: "ticket 1.3, version unknown", from: s, data: message(newSessionTicket, h("00001c20 01020304"), v8(h("00")), v16(fill(5)), v16()), want: values{"new_session_ticket.ticket_nonce": "00"}},
		{name: "certificate 1.2", from: s, version: 0x0303, data: message(certificate, v24(v24(cert), v24(fill(3)))), want: values{"certificate.certificate_list": "2 certificates", "certificate.cert_data": hex.EncodeToString(cert)}},
		{name: "certificate, version unknown", from: s, data: message(certificate, v24(v24(cert))), want: values{"certificate.certificate_list": "1 certificate"}},
		{name: "certificate 1.3, version unknown", from: s, data: chain13(), want: values{"certificate.certificate_list": "1 certificate"}},
		{name: "no certificate", from: c, version: 0x0303, data: message(certificate, v24()), want: values{"certificate.certificate_list_length": "0"}},
		{name: "certificate 1.3", from: c, version: 0x0304, data: message(certificate, v8(fill(3)), v24(v24(cert), v16())), want: values{"certificate.certificate_request_context": "010203"}},
		{name: "raw public key 1.3", from: s, version: 0x0304, types: 2, data: chain13(), want: values{"certificate.subject_public_key_info": "010203040506070809"}},
		{name: "raw public key 1.2", from: c, version: 0x0303, types: 2, data: message(certificate, v24(fill(9))), want: values{"certificate.subject_public_key_info": "010203040506070809"}},
		{
			name: "compressed certificate", from: s, version: 0x0304, data: message(compressedCertificate, h("0002 000100"), v24(fill(9))),
			want: values{"compressed_certificate.algorithm": "brotli (0x0002)", "compressed_certificate.uncompressed_length": "256"},
		},
		{name: "certificate status", from: s, version: 0x0303, data: message(certificateStatus, h("01"), v24(fill(5))), want: values{"certificate_status.ocsp_response": "0102030405"}},
		{name: "certificate status, multi", from: s, version: 0x0303, data: message(certificateStatus, h("02"), v24(v24(fill(5)), v24())), want: values{"certificate_status.status_type": "ocsp_multi (0x02)"}},
		{name: "certificate status, unknown", from: s, version: 0x0303, data: message(certificateStatus, h("77"), fill(5)), want: values{"certificate_status.response": "0102030405"}},
		{name: "certificate url", from: c, version: 0x0303, data: message(certificateURL, h("00"), v16(v16(text("http://a/")), h("01"), fill(20))), want: values{"url_and_hash.url": `"http://a/"`}},
		{
			name: "certificate request 1.0", from: s, version: 0x0301, data: message(certificateRequest, v8(h("01 40")), v16(v16(fill(4)))),
			want: values{"certificate_request.certificate_type": "rsa_sign (0x01)", "certificate_request.distinguished_name": "01020304"},
		},
		{
			name: "certificate request 1.2", from: s, version: 0x0303, data: message(certificateRequest, v8(h("01 40")), v16(h("0403 0301 0804")), v16()),
			want: values{"certificate_request.signature_algorithm": "ecdsa_secp256r1_sha256 (0x0403)"},
		},
		{name: "certificate request, version unknown", from: s, data: message(certificateRequest, v8(h("01 40")), v16(h("0403 0301 0804")), v16())},
		{name: "certificate request 1.3", from: s, version: 0x0304, data: message(certificateRequest, v8(), v16(ext("000d", v16(h("0403"))))), want: values{"signature_algorithms.signature_scheme": "ecdsa_secp256r1_sha256 (0x0403)"}},
		{name: "certificate request 1.3, with context", from: s, version: 0x0304, data: message(certificateRequest, v8(fill(3)), v16(ext("000d", v16(h("0403"))))), want: values{"certificate_request.certificate_request_context": "010203"}},
		{name: "certificate verify 1.0", from: c, version: 0x0301, data: message(certificateVerify, v16(fill(4))), want: values{"certificate_verify.signature": "01020304"}},
		{name: "certificate verify 1.3", from: c, version: 0x0304, data: message(certificateVerify, h("0807"), v16(fill(4))), want: values{"certificate_verify.algorithm": "ed25519 (0x0807)"}},
		{name: "finished 1.2", from: c, version: 0x0303, data: message(finished, fill(12)), want: values{"finished.verify_data": "0102030405060708090a0b0c"}},
		{name: "finished, SSL 3.0", from: c, version: 0x0300, data: message(finished, fill(36)), want: values{"finished.md5_hash": "0102030405060708090a0b0c0d0e0f10"}},
		{name: "key update", from: c, version: 0x0304, data: message(keyUpdate, h("01")), want: values{"key_update.request_update": "update_requested (0x01)"}},
		{name: "message hash", from: c, version: 0x0304, data: message(messageHash, fill(32))},
		{name: "supplemental data", from: c, version: 0x0303, data: message(supplementalData, v24(h("0000"), v16(fill(3)))), want: values{"supplemental_data_entry.supp_data_type": "0"}},
		{name: "next protocol", from: c, version: 0x0303, data: message(nextProtocol, v8(text("http/1.1")), v8(fill(5))), want: values{"next_protocol.selected_protocol": `"http/1.1"`}},
		{name: "channel id", from: c, version: 0x0303, data: message(0xcb, fill(8)), want: values{"handshake.body": "0102030405060708"}},

		{
			name: "ECDHE", from: s, version: 0x0303, suite: ecdheRSA, data: message(serverKeyExchange, h("03 0017"), v8(h("04"), fill(64)), h("0804"), v16(fill(4))),
			want: values{"server_ecdh_params.namedcurve": "secp256r1 (0x0017)", "key_exchange.legacy_form": "4 (uncompressed)", "server_key_exchange.algorithm": "rsa_pss_rsae_sha256 (0x0804)", "server_key_exchange.signature": "01020304"},
		},
		{name: "ECDHE 1.0", from: s, version: 0x0301, suite: 0xc013, data: message(serverKeyExchange, h("03 001d"), v8(fill(32)), v16(fill(4))), want: values{"server_key_exchange.signature": "01020304"}},
		{name: "ECDHE, suite unknown", from: s, data: message(serverKeyExchange, h("03 001e"), v8(fill(56)), h("0804"), v16(fill(4))), want: values{"server_ecdh_params.namedcurve": "X448 (0x001e)"}},
		{name: "ECDH anon", from: s, version: 0x0303, suite: ecdhAnon, data: message(serverKeyExchange, h("03 0019"), v8(h("04"), fill(132)))},
		{
			name: "DHE", from: s, version: 0x0303, suite: dheRSA, data: message(serverKeyExchange, v16(h("ffffffffffffffff adf85458a2bb4a9a"), fill(240)), v16(h("02")), v16(fill(7)), h("0401"), v16(fill(4))),
			want: values{"server_dh_params.dh_p": "ffdhe2048, 256 bytes", "server_dh_params.dh_g": "02", "server_key_exchange.algorithm": "rsa_pkcs1_sha256 (0x0401)"},
		},
		{name: "DH anon", from: s, version: 0x0301, suite: dhAnon, data: message(serverKeyExchange, v16(fill(9)), v16(h("02")), v16(fill(7)))},
		{name: "PSK", from: s, version: 0x0303, suite: psk, data: message(serverKeyExchange, v16(text("hint"))), want: values{"server_key_exchange.psk_identity_hint": `"hint"`}},
		{name: "DHE PSK", from: s, version: 0x0303, suite: dhePSK, data: message(serverKeyExchange, v16(text("hint")), v16(fill(9)), v16(h("02")), v16(fill(7))), want: values{"server_dh_params.dh_ys": "01020304050607"}},
		{name: "ECDHE PSK", from: s, version: 0x0303, suite: ecdhePSK, data: message(serverKeyExchange, v16(), h("03 001d"), v8(fill(32)))},
		{name: "export RSA", from: s, version: 0x0301, suite: export, data: message(serverKeyExchange, v16(fill(64)), v16(h("010001")), v16(fill(4))), want: values{"server_rsa_params.rsa_exponent": "010001"}},
		{name: "SRP", from: s, version: 0x0301, suite: srpRSA, data: message(serverKeyExchange, v16(fill(9)), v16(h("02")), v8(fill(3)), v16(fill(5)), v16(fill(4))), want: values{"server_srp_params.srp_s": "010203"}},
		{name: "GOST", from: s, version: 0x0303, suite: gost, data: message(serverKeyExchange, fill(9))},

		{name: "client RSA", from: c, version: 0x0303, suite: rsaSuite, data: message(clientKeyExchange, v16(fill(9))), want: values{"client_key_exchange.encrypted_pre_master_secret": "010203040506070809"}},
		{name: "client RSA, SSL 3.0", from: c, version: 0x0300, suite: rsaSuite, data: message(clientKeyExchange, fill(9)), want: values{"client_key_exchange.encrypted_pre_master_secret": "010203040506070809"}},
		{name: "client ECDHE", from: c, version: 0x0303, suite: ecdheRSA, data: message(clientKeyExchange, v8(fill(32)))},
		{name: "client, suite unknown", from: c, data: message(clientKeyExchange, v8(fill(32)))},
		{name: "client DHE", from: c, version: 0x0303, suite: dheRSA, data: message(clientKeyExchange, v16(fill(9))), want: values{"client_key_exchange.dh_yc": "010203040506070809"}},
		{name: "client PSK", from: c, version: 0x0303, suite: psk, data: message(clientKeyExchange, v16(text("me\u202e"))), want: values{"client_key_exchange.psk_identity": `"me\u202e"`}},
		{name: "client DHE PSK", from: c, version: 0x0303, suite: dhePSK, data: message(clientKeyExchange, v16(text("me")), v16(fill(9))), want: values{"client_key_exchange.dh_yc": "010203040506070809"}},
		{name: "client RSA PSK", from: c, version: 0x0303, suite: rsaPSK, data: message(clientKeyExchange, v16(text("me")), v16(fill(9))), want: values{"client_key_exchange.encrypted_pre_master_secret": "010203040506070809"}},
		{name: "client SRP", from: c, version: 0x0301, suite: srpRSA, data: message(clientKeyExchange, v16(fill(9))), want: values{"client_key_exchange.srp_a": "010203040506070809"}},
		{name: "client GOST", from: c, version: 0x0303, suite: gost, data: message(clientKeyExchange, fill(9))},
	}
}
