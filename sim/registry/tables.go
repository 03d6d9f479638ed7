package registry

// versions: RFC 8446, Section 4.2.1; the drafts of TLS 1.3 used 0x7f00 plus
// their number.
var versions = table{grease: IsGREASE, text: `
0002 SSL 2.0
0101 TLCP 1.1
0300 SSL 3.0
0301 TLS 1.0
0302 TLS 1.1
0303 TLS 1.2
0304 TLS 1.3
7e02 TLS 1.3 (experiment 2)
fb17 TLS 1.3 (Facebook draft 23)
fb1a TLS 1.3 (Facebook draft 26)
fefc DTLS 1.3
fefd DTLS 1.2
feff DTLS 1.0
`}

// contentTypes: TLS ContentType (RFC 8446, Section 5.1; RFC 6520; RFC 9146).
var contentTypes = table{text: `
14 change_cipher_spec
15 alert
16 handshake
17 application_data
18 heartbeat
19 tls12_cid
1a ack
1b return_routability_check
`}

// handshakeTypes: TLS HandshakeType (RFC 8446, Section 4, and IANA). Types 3 and
// 6 are of DTLS and of early drafts.
var handshakeTypes = table{text: `
00 hello_request
01 client_hello
02 server_hello
03 hello_verify_request
04 new_session_ticket
05 end_of_early_data
06 hello_retry_request
08 encrypted_extensions
09 request_connection_id
0a new_connection_id
0b certificate
0c server_key_exchange
0d certificate_request
0e server_hello_done
0f certificate_verify
10 client_key_exchange
11 client_certificate_request
14 finished
15 certificate_url
16 certificate_status
17 supplemental_data
18 key_update
19 compressed_certificate
1a ekt_key
43 next_protocol
cb encrypted_extensions (channel ID)
fe message_hash
`}

// alertLevels: RFC 8446, Section 6.
var alertLevels = table{text: `
01 warning
02 fatal
`}

// alerts: TLS Alerts (RFC 8446, Section 6.2; the retired ones: RFC 5246, Section
// 7.2).
var alerts = table{text: `
00 close_notify
01 end_of_early_data
0a unexpected_message
14 bad_record_mac
15 decryption_failed
16 record_overflow
1e decompression_failure
28 handshake_failure
29 no_certificate
2a bad_certificate
2b unsupported_certificate
2c certificate_revoked
2d certificate_expired
2e certificate_unknown
2f illegal_parameter
30 unknown_ca
31 access_denied
32 decode_error
33 decrypt_error
34 too_many_cids_requested
3c export_restriction
46 protocol_version
47 insufficient_security
50 internal_error
56 inappropriate_fallback
5a user_canceled
64 no_renegotiation
6d missing_extension
6e unsupported_extension
6f certificate_unobtainable
70 unrecognized_name
71 bad_certificate_status_response
72 bad_certificate_hash_value
73 unknown_psk_identity
74 certificate_required
75 general_error
78 no_application_protocol
79 ech_required
`}

// pointFormats: TLS EC Point Formats (RFC 8422, Section 5.1.2).
var pointFormats = table{text: `
00 uncompressed
01 ansiX962_compressed_prime
02 ansiX962_compressed_char2
`}

// compressionMethods: RFC 3749, Section 2, and RFC 3943.
var compressionMethods = table{text: `
00 null
01 DEFLATE
40 LZS
`}

// pskModes: RFC 8446, Section 4.2.9.
var pskModes = table{grease: grease8, text: `
00 psk_ke
01 psk_dhe_ke
`}

// statusTypes: RFC 6066, Section 8, and RFC 6961, Section 2.2.
var statusTypes = table{text: `
01 ocsp
02 ocsp_multi
`}

// certificateTypes: RFC 7250, Section 3, and IANA.
var certificateTypes = table{text: `
00 X509
01 OpenPGP
02 RawPublicKey
03 1609Dot2
`}

// compressions: certificate compression algorithms (RFC 8879, Section 7.3).
var compressions = table{text: `
0001 zlib
0002 brotli
0003 zstd
`}

// clientCertificateTypes: RFC 5246, Section 7.4.4; RFC 8422, Section 5.5; RFC
// 9189.
var clientCertificateTypes = table{text: `
01 rsa_sign
02 dss_sign
03 rsa_fixed_dh
04 dss_fixed_dh
05 rsa_ephemeral_dh
06 dss_ephemeral_dh
14 fortezza_dms
15 gost_sign94
16 gost_sign01
40 ecdsa_sign
41 rsa_fixed_ecdh
42 ecdsa_fixed_ecdh
43 gost_sign256
44 gost_sign512
50 ibc_params
`}

