package keys

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/hex"
	"fmt"
	"strings"
)

// Check is one thing that was verified while a trace was made.
type Check struct {
	Name   string // "server Finished verifies"
	OK     bool
	Detail string // what was compared, or why it fails
}

// CheckSecret compares a derived secret with the logged one.
func CheckSecret(name string, derived, logged []byte) Check {
	return compare(name+" equals the key log's", derived, logged)
}

func compare(name string, derived, seen []byte) Check {
	if bytes.Equal(derived, seen) {
		return Check{name, true, "both are " + short(seen)}
	}
	return Check{name, false, "derived " + short(derived) + ", seen " + short(seen)}
}

// short is the beginning of b in hexadecimal.
func short(b []byte) string {
	if len(b) == 0 {
		return "nothing"
	}
	s := hex.EncodeToString(b[:min(8, len(b))])
	if len(b) > 8 {
		s += "…"
	}
	return fmt.Sprintf("%s (%d bytes)", s, len(b))
}

// CheckFinished13 verifies a Finished message, header included. t is the sender's
// handshake traffic secret, th covers everything before the message. RFC 8446,
// Section 4.4.4.
func CheckFinished13(t *Traffic, th TranscriptHash, msg []byte) Check {
	return checkFinished(strings.HasPrefix(t.id, "client"), t.VerifyData(th), th, msg)
}

// CheckFinished12 does so for TLS 1.0 to 1.2. RFC 5246, Section 7.4.9.
func CheckFinished12(m *Master12, client bool, th TranscriptHash, msg []byte) Check {
	return checkFinished(client, m.VerifyData(client, th), th, msg)
}

func checkFinished(client bool, want []byte, th TranscriptHash, msg []byte) Check {
	name := "server Finished verifies"
	if client {
		name = "client Finished verifies"
	}
	if len(msg) < 4 || msg[0] != msgFinished {
		return Check{name, false, "the message is no Finished"}
	}
	c := compare(name, want, msg[4:])
	c.Detail += ", over " + th.Covers
	return c
}

// CheckBinder verifies a PskBinderEntry. RFC 8446, Section 4.2.11.2.
func CheckBinder(b *Binder, th TranscriptHash, entry []byte) Check {
	c := compare("PSK binder verifies", b.Entry(th), entry)
	c.Detail += ", over " + th.Covers
	return c
}

// scheme is a SignatureScheme (RFC 8446, Section 4.2.3). The codes of TLS 1.2,
// hash and signature, are a part of them.
type scheme struct {
	name string
	hash crypto.Hash // 0: the signature hashes by itself
	kind byte        // 'r' PKCS #1 v1.5, 'p' PSS, 'e' ECDSA, 'd' EdDSA
}

var schemes = map[uint16]scheme{
	0x0101: {"rsa_pkcs1_md5", crypto.MD5, 'r'},
	0x0201: {"rsa_pkcs1_sha1", crypto.SHA1, 'r'},
	0x0203: {"ecdsa_sha1", crypto.SHA1, 'e'},
	0x0301: {"rsa_pkcs1_sha224", crypto.SHA224, 'r'},
	0x0303: {"ecdsa_sha224", crypto.SHA224, 'e'},
	0x0401: {"rsa_pkcs1_sha256", crypto.SHA256, 'r'},
	0x0501: {"rsa_pkcs1_sha384", crypto.SHA384, 'r'},
	0x0601: {"rsa_pkcs1_sha512", crypto.SHA512, 'r'},
	0x0403: {"ecdsa_secp256r1_sha256", crypto.SHA256, 'e'},
	0x0503: {"ecdsa_secp384r1_sha384", crypto.SHA384, 'e'},
	0x0603: {"ecdsa_secp521r1_sha512", crypto.SHA512, 'e'},
	0x0804: {"rsa_pss_rsae_sha256", crypto.SHA256, 'p'},
	0x0805: {"rsa_pss_rsae_sha384", crypto.SHA384, 'p'},
	0x0806: {"rsa_pss_rsae_sha512", crypto.SHA512, 'p'},
	0x0807: {"ed25519", 0, 'd'},
	0x0809: {"rsa_pss_pss_sha256", crypto.SHA256, 'p'},
	0x080a: {"rsa_pss_pss_sha384", crypto.SHA384, 'p'},
	0x080b: {"rsa_pss_pss_sha512", crypto.SHA512, 'p'},
}

// legacyScheme is what TLS 1.0 and 1.1 use without naming it. RFC 4346, Section
// 7.4.3; RFC 4492, Section 5.4.
func legacyScheme(pub crypto.PublicKey) (scheme, bool) {
	switch pub.(type) {
	case *rsa.PublicKey:
		return scheme{"RSA over MD5 and SHA-1", crypto.MD5SHA1, 'r'}, true
	case *ecdsa.PublicKey:
		return scheme{"ECDSA over SHA-1", crypto.SHA1, 'e'}, true
	}
	return scheme{}, false
}

// CanVerify tells whether signatures of that key in that scheme (RFC 8446, Section
// 4.2.3; without meaning before TLS 1.2) can be verified here. A check of any other
// would fail for our own ignorance.
func CanVerify(version, id uint16, pub crypto.PublicKey) bool {
	switch pub.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey:
		_, ok := schemes[id]
		return ok || version < VersionTLS12
	}
	return false
}

