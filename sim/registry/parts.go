package registry

import (
	"slices"
	"strings"
)

// Role says what a word in a cipher suite's name decides.
type Role string

// The roles.
const (
	RoleProtocol       Role = "protocol"
	RoleKeyExchange    Role = "key exchange"
	RoleAuthentication Role = "authentication"
	RoleExport         Role = "export"
	RoleCipher         Role = "cipher"
	RoleKeyBits        Role = "key bits"
	RoleMode           Role = "mode"
	RoleTag            Role = "tag length"
	RoleHash           Role = "hash"
	RoleMAC            Role = "record MAC"
	RoleSignal         Role = "signal"
	RoleJoint          Role = "joint" // WITH: joins the two halves
)

// Part is one word of a cipher suite's name.
type Part struct {
	Word    string
	Role    Role
	Meaning string
}

// SuiteParts takes a cipher suite's name apart. The words, joined by "_", are the
// name. It is nil for suites without a name.
func SuiteParts(id uint16) []Part {
	name := Suite(id)
	if name == "" || name == GREASE {
		return nil
	}
	if strings.HasSuffix(name, "SCSV") {
		return scsv(name)
	}
	s := suiteName{words: strings.Split(name, "_")}
	s.protocol()
	if i := slices.Index(s.words, "WITH"); i >= 0 {
		s.keyExchange(i)
		s.add(RoleJoint, "joins how keys are agreed on (left) with how records are protected (right)")
	}
	s.protection()
	return s.parts
}

// scsv is for the two suites that are none: signaling cipher suite values.
func scsv(name string) []Part {
	meaning := "the client speaks secure renegotiation (RFC 5746, Section 3.3)"
	if strings.Contains(name, "FALLBACK") {
		meaning = "the client has retried with a lower version than it can (RFC 7507)"
	}
	rest := strings.TrimSuffix(strings.TrimPrefix(name, "TLS_"), "_SCSV")
	return []Part{
		{"TLS", RoleProtocol, "the protocol"},
		{rest, RoleSignal, meaning},
		{"SCSV", RoleSignal, "signaling cipher suite value: a message in the list of suites, no suite"},
	}
}

// suiteName is a name that is being taken apart from the left.
type suiteName struct {
	words []string
	parts []Part
	short bool // the name has no WITH: a suite of TLS 1.3, or integrity alone
	aead  bool
}

// add moves the next word to the parts.
func (s *suiteName) add(role Role, meaning string) {
	s.parts = append(s.parts, Part{s.words[0], role, meaning})
	s.words = s.words[1:]
}

func (s *suiteName) protocol() {
	s.short = !slices.Contains(s.words, "WITH")
	switch s.words[0] {
	case "TLS":
		s.add(RoleProtocol, "the protocol")
	case "SSL":
		s.add(RoleProtocol, "the protocol's name before 1999")
	}
}

// dictionary is words with their meanings, one "word meaning" a line: a map would
// be built by code, which takes more room.
type dictionary string

// of is what a word means, or "".
func (d dictionary) of(word string) string {
	for line := range strings.Lines(string(d)) {
		if w, meaning, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " "); w == word && w != "" {
			return meaning
		}
	}
	return ""
}

const exchanges dictionary = `
RSA the client encrypts the secret to the server's RSA key: no forward secrecy
DH Diffie-Hellman with the fixed key of the certificate: no forward secrecy
DHE ephemeral Diffie-Hellman: fresh keys for each connection, so forward secrecy
ECDH elliptic-curve Diffie-Hellman with the fixed key of the certificate: no forward secrecy
ECDHE ephemeral elliptic-curve Diffie-Hellman: fresh keys for each connection, so forward secrecy
PSK a key that both ends already have
SRP Secure Remote Password: both ends prove that they know the password
KRB5 Kerberos hands out the key
NULL no key exchange
ECCPWD elliptic-curve password: both ends prove that they know the password (RFC 8492)
ECJPAKE password-authenticated key exchange by juggling
ECC elliptic-curve public-key encryption (SM2)
FORTEZZA a US government card
GOSTR341094 GOST R 34.10-94
GOSTR341001 GOST R 34.10-2001
GOSTR341112 GOST R 34.10-2012
`

const authentications dictionary = `
RSA the server proves itself with an RSA key
ECDSA the server proves itself with an ECDSA (or EdDSA) key
DSS the server proves itself with a DSA key
DHE ephemeral Diffie-Hellman on top: fresh keys for each connection
anon nobody proves anything: open to a man in the middle
PSK both ends prove that they know a shared key
SHA SRP hashes with SHA-1
`