// curveTypes: RFC 8422, Section 5.4.
var curveTypes = table{text: `
01 explicit_prime
02 explicit_char2
03 named_curve
`}

// serverNameTypes: RFC 6066, Section 3.
var serverNameTypes = table{text: `
00 host_name
`}

// maxFragmentLengths: RFC 6066, Section 4.
var maxFragmentLengths = table{text: `
01 512 bytes
02 1024 bytes
03 2048 bytes
04 4096 bytes
`}

// heartbeatModes and heartbeatTypes: RFC 6520, Sections 2 and 3.
var heartbeatModes = table{text: `
01 peer_allowed_to_send
02 peer_not_allowed_to_send
`}

var heartbeatTypes = table{text: `
01 heartbeat_request
02 heartbeat_response
`}

// keyUpdates: RFC 8446, Section 4.6.3.
var keyUpdates = table{text: `
00 update_not_requested
01 update_requested
`}

// hashes and signatures: the two halves of a TLS 1.2 SignatureAndHashAlgorithm
// (RFC 5246, Section 7.4.1.4.1; RFC 8422, Section 5.1.3).
var hashes = table{text: `
00 none
01 md5
02 sha1
03 sha224
04 sha256
05 sha384
06 sha512
08 Intrinsic
`}

var signatures = table{text: `
00 anonymous
01 rsa
02 dsa
03 ecdsa
07 ed25519
08 ed448
40 gostr34102012_256
41 gostr34102012_512
`}

// srtpProfiles: DTLS-SRTP Protection Profiles (RFC 5764, Section 4.1.2; RFC 7714).
var srtpProfiles = table{text: `
0001 SRTP_AES128_CM_HMAC_SHA1_80
0002 SRTP_AES128_CM_HMAC_SHA1_32
0005 SRTP_NULL_HMAC_SHA1_80
0006 SRTP_NULL_HMAC_SHA1_32
0007 SRTP_AEAD_AES_128_GCM
0008 SRTP_AEAD_AES_256_GCM
0009 DOUBLE_AEAD_AES_128_GCM_AEAD_AES_128_GCM
000a DOUBLE_AEAD_AES_256_GCM_AEAD_AES_256_GCM
`}

// HPKE ids, for ECH (RFC 9180, Section 7).
var hpkeKEMs = table{grease: IsGREASE, text: `
0010 DHKEM(P-256, HKDF-SHA256)
0011 DHKEM(P-384, HKDF-SHA384)
0012 DHKEM(P-521, HKDF-SHA512)
0013 DHKEM(CP-256, HKDF-SHA256)
0014 DHKEM(CP-384, HKDF-SHA384)
0015 DHKEM(CP-521, HKDF-SHA512)
0016 DHKEM(secp256k1, HKDF-SHA256)
0020 DHKEM(X25519, HKDF-SHA256)
0021 DHKEM(X448, HKDF-SHA512)
0030 X25519Kyber768Draft00
0040 ML-KEM-512
0041 ML-KEM-768
0042 ML-KEM-1024
0050 MLKEM768-P256
0051 MLKEM1024-P384
647a X-Wing
`}

var hpkeKDFs = table{grease: IsGREASE, text: `
0001 HKDF-SHA256
0002 HKDF-SHA384
0003 HKDF-SHA512
`}

var hpkeAEADs = table{grease: IsGREASE, text: `
0001 AES-128-GCM
0002 AES-256-GCM
0003 ChaCha20Poly1305
ffff Export-only
`}

// quicParameters: QUIC Transport Parameters (RFC 9000, Section 18.2; RFC 9221;
// RFC 9287; RFC 9368). Ids above 16 bits: see [QUICParameter].
var quicParameters = table{text: `
00 original_destination_connection_id
01 max_idle_timeout
02 stateless_reset_token
03 max_udp_payload_size
04 initial_max_data
05 initial_max_stream_data_bidi_local
06 initial_max_stream_data_bidi_remote
07 initial_max_stream_data_uni
08 initial_max_streams_bidi
09 initial_max_streams_uni
0a ack_delay_exponent
0b max_ack_delay
0c disable_active_migration
0d preferred_address
0e active_connection_id_limit
0f initial_source_connection_id
10 retry_source_connection_id
11 version_information
20 max_datagram_frame_size
1057 loss_bits
173e discard
2ab2 grease_quic_bit
3127 initial_rtt
3128 google_connection_options
3129 user_agent
4752 google_version
7158 enable_timestamp
`}

// ECH: draft and final share the code point (RFC 9849, Section 5).
var echVersions = table{text: `
fe08 draft 8
fe09 draft 9
fe0a draft 10
fe0d ECH
`}

var echTypes = table{text: `
00 outer
01 inner
`}

var sctVersions = table{text: `
00 v1
`}
