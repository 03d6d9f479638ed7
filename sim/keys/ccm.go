package keys

import (
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
)

// ccm is counter with CBC-MAC over a block cipher of 16 bytes, for reading.
// RFC 3610; RFC 6655, Section 3, sets the nonce to 12 bytes for TLS.
type ccm struct {
	block cipher.Block
	tag   int // bytes: 4, 6, … 16
}

var errCCM = errors.New("keys: CCM tag does not match")

func newCCM(block cipher.Block, tag int) ccm { return ccm{block, tag} }

func (c ccm) Overhead() int { return c.tag }

// Open decrypts and verifies, appending to dst. The nonce is 7 to 13 bytes long.
func (c ccm) Open(dst, nonce, ciphertext, aad []byte) ([]byte, error) {
	n := len(ciphertext) - c.tag
	if n < 0 {
		return nil, errCCM
	}
	plain := make([]byte, n)
	tag := c.crypt(plain, nonce, ciphertext[:n])
	c.mac(tag, nonce, plain, aad)
	if subtle.ConstantTimeCompare(tag[:c.tag], ciphertext[n:]) != 1 {
		return nil, errCCM
	}
	return append(dst, plain...), nil
}

// crypt runs counter mode from block 1 and returns block 0 of the key stream,
// which encrypts the tag. RFC 3610, Section 2.3.
func (c ccm) crypt(dst, nonce, src []byte) []byte {
	var counter, s0 [16]byte
	counter[0] = byte(15 - len(nonce) - 1)
	copy(counter[1:], nonce)
	c.block.Encrypt(s0[:], counter[:])
	counter[15] = 1
	cipher.NewCTR(c.block, counter[:]).XORKeyStream(dst, src)
	return s0[:]
}

// mac XORs the CBC-MAC of everything into tag (16 bytes). RFC 3610, Section 2.2.
func (c ccm) mac(tag, nonce, plain, aad []byte) {
	var x [16]byte
	x[0] = byte((c.tag-2)/2<<3 | (15 - len(nonce) - 1))
	if len(aad) > 0 {
		x[0] |= 0x40
	}
	copy(x[1:], nonce)
	var size [8]byte
	binary.BigEndian.PutUint64(size[:], uint64(len(plain)))
	for i := range 15 - len(nonce) {
		if i < 8 {
			x[15-i] = size[7-i]
		}
	}
	c.block.Encrypt(x[:], x[:])
	if len(aad) > 0 { // TLS has at most 13 bytes, far below the long forms
		c.absorb(&x, append(binary.BigEndian.AppendUint16(nil, uint16(len(aad))), aad...))
	}
	c.absorb(&x, plain)
	subtle.XORBytes(tag, tag, x[:])
}

// absorb runs b, padded with zeros to whole blocks, through the CBC-MAC.
func (c ccm) absorb(x *[16]byte, b []byte) {
	for len(b) > 0 {
		n := subtle.XORBytes(x[:], x[:], b[:min(16, len(b))])
		c.block.Encrypt(x[:], x[:])
		b = b[n:]
	}
}