// verify is nil if sig is a signature of content under pub.
func (s scheme) verify(pub crypto.PublicKey, content, sig []byte) error {
	digest := content
	if s.hash != 0 {
		digest = sum(s.hash, content)
	}
	switch key := pub.(type) {
	case *rsa.PublicKey:
		if s.kind == 'r' {
			return rsa.VerifyPKCS1v15(key, s.hash, digest, sig)
		}
		if s.kind == 'p' {
			return rsa.VerifyPSS(key, s.hash, digest, sig, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		}
	case *ecdsa.PublicKey:
		if s.kind == 'e' {
			if ecdsa.VerifyASN1(key, digest, sig) {
				return nil
			}
			return fmt.Errorf("keys: ECDSA verification failed")
		}
	case ed25519.PublicKey:
		if s.kind == 'd' {
			if ed25519.Verify(key, content, sig) {
				return nil
			}
			return fmt.Errorf("keys: Ed25519 verification failed")
		}
	}
	return fmt.Errorf("keys: %s does not go with a key of type %T", s.name, pub)
}

// SignedContent13 is what a CertificateVerify of TLS 1.3 signs: 64 spaces, a
// context string, a zero byte and the transcript hash. RFC 8446, Section 4.4.3.
func SignedContent13(client bool, th TranscriptHash) []byte {
	side := "server"
	if client {
		side = "client"
	}
	b := bytes.Repeat([]byte{' '}, 64)
	b = append(b, "TLS 1.3, "+side+" CertificateVerify\x00"...)
	return append(b, th.Sum...)
}

// CheckCertificateVerify verifies a CertificateVerify, header included, with the
// sender's public key. t holds the messages, n of which come before it. RFC 8446,
// Section 4.4.3; RFC 5246, Section 7.4.8.
func CheckCertificateVerify(version uint16, client bool, t *Transcript, n int, msg []byte, pub crypto.PublicKey) Check {
	name := "server CertificateVerify verifies"
	if client {
		name = "client CertificateVerify verifies"
	}
	if len(msg) < 4 || msg[0] != 15 {
		return Check{name, false, "the message is no CertificateVerify"}
	}
	if n < 1 || n > t.Len() {
		return Check{name, false, "the messages before it are not all known"}
	}
	content := t.Bytes(n)
	if version >= VersionTLS13 {
		content = SignedContent13(client, t.At(n-1))
	}
	return checkSignature(name, version, pub, content, msg[4:], "over "+covers(t.Name(0), t.Name(n-1)))
}

// CheckServerKeyExchange verifies the signature in a ServerKeyExchange, header
// included; params is how many bytes of its body the parameters take. RFC 5246,
// Section 7.4.3; RFC 8422, Section 5.4.
func CheckServerKeyExchange(version uint16, clientRandom, serverRandom, msg []byte, params int, pub crypto.PublicKey) Check {
	const name = "ServerKeyExchange signature verifies"
	if len(msg) < 4+params || params < 0 || msg[0] != 12 {
		return Check{name, false, "the message is no ServerKeyExchange with such parameters"}
	}
	content := join(clientRandom, serverRandom, msg[4:4+params])
	return checkSignature(name, version, pub, content, msg[4+params:], "over the two randoms and the parameters")
}

// ECDHEParamsLen is how many bytes the parameters of an ECDHE ServerKeyExchange
// take, 0 if the body (without header) is malformed. RFC 8422, Section 5.4.
func ECDHEParamsLen(body []byte) int {
	if len(body) < 4 || body[0] != 3 || len(body) < 4+int(body[3]) {
		return 0
	}
	return 4 + int(body[3])
}

// DHEParamsLen is how many bytes the parameters of a DHE ServerKeyExchange take:
// prime, generator and public value, each with its length in two bytes. It is 0 if
// the body (without header) is malformed. RFC 5246, Section 7.4.3.
func DHEParamsLen(body []byte) int {
	n := 0
	for range 3 {
		if len(body) < n+2 {
			return 0
		}
		if n += 2 + int(body[n])<<8 + int(body[n+1]); len(body) < n {
			return 0
		}
	}
	return n
}

// checkSignature reads a digitally-signed structure and verifies it.
func checkSignature(name string, version uint16, pub crypto.PublicKey, content, signed []byte, over string) Check {
	var s scheme
	ok := true
	if version >= VersionTLS12 {
		if len(signed) < 2 {
			return Check{name, false, "the signature was cut off"}
		}
		id := uint16(signed[0])<<8 | uint16(signed[1])
		if s, ok = schemes[id]; !ok {
			return Check{name, false, fmt.Sprintf("signature scheme 0x%04x is not known here", id)}
		}
		signed = signed[2:]
	} else if s, ok = legacyScheme(pub); !ok {
		return Check{name, false, fmt.Sprintf("a key of type %T does not sign in %s", pub, versionName(version))}
	}
	if len(signed) < 2 || int(signed[0])<<8|int(signed[1]) != len(signed)-2 {
		return Check{name, false, "the signature's length does not match its bytes"}
	}
	if err := s.verify(pub, content, signed[2:]); err != nil {
		return Check{name, false, s.name + ", " + over + ": " + err.Error()}
	}
	return Check{name, true, s.name + ", " + over}
}
