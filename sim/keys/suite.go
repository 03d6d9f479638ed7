package keys

import (
	"crypto"
	"fmt"
	"strings"

	_ "crypto/md5"    // registers crypto.MD5
	_ "crypto/sha1"   // registers crypto.SHA1
	_ "crypto/sha256" // registers crypto.SHA256
	_ "crypto/sha512" // registers crypto.SHA384

	"tlsplay/sim/registry"
)

// Cipher is how a suite encrypts records.
type Cipher uint8

// The kinds of record encryption.
const (
	CipherNull             Cipher = iota // no encryption, a MAC only
	CipherRC4                            // RFC 5246, Section 6.2.3.1
	Cipher3DESCBC                        // RFC 5246, Section 6.2.3.2
	CipherAESCBC                         // RFC 5246, Section 6.2.3.2
	CipherAESGCM                         // RFC 5288, Section 3
	CipherAESCCM                         // RFC 6655, Section 3
	CipherAESCCM8                        // RFC 6655, Section 4: a tag of 8 bytes
	CipherChaCha20Poly1305               // RFC 7905, Section 2
	CipherOther                          // known by name only
)

// AEAD tells whether the cipher authenticates by itself, without a MAC.
func (c Cipher) AEAD() bool {
	return c == CipherAESGCM || c == CipherAESCCM || c == CipherAESCCM8 || c == CipherChaCha20Poly1305
}

// Suite is what a cipher suite is made of. Lengths are in bytes.
type Suite struct {
	ID   uint16
	Name string // as IANA registers it: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256

	// KeyExchange is RSA, DH, DHE, ECDH, ECDHE, PSK or SRP_SHA, and Auth is RSA,
	// ECDSA, DSS, PSK or anon. Both are empty in TLS 1.3, which negotiates them
	// apart from the suite.
	KeyExchange, Auth string

	Cipher     Cipher
	CipherName string // AES_128_GCM
	KeyLen     int
	// FixedIVLen is how much of the nonce or IV comes from the key block (from
	// the traffic secret in TLS 1.3). For CBC that holds in TLS 1.0 only.
	FixedIVLen int
	// ExplicitNonceLen is how much of the nonce or IV each record carries, from
	// TLS 1.1 on. ShapeOf knows the versions apart.
	ExplicitNonceLen int
	TagLen           int // of an AEAD
	MACLen           int // of the HMAC of any other suite
	BlockLen         int // of a CBC cipher

	Hash crypto.Hash // of the PRF in TLS 1.2, of HKDF in TLS 1.3; 0 if Go has none
	MAC  crypto.Hash // of the HMAC that protects records, 0 for an AEAD
}

// TLS13 tells whether the suite belongs to TLS 1.3.
func (s Suite) TLS13() bool {
	return strings.HasPrefix(s.Name, "TLS_") && !strings.Contains(s.Name, "_WITH_")
}

// Supported is nil if NewOpener13 or NewOpener12 can decrypt the suite's
// records, else it says why not.
func (s Suite) Supported() error {
	switch {
	case s.Name == "":
		return fmt.Errorf("keys: cipher suite 0x%04x is unknown: its records can be shown, but not decrypted", s.ID)
	case s.Cipher == CipherOther:
		return fmt.Errorf("keys: %s is not implemented for %s: its records can be shown, but not decrypted", s.CipherName, s.Name)
	case s.ID == 0:
		return fmt.Errorf("keys: %s protects nothing: read the records as they are", s.Name)
	}
	return nil
}

// SuiteByID is the suite that IANA registers under id. Signalling values and GREASE
// are none.
func SuiteByID(id uint16) (Suite, bool) {
	name := registry.Suite(id)
	if name == "" || name == registry.GREASE || strings.HasSuffix(name, "_SCSV") {
		return Suite{ID: id}, false
	}
	return parseSuite(id, name), true
}

// cipherParts is what a suite takes from the name of its cipher.
type cipherParts struct {
	name                                 string
	kind                                 Cipher
	key, fixedIV, explicitIV, tag, block int
}

