package keys

import (
	"crypto"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"hash"
)

// extract is HKDF-Extract (RFC 5869, Section 2.2).
func extract(h crypto.Hash, salt, ikm []byte) []byte {
	out, err := hkdf.Extract(h.New, ikm, salt)
	if err != nil { // only ever in FIPS 140-only mode
		panic("keys: " + err.Error())
	}
	return out
}

// hkdfLabel is the HkdfLabel structure of RFC 8446, Section 7.1. The label is at
// most 249 bytes long, the context at most 255.
func hkdfLabel(label string, context []byte, length int) []byte {
	b := make([]byte, 0, 4+6+len(label)+len(context))
	b = append(b, byte(length>>8), byte(length), byte(6+len(label)))
	b = append(b, "tls13 "...)
	b = append(b, label...)
	b = append(b, byte(len(context)))
	return append(b, context...)
}

// expandLabel is HKDF-Expand-Label (RFC 8446, Section 7.1).
func expandLabel(h crypto.Hash, secret []byte, label string, context []byte, length int) []byte {
	out, err := hkdf.Expand(h.New, secret, string(hkdfLabel(label, context, length)), length)
	if err != nil { // length over 255 hashes: no caller asks for that
		panic("keys: " + err.Error())
	}
	return out
}

// TrafficKeys derives the write key (s.KeyLen bytes) and IV (s.FixedIVLen bytes)
// of a TLS 1.3 traffic secret. RFC 8446, Section 7.3.
func TrafficKeys(s Suite, secret []byte) (key, iv []byte) {
	if s.Hash == 0 {
		return nil, nil
	}
	return expandLabel(s.Hash, secret, "key", nil, s.KeyLen), expandLabel(s.Hash, secret, "iv", nil, s.FixedIVLen)
}

// NextTrafficSecret is the traffic secret that follows a KeyUpdate. RFC 8446,
// Section 7.2.
func NextTrafficSecret(s Suite, secret []byte) []byte {
	if s.Hash == 0 {
		return nil
	}
	return expandLabel(s.Hash, secret, "traffic upd", nil, s.Hash.Size())
}

// pHash is P_hash, filling out. RFC 5246, Section 5.
func pHash(h func() hash.Hash, secret, seed, out []byte) {
	mac := hmac.New(h, secret)
	mac.Write(seed)
	a := mac.Sum(nil)
	for len(out) > 0 {
		mac.Reset()
		mac.Write(a)
		mac.Write(seed)
		out = out[copy(out, mac.Sum(nil)):]
		mac.Reset()
		mac.Write(a)
		a = mac.Sum(a[:0])
	}
}

// prf is the PRF of TLS 1.0 to 1.2, length bytes of it. hash is the suite's and
// matters in TLS 1.2 only. RFC 5246, Section 5; RFC 4346, Section 5.
func prf(version uint16, hash crypto.Hash, secret []byte, label string, seed []byte, length int) []byte {
	labelled := append([]byte(label), seed...)
	out := make([]byte, length)
	if version >= VersionTLS12 {
		pHash(hash.New, secret, labelled, out)
		return out
	}
	half := (len(secret) + 1) / 2
	pHash(md5.New, secret[:half], labelled, out)
	other := make([]byte, length)
	pHash(sha1.New, secret[len(secret)-half:], labelled, other)
	for i := range out {
		out[i] ^= other[i]
	}
	return out
}

// KeyBlock is the key block of TLS 1.0 to 1.2 and what it is cut into, in this
// order. RFC 5246, Section 6.3.
type KeyBlock struct {
	Block                []byte // the whole
	ClientMAC, ServerMAC []byte // s.MACLen bytes each
	ClientKey, ServerKey []byte // s.KeyLen bytes each
	ClientIV, ServerIV   []byte // fixed nonce or, in TLS 1.0, first IV
}

// keyBlockIVLen is how many bytes of IV per direction the key block holds. For
// CBC that is none from TLS 1.1 on, where each record brings its own.
func keyBlockIVLen(version uint16, s Suite) int {
	if s.BlockLen > 0 && version >= VersionTLS11 {
		return 0
	}
	return s.FixedIVLen
}

// MasterKeyBlock derives the key block from the master secret (48 bytes) and the
// two randoms (32 bytes each). It is empty for SSL 3.0 and for suites of TLS 1.3.
func MasterKeyBlock(version uint16, s Suite, master, clientRandom, serverRandom []byte) KeyBlock {
	if version < VersionTLS10 || version > VersionTLS12 || s.TLS13() || s.Hash == 0 {
		return KeyBlock{}
	}
	iv := keyBlockIVLen(version, s)
	seed := append(append([]byte(nil), serverRandom...), clientRandom...)
	b := prf(version, s.Hash, master, "key expansion", seed, 2*(s.MACLen+s.KeyLen+iv))
	return cutKeyBlock(b, s.MACLen, s.KeyLen, iv)
}

func cutKeyBlock(b []byte, mac, key, iv int) KeyBlock {
	kb := KeyBlock{Block: b}
	for _, part := range []struct {
		to *[]byte
		n  int
	}{
		{&kb.ClientMAC, mac},
		{&kb.ServerMAC, mac},
		{&kb.ClientKey, key},
		{&kb.ServerKey, key},
		{&kb.ClientIV, iv},
		{&kb.ServerIV, iv},
	} {
		*part.to, b = b[:part.n:part.n], b[part.n:]
	}
	return kb
}