// keyExchange reads the n words before WITH.
func (s *suiteName) keyExchange(n int) {
	for i := range n {
		switch w := s.words[0]; {
		case strings.HasPrefix(w, "EXPORT"):
			s.add(RoleExport, "weakened on purpose, for US export law of the 1990s")
		case w == "256" || w == "KEA" || w == "FIPS":
			s.add(RoleKeyExchange, "the variant")
		case i == 0 && n == 1 && w == "RSA":
			s.add(RoleKeyExchange, exchanges.of(w)+"; being able to decrypt it proves the server")
		case i == 0:
			s.add(RoleKeyExchange, exchanges.of(w))
		default:
			s.add(RoleAuthentication, authentications.of(w))
		}
	}
}

const ciphers dictionary = `
NULL no encryption: everyone can read
AES Advanced Encryption Standard
RC4 a stream cipher with biased output: prohibited (RFC 7465)
RC2 a block cipher of 1987
DES Data Encryption Standard, 56-bit keys: broken by trying all
3DES DES three times over, 64-bit blocks
DES40 DES with 40 secret bits
IDEA a block cipher of 1991
CAMELLIA a Japanese block cipher
SEED a Korean block cipher
ARIA a Korean block cipher
CHACHA20 a stream cipher that is fast without special hardware
SM4 a Chinese block cipher
SALSA20 the stream cipher that ChaCha20 grew from
28147 GOST 28147-89, a Russian block cipher
KUZNYECHIK a Russian block cipher
MAGMA a Russian block cipher
FORTEZZA Skipjack
AEGIS an AES-based cipher
ESTREAM the reduced variant
EDE encrypt, decrypt, encrypt
`

const modes dictionary = `
CBC cipher block chaining: needs a MAC beside it
GCM Galois/counter mode: encrypts and authenticates
CCM counter with CBC-MAC: encrypts and authenticates
POLY1305 the authenticator of ChaCha20
MGM multilinear Galois mode: encrypts and authenticates
CTR counter mode
CNT counter mode
`

const macs dictionary = `
MD5 MD5
SHA SHA-1
SHA1 SHA-1
SHA256 SHA-256
SHA384 SHA-384
SHA512 SHA-512
SM3 SM3
GOSTR3411 GOST R 34.11
IMIT the GOST imitation insert
OMAC one-key MAC
`

// protection reads the words behind WITH, or all of a TLS 1.3 suite's.
func (s *suiteName) protection() {
	for len(s.words) > 0 {
		w := s.words[0]
		hash := macs.of(w)
		switch {
		case hash != "":
			s.hash(hash)
		case w == "AEGIS":
			s.aead = true
			s.add(RoleCipher, ciphers.of(w))
		case ciphers.of(w) != "":
			s.add(RoleCipher, ciphers.of(w))
		case w == "CCM" && len(s.words) > 1 && s.words[1] == "8":
			s.aead = true
			s.add(RoleMode, modes.of(w))
			s.add(RoleTag, "the tag is cut to 8 bytes")
		case modes.of(w) != "":
			s.aead = s.aead || w == "GCM" || w == "CCM" || w == "POLY1305" || w == "MGM"
			s.add(RoleMode, modes.of(w))
		case w == "40" || w == "56" || w == "128" || w == "256" || w == "128L":
			s.add(RoleKeyBits, "bits of key")
		case w == "L" || w == "S":
			s.add(RoleMode, "how often keys are changed")
		default:
			s.add(RoleProtocol, "a draft's suite")
		}
	}
}

func (s *suiteName) hash(hash string) {
	switch {
	case s.aead && s.short:
		s.add(RoleHash, hash+": for the key schedule (HKDF) and the transcript")
	case s.aead:
		s.add(RoleHash, hash+": for deriving keys (PRF) and the transcript; records need no MAC")
	case s.short && len(s.words) > 1:
		s.add(RoleMAC, "HMAC with "+hash+" protects each record, unencrypted")
	case s.short:
		s.add(RoleHash, hash+": for the key schedule (HKDF) and the transcript")
	case hash == "SHA-256" || hash == "SHA-384":
		s.add(RoleMAC, "HMAC with "+hash+" protects each record; also for deriving keys")
	default:
		s.add(RoleMAC, "HMAC with "+hash+" protects each record")
	}
}