// The ciphers of TLS. A name that starts with another's name comes first.
var cipherTable = []cipherParts{
	{"AES_128_GCM", CipherAESGCM, 16, 4, 8, 16, 0},
	{"AES_256_GCM", CipherAESGCM, 32, 4, 8, 16, 0},
	{"AES_128_CCM_8", CipherAESCCM8, 16, 4, 8, 8, 0},
	{"AES_256_CCM_8", CipherAESCCM8, 32, 4, 8, 8, 0},
	{"AES_128_CCM", CipherAESCCM, 16, 4, 8, 16, 0},
	{"AES_256_CCM", CipherAESCCM, 32, 4, 8, 16, 0},
	{"CHACHA20_POLY1305", CipherChaCha20Poly1305, 32, 12, 0, 16, 0},
	{"AES_128_CBC", CipherAESCBC, 16, 16, 16, 0, 16},
	{"AES_256_CBC", CipherAESCBC, 32, 16, 16, 0, 16},
	{"3DES_EDE_CBC", Cipher3DESCBC, 24, 8, 8, 0, 8},
	{"RC4_128", CipherRC4, 16, 0, 0, 0, 0},
	{"NULL", CipherNull, 0, 0, 0, 0, 0},
	{"CAMELLIA_128_GCM", CipherOther, 16, 4, 8, 16, 0},
	{"CAMELLIA_256_GCM", CipherOther, 32, 4, 8, 16, 0},
	{"ARIA_128_GCM", CipherOther, 16, 4, 8, 16, 0},
	{"ARIA_256_GCM", CipherOther, 32, 4, 8, 16, 0},
	{"CAMELLIA_128_CBC", CipherOther, 16, 16, 16, 0, 16},
	{"CAMELLIA_256_CBC", CipherOther, 32, 16, 16, 0, 16},
	{"ARIA_128_CBC", CipherOther, 16, 16, 16, 0, 16},
	{"ARIA_256_CBC", CipherOther, 32, 16, 16, 0, 16},
	{"SEED_CBC", CipherOther, 16, 16, 16, 0, 16},
	{"IDEA_CBC", CipherOther, 16, 8, 8, 0, 8},
	{"DES_CBC", CipherOther, 8, 8, 8, 0, 8},
	{"DES40_CBC", CipherOther, 8, 8, 8, 0, 8},
	{"RC2_CBC_40", CipherOther, 16, 8, 8, 0, 8},
	{"RC4_40", CipherOther, 16, 0, 0, 0, 0},
	{"SM4_GCM", CipherOther, 16, 12, 0, 16, 0},
	{"SM4_CCM", CipherOther, 16, 12, 0, 16, 0},
	{"AEGIS_128L", CipherOther, 16, 16, 0, 16, 0},
	{"AEGIS_256", CipherOther, 32, 32, 0, 16, 0},
	{"SHA256", CipherOther, 32, 32, 0, 32, 0}, // RFC 9150: integrity only
	{"SHA384", CipherOther, 48, 48, 0, 48, 0},
}

// parseSuite reads out of an IANA name what the suite is made of.
func parseSuite(id uint16, name string) Suite {
	s := Suite{ID: id, Name: name, Cipher: CipherOther}
	rest := strings.TrimPrefix(name, "TLS_")
	kx, cipherAndHash, old := strings.Cut(rest, "_WITH_")
	if old {
		s.KeyExchange, s.Auth = parseKeyExchange(kx)
		rest = cipherAndHash
	}
	var hash string
	for _, c := range cipherTable {
		tail, ok := strings.CutPrefix(rest, c.name)
		if !ok || tail != "" && tail[0] != '_' {
			continue
		}
		s.CipherName, s.Cipher = c.name, c.kind
		s.KeyLen, s.FixedIVLen, s.ExplicitNonceLen, s.TagLen, s.BlockLen = c.key, c.fixedIV, c.explicitIV, c.tag, c.block
		hash = strings.TrimPrefix(tail, "_")
		break
	}
	if s.CipherName == "" { // nothing is known of it, not even its hash
		s.CipherName = rest
		return s
	}
	if !old && s.TagLen > 0 && s.FixedIVLen < 12 {
		s.FixedIVLen, s.ExplicitNonceLen = 12, 0 // RFC 8446, Section 5.3
	}
	named := map[string]crypto.Hash{
		"MD5": crypto.MD5, "SHA": crypto.SHA1, "SHA256": crypto.SHA256,
		"SHA384": crypto.SHA384, "SHA512": crypto.SHA512,
	}[hash]
	if s.Hash = named; named == 0 && hash != "" { // SM3, GOST
		s.Cipher = CipherOther
		return s
	}
	if old && s.TagLen == 0 {
		s.MAC = named
		if named != 0 {
			s.MACLen = named.Size()
		}
	}
	// RFC 5246, Section 5: SHA-256 unless the suite names a stronger hash.
	if old && named != crypto.SHA384 {
		s.Hash = crypto.SHA256
	}
	return s
}

// parseKeyExchange divides what stands before _WITH_.
func parseKeyExchange(s string) (kx, auth string) {
	switch s = strings.TrimSuffix(s, "_EXPORT"); s {
	case "RSA", "PSK", "NULL":
		return s, s
	case "SRP_SHA":
		return s, "SRP"
	case "PSK_DHE": // RFC 6655 alone puts it this way round
		return "DHE", "PSK"
	}
	i := strings.LastIndexByte(s, '_')
	if i < 0 { // KRB5, ECCPWD
		return s, s
	}
	return s[:i], s[i+1:]
}
