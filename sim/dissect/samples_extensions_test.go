package dissect

import "tlsplay/sim/trace"

func extensionSamples() []sample {
	c, s := trace.Client, trace.Server
	return []sample{
		{name: "empty extensions", from: c, data: hello(ext("0004"), ext("0016"), ext("0017"), ext("0031"), ext("0005"), ext("0012"), ext("0002")), want: values{"extension.extended_master_secret": "extended_master_secret (0x0017)"}},
		{
			name: "server_name", from: c, data: hello(ext("0000", v16(h("00"), v16(text("a.b\x1b\u202e"))))),
			want: values{"server_name.host_name": `"a.b\x1b\u202e"`, "server_name.name_type": "host_name (0x00)", "client_hello.cipher_suite": "TLS_AES_128_GCM_SHA256 (0x1301)"},
		},
		{name: "server_name of another type", from: c, data: hello(ext("0000", v16(h("07"), v16(text("x")))))},
		{name: "max_fragment_length", from: c, data: hello(ext("0001", h("02"))), want: values{"max_fragment_length.length": "1024 bytes (0x02)"}},
		{name: "status_request", from: c, data: hello(ext("0005", h("01"), v16(v16(fill(3))), v16(fill(2)))), want: values{"status_request.status_type": "ocsp (0x01)", "status_request.responder_id": "010203", "status_request.request_extensions": "0102"}},
		{name: "status_request of another type", from: c, data: hello(ext("0005", h("09"), fill(2))), want: values{"status_request.request": "0102"}},
		{name: "status_request_v2", from: c, data: hello(ext("0011", v16(h("02"), v16(v16(), v16()), h("09"), v16(fill(2)))))},
		{name: "supported_groups", from: c, data: hello(ext("000a", v16(h("11ec")))), want: values{"supported_groups.named_group": "X25519MLKEM768 (0x11ec)"}},
		{name: "supported_groups, unknown", from: c, data: hello(ext("000a", v16(h("1234")))), want: values{"supported_groups.named_group": "unknown (0x1234)"}},
		{name: "ec_point_formats", from: c, data: hello(ext("000b", v8(h("0001")))), want: values{"ec_point_formats.ec_point_format": "uncompressed (0x00)"}},
		{name: "signature_algorithms", from: c, data: hello(ext("000d", v16(h("0905 0804")))), want: values{"signature_algorithms.signature_scheme": "mldsa65 (0x0905)"}},
		{name: "signature_algorithms_cert", from: c, data: hello(ext("0032", v16(h("0201")))), want: values{"signature_algorithms_cert.signature_scheme": "rsa_pkcs1_sha1 (0x0201)"}},
		{name: "use_srtp", from: c, data: hello(ext("000e", v16(h("0001 0007")), v8(fill(2)))), want: values{"use_srtp.srtp_protection_profile": "SRTP_AES128_CM_HMAC_SHA1_80 (0x0001)", "use_srtp.srtp_mki": "0102"}},
		{name: "heartbeat", from: c, data: hello(ext("000f", h("01"))), want: values{"heartbeat_extension.mode": "peer_allowed_to_send (0x01)"}},
		{name: "ALPN", from: c, data: hello(ext("0010", v16(v8(text("h2")), v8(h("2a2a"))))), want: values{"application_layer_protocol_negotiation.protocol_name": `"h2" (HTTP/2)`}},
		{
			name: "SCTs", from: s, version: 0x0304, data: chain13(ext("0012", v16(v16(h("00"), fill(32), h("0000015d5e9c4c00"), v16(fill(1)), h("0403"), v16(fill(8))), v16(h("05 06"))))),
			want: values{"sct.version": "v1 (0x00)", "sct.timestamp": "2017-07-20 06:08:07.680 UTC", "sct.signature_algorithm": "ecdsa_secp256r1_sha256 (0x0403)"},
		},
		{name: "OCSP in a certificate", from: s, version: 0x0304, data: chain13(ext("0005", h("01"), v24(fill(5)))), want: values{"certificate_status.ocsp_response": "0102030405"}},
		{name: "certificate types", from: c, data: hello(ext("0013", v8(h("02 00"))), ext("0014", v8(h("02"))), ext("0009", v8(h("01")))), want: values{"certificate_type.certificate_type": "RawPublicKey (0x02)"}},
		{name: "certificate types, answered", from: s, version: 0x0304, data: encrypted(ext("0013", h("02")), ext("0014", h("02")), ext("0009", h("01"))), want: values{"certificate_type.certificate_type": "RawPublicKey (0x02)"}},
		{name: "padding", from: c, data: hello(ext("0015", make([]byte, 40))), want: values{"padding.padding_data": "40 bytes of padding"}},
		{name: "compress_certificate", from: c, data: hello(ext("001b", v8(h("0002 0001")))), want: values{"compress_certificate.algorithm": "brotli (0x0002)"}},
		{name: "record_size_limit", from: c, data: hello(ext("001c", h("4001"))), want: values{"record_size_limit.limit": "16385"}},
		{name: "delegated_credential", from: c, data: hello(ext("0022", v16(h("0403")))), want: values{"delegated_credential.signature_scheme": "ecdsa_secp256r1_sha256 (0x0403)"}},
		{
			name: "delegated_credential in a certificate", from: s, version: 0x0304, data: chain13(ext("0022", h("00015180 0403"), v24(fill(5)), h("0807"), v16(fill(6)))),
			want: values{"credential.valid_time": "86400 seconds (1 day) after the certificate's notBefore", "credential.dc_cert_verify_algorithm": "ecdsa_secp256r1_sha256 (0x0403)", "delegated_credential.algorithm": "ed25519 (0x0807)", "delegated_credential.signature": "010203040506"},
		},
		{name: "session_ticket", from: c, data: hello(ext("0023", fill(5))), want: values{"session_ticket.ticket": "0102030405"}},
		{
			name: "pre_shared_key", from: c, data: hello(ext("002a"), ext("0029", v16(v16(fill(5)), h("01020304"), v16(text("identity")), h("00000000")), v16(v8(fill(32)), v8(fill(32))))),
			want: values{"psk_identity.identity": "0102030405", "psk_identity.obfuscated_ticket_age": "01020304", "pre_shared_key.binder": "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", "extension.pre_shared_key": "pre_shared_key (0x0029): 2 identities"},
		},
		{name: "pre_shared_key, answered", from: s, data: answer("0303", "1301", ext("002b", h("0304")), ext("0029", h("0001"))), want: values{"pre_shared_key.selected_identity": "1", "supported_versions.selected_version": "TLS 1.3 (0x0304)"}},
		{name: "supported_versions", from: c, data: hello(ext("002b", v8(h("7f1c 0304 0303")))), want: values{"supported_versions.version": "TLS 1.3 (draft 28) (0x7f1c)"}},
		{name: "psk_key_exchange_modes", from: c, data: hello(ext("002d", v8(h("01 2a")))), want: values{"psk_key_exchange_modes.ke_mode": "psk_dhe_ke (0x01)"}},
		{name: "certificate_authorities", from: c, data: hello(ext("002f", v16(v16(fill(4))))), want: values{"certificate_authorities.distinguished_name": "01020304"}},
		{name: "oid_filters", from: s, version: 0x0304, data: message(certificateRequest, v8(), v16(ext("000d", v16(h("0403"))), ext("0030", v16(v8(fill(3)), v16(fill(4)))))), want: values{"oid_filter.certificate_extension_oid": "010203"}},
		{name: "GREASE", from: c, data: hello(ext("baba"), ext("caca", h("00"))), want: values{"extension.grease": "GREASE (0xbaba)", "extension.data": "00"}},
		{name: "unknown extension", from: c, data: hello(ext("1234", fill(2))), want: values{"extension.unknown": "unknown (0x1234)", "extension.data": "0102"}},
		{name: "renegotiation_info", from: c, data: hello(ext("ff01", v8(fill(12)))), want: values{"renegotiation_info.renegotiated_connection": "0102030405060708090a0b0c"}},
	}
}

