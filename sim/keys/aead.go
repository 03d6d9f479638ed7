package keys

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

// nonceLen is the length of every TLS AEAD's nonce in bytes.
const nonceLen = 12

// aeadOpener is the half of cipher.AEAD that reading needs.
type aeadOpener interface {
	Open(dst, nonce, ciphertext, additionalData []byte) ([]byte, error)
	Overhead() int
}

func newAEAD(s Suite, key []byte) (aeadOpener, error) {
	switch s.Cipher {
	case CipherAESGCM:
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, fmt.Errorf("keys: %s: %w", s.Name, err)
		}
		return cipher.NewGCM(block)
	case CipherChaCha20Poly1305:
		return chacha20poly1305.New(key)
	case CipherAESCCM, CipherAESCCM8:
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, fmt.Errorf("keys: %s: %w", s.Name, err)
		}
		return newCCM(block, s.TagLen), nil
	}
	return nil, fmt.Errorf("keys: %s of %s is no AEAD that is known here", s.CipherName, s.Name)
}

// xorNonce is the per-record nonce of RFC 8446, Section 5.3: the IV (12 bytes)
// with the sequence number XORed into its end.
func xorNonce(iv []byte, seq uint64) []byte {
	nonce := clone(iv)
	for i := range 8 {
		nonce[nonceLen-1-i] ^= byte(seq >> (8 * i))
	}
	return nonce
}

// aead13 protects records as TLS 1.3 does. RFC 8446, Section 5.2.
type aead13 struct{ aeadOpener }

func (a aead13) open(o *Opener, header, fragment []byte) (Opened, error) {
	if header[0] != TypeApplicationData {
		return Opened{}, fmt.Errorf("keys: record has type %d, protected records of TLS 1.3 have type %d: don't decrypt it", header[0], TypeApplicationData)
	}
	n := len(fragment) - a.Overhead()
	if n < 0 {
		return Opened{}, fmt.Errorf("keys: fragment has %d bytes, the tag alone takes %d: the record was cut", len(fragment), a.Overhead())
	}
	r := Opened{Nonce: xorNonce(o.iv, o.seq), AAD: clone(header), Tag: clone(fragment[n:])}
	plain, err := a.Open(nil, r.Nonce, fragment, r.AAD)
	if err != nil {
		return Opened{}, errAuth("tag")
	}
	r.Plain, r.Inner = plain, plain
	end := len(plain)
	for end > 0 && plain[end-1] == 0 {
		end--
	}
	if end > 0 {
		r.Type, r.ContentLen = plain[end-1], end-1
	}
	return r, nil
}

// aead12 protects records as TLS 1.2 does. RFC 5246, Section 6.2.3.3; with
// ChaCha20-Poly1305 RFC 7905, Section 2.
type aead12 struct{ aeadOpener }

func (a aead12) open(o *Opener, header, fragment []byte) (Opened, error) {
	explicit := o.suite.ExplicitNonceLen
	n := len(fragment) - explicit - a.Overhead()
	if n < 0 {
		return Opened{}, fmt.Errorf("keys: fragment has %d bytes, nonce and tag alone take %d: the record was cut", len(fragment), explicit+a.Overhead())
	}
	r := Opened{Type: header[0], ContentLen: n, Tag: clone(fragment[explicit+n:])}
	if explicit == 0 {
		r.Nonce = xorNonce(o.iv, o.seq)
	} else {
		r.Nonce = append(clone(o.iv), fragment[:explicit]...)
	}
	r.AAD = pseudoHeader(o.seq, header, n)
	plain, err := a.Open(nil, r.Nonce, fragment[explicit:], r.AAD)
	if err != nil {
		return Opened{}, errAuth("tag")
	}
	r.Plain, r.Inner = plain, plain
	return r, nil
}

// pseudoHeader is what tag and MAC cover beside the content, before TLS 1.3:
// sequence number, type, version and length, 13 bytes. RFC 5246, Section 6.2.3.1.
func pseudoHeader(seq uint64, header []byte, length int) []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 13), seq)
	b = append(b, header[:3]...)
	return binary.BigEndian.AppendUint16(b, uint16(length))
}
