package keys

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/hmac"
	"fmt"
	"hash"
)

// cbc protects records with a block cipher in CBC mode and a MAC, in either
// order. RFC 5246, Section 6.2.3.2; RFC 7366.
//
// A lab that shows keys has no use for constant time: the first wrong byte of
// padding is named at once.
type cbc struct {
	block    cipher.Block
	mac      hash.Hash
	chainIV  []byte // TLS 1.0: the last block of the record before
	explicit bool   // TLS 1.1 and 1.2: the record carries its IV
}

func newCBC(version uint16, s Suite, macKey, key, iv []byte) (*cbc, error) {
	newBlock := aes.NewCipher
	if s.Cipher == Cipher3DESCBC {
		newBlock = des.NewTripleDESCipher
	}
	block, err := newBlock(key)
	if err != nil {
		return nil, fmt.Errorf("keys: %s: %w", s.Name, err)
	}
	return &cbc{block: block, mac: hmac.New(s.MAC.New, macKey), chainIV: clone(iv), explicit: version >= VersionTLS11}, nil
}

func (c *cbc) open(o *Opener, header, fragment []byte) (Opened, error) {
	r := Opened{Type: header[0], IV: c.chainIV}
	body := fragment
	size := c.block.BlockSize()
	if o.etm { // the MAC comes last and covers IV and ciphertext
		n := len(fragment) - c.mac.Size()
		if n < 0 {
			return Opened{}, fmt.Errorf("keys: fragment has %d bytes, the MAC alone takes %d: the record was cut", len(fragment), c.mac.Size())
		}
		body, r.MAC = fragment[:n], clone(fragment[n:])
		r.AAD = pseudoHeader(o.seq, header, n)
		if !macOK(c.mac, r.AAD, body, r.MAC) {
			return Opened{}, errAuth("MAC")
		}
	}
	if c.explicit {
		if len(body) < size {
			return Opened{}, fmt.Errorf("keys: fragment has %d bytes, the IV alone takes %d: the record was cut", len(body), size)
		}
		r.IV, body = clone(body[:size]), body[size:]
	}
	if len(body) == 0 || len(body)%size != 0 {
		return Opened{}, fmt.Errorf("keys: ciphertext has %d bytes, CBC takes whole blocks of %d: the record was cut or is protected otherwise", len(body), size)
	}
	r.Inner = make([]byte, len(body))
	cipher.NewCBCDecrypter(c.block, r.IV).CryptBlocks(r.Inner, body)
	pad := int(r.Inner[len(r.Inner)-1]) + 1
	n := len(r.Inner) - pad
	if n < 0 {
		return Opened{}, errAuth("padding")
	}
	for _, b := range r.Inner[n:] {
		if int(b) != pad-1 {
			return Opened{}, errAuth("padding")
		}
	}
	r.Padding = r.Inner[n:]
	if !o.etm {
		if n -= c.mac.Size(); n < 0 {
			return Opened{}, errAuth("MAC")
		}
		r.MAC = r.Inner[n : n+c.mac.Size()]
		r.AAD = pseudoHeader(o.seq, header, n)
		if !macOK(c.mac, r.AAD, r.Inner[:n], r.MAC) {
			return Opened{}, errAuth("MAC")
		}
	}
	r.Plain, r.ContentLen = r.Inner[:n:n], n
	if !c.explicit {
		c.chainIV = clone(body[len(body)-size:])
	}
	return r, nil
}