func moreExtensionSamples() []sample {
	c, s := trace.Client, trace.Server
	share := func(group string, n int, prefix ...[]byte) []byte {
		return cat(h(group), v16(cat(prefix...), fill(n)))
	}
	point := h("04")
	return []sample{
		{
			name: "key shares", from: c, data: hello(ext("0033", v16(
				share("11ec", 1184+32), share("11eb", 64+1184, point), share("11ed", 96+1568, point), share("11ee", 64+1184, point),
				share("6399", 32+1184), share("639a", 64+1184, point), share("fe30", 32+800),
				share("0200", 800), share("0201", 1184), share("0202", 1568), share("001d", 32), share("001e", 56),
				share("0017", 64, point), share("0018", 96, point), share("0019", 132, point), share("001c", 128, point),
				share("0100", 256), share("0104", 1024), share("1a1a", 1), share("0001", 5),
			))),
			want: values{"key_share_entry.group": "X25519MLKEM768 (0x11ec)", "key_exchange.mlkem_encapsulation_key": "1184 bytes", "key_exchange.x25519": hexOf(fill(1216)[1184:])},
		},
		{
			name: "hybrid share, answered", from: s, data: answer("0303", "1301", ext("0033", share("11ec", 1088+32)), ext("002b", h("0304"))),
			want: values{"key_exchange.mlkem_ciphertext": "1088 bytes", "key_exchange.x25519": hexOf(fill(1120)[1088:])},
		},
		{name: "compressed point", from: c, bad: true, data: hello(ext("0033", v16(share("0017", 32, h("02"))))), want: values{"key_exchange.point": "33 bytes"}},
		{name: "Kyber share, answered", from: s, data: answer("0303", "1301", ext("0033", share("6399", 32+1088)), ext("002b", h("0304"))), want: values{"key_exchange.kyber_ciphertext": "1088 bytes"}},
		{
			name: "hello retry request", from: s, data: retry(ext("002b", h("0304")), ext("0033", h("0018")), ext("002c", v16(fill(5))), ext("fe0d", fill(8))),
			want: values{"key_share.selected_group": "secp384r1 (0x0018)", "cookie.cookie": "0102030405", "ech_hello_retry_request.confirmation": "0102030405060708"},
		},
		{
			name: "ECH outer", from: c, data: hello(ext("fe0d", h("00 0001 0003 2a"), v16(fill(32)), v16(fill(100)))),
			want: values{"ech_client_hello.type": "outer (0x00)", "hpke_symmetric_cipher_suite.kdf_id": "HKDF-SHA256 (0x0001)", "hpke_symmetric_cipher_suite.aead_id": "ChaCha20Poly1305 (0x0003)", "ech_client_hello.config_id": "42", "ech_client_hello.payload": "100 bytes"},
		},
		{name: "ECH inner", from: c, data: hello(ext("fe0d", h("01")), ext("fd00", v8(h("000a 0033")))), want: values{"ech_client_hello.type": "inner (0x01)", "ech_outer_extensions.extension_type": "supported_groups (0x000a)"}},
		{
			name: "ECH retry configs", from: s, version: 0x0304, data: encrypted(ext("fe0d", v16(
				h("fe0d"), v16(h("2a 0020"), v16(fill(32)), v16(h("0001 0001")), h("80"), v8(text("public.example")), v16(h("7f7f"), v16(fill(1)))),
				h("fe0a"), v16(fill(3)),
			))),
			want: values{"ech_config.version": "ECH (0xfe0d)", "hpke_key_config.kem_id": "DHKEM(X25519, HKDF-SHA256) (0x0020)", "ech_config_contents.public_name": `"public.example"`, "ech_config_contents.maximum_name_length": "128"},
		},
		{name: "ALPS", from: c, data: hello(ext("44cd", v16(v8(text("h2")))), ext("4469", v16(v8(text("h2"))))), want: values{"application_settings.protocol": `"h2"`}},
		{name: "ALPS, answered", from: s, version: 0x0304, data: encrypted(ext("44cd", fill(3))), want: values{"application_settings.settings": "010203"}},
		{name: "NPN", from: s, data: answer("0303", "c02f", ext("3374", v8(text("h2")), v8(text("http/1.1")))), want: values{"next_protocol_negotiation.protocol": `"h2"`}},
		{
			name: "QUIC", from: c, data: hello(ext("0039",
				h("01 04 80007530"), h("04 04 80100000"), h("0f 08"), fill(8), h("02 10"), fill(16),
				h("0d 2d"), fill(6), fill(18), v8(fill(4)), fill(16), h("11 08 00000001 6b3343cf"), h("7157 01 00"), h("1b 00"), h("c0000000ff04de1b 02 0102"),
				h("7129 04"), text("Chro"),
			)),
			want: values{"transport_parameter.id": "max_idle_timeout (0x1)", "transport_parameter.value": "30000", "preferred_address.ipv4_port": "1286", "preferred_address.stateless_reset_token": hexOf(fill(16)), "version_information.chosen_version": "00000001", "version_information.available_version": "6b3343cf"},
		},
		{name: "ticket_request", from: c, data: hello(ext("003a", h("02 01"))), want: values{"ticket_request.new_session_count": "2", "ticket_request.resumption_count": "1"}},
		{name: "ticket_request, answered", from: s, version: 0x0304, data: encrypted(ext("003a", h("02"))), want: values{"ticket_request.expected_count": "2"}},
		{name: "token_binding", from: c, data: hello(ext("0018", h("01 00"), v8(h("02")))), want: values{"token_binding.version_major": "1"}},
		{name: "cached_info", from: c, data: hello(ext("0019", v16(h("01"), v8(fill(4))))), want: values{"cached_info.hash_value": "01020304"}},
		{name: "trusted_ca_keys", from: c, data: hello(ext("0003", v16(h("00"), h("01"), fill(20), h("02"), v16(fill(4)), h("03"), fill(20)))), want: values{"trusted_authority.distinguished_name": "01020304"}},
		{name: "authorization", from: c, data: hello(ext("0006", v8(h("40"))), ext("0007", v8(h("00"))), ext("0008", v8(h("00")))), want: values{"authorization.format": "64"}},
		{name: "srp", from: c, data: hello(ext("000c", v8(text("alice")))), want: values{"srp.srp_i": `"alice"`}},
		{name: "connection_id", from: c, data: hello(ext("0036", v8(fill(3))), ext("0035", v8())), want: values{"connection_id.cid": "010203"}},
		{name: "external ids", from: c, data: hello(ext("0037", v8(fill(32))), ext("0038", v8(fill(20)))), want: values{"external_session_id.session_id": "0102030405060708090a0b0c0d0e0f1011121314"}},
		{name: "transparency_info", from: s, version: 0x0304, data: chain13(ext("0034", fill(4))), want: values{"transparency_info.trans_items": "01020304"}},
		{name: "dnssec_chain", from: c, data: hello(ext("003b", h("01bb"))), want: values{"dnssec_chain.port_number": "443"}},
		{name: "dnssec_chain, answered", from: s, version: 0x0304, data: chain13(ext("003b", h("0018"), fill(3))), want: values{"dnssec_chain.authentication_chain": "010203"}},
		{name: "tls_flags", from: c, data: hello(ext("003e", v8(h("01")))), want: values{"tls_flags.flags": "01"}},
		{name: "trust_anchors", from: c, data: hello(ext("ca34", v16(v8(fill(3))))), want: values{"trust_anchors.trust_anchor_id": "010203"}},
		{name: "channel_id", from: c, data: hello(ext("7550"), ext("754f", fill(2)))},
	}
}
