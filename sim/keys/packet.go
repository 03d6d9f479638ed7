package keys

import (
	"crypto/cipher"
	"fmt"
)

// PacketKeys protect the packets that one end of a QUIC connection sends at one
// level. RFC 9001, Sections 5.1 and 5.3. There is no header protection (Section
// 5.4) here: it hides packet numbers from those on the way, and would hide them
// from those who learn.
type PacketKeys struct {
	Suite   Suite
	Key, IV []byte
	aead    cipher.AEAD
}

// NewPacketKeys derives them from a traffic secret of TLS.
func NewPacketKeys(s Suite, secret []byte) (*PacketKeys, error) {
	if err := need13(s); err != nil {
		return nil, err
	}
	p := &PacketKeys{
		Suite: s,
		Key:   expandLabel(s.Hash, secret, "quic key", nil, s.KeyLen),
		IV:    expandLabel(s.Hash, secret, "quic iv", nil, s.FixedIVLen),
	}
	a, err := newAEAD(s, p.Key)
	if err != nil {
		return nil, err
	}
	var ok bool
	if p.aead, ok = a.(cipher.AEAD); !ok {
		return nil, fmt.Errorf("keys: %s protects no QUIC packets here", s.Name)
	}
	return p, nil
}

// Nonce is that of the packet with that number.
func (p *PacketKeys) Nonce(number uint64) []byte { return xorNonce(p.IV, number) }

// Seal appends the protected payload to the packet's header, which is the
// additional data.
func (p *PacketKeys) Seal(header []byte, number uint64, payload []byte) []byte {
	return p.aead.Seal(header[:len(header):len(header)], p.Nonce(number), payload, header)
}

// Open is the payload that Seal protected.
func (p *PacketKeys) Open(header []byte, number uint64, sealed []byte) ([]byte, error) {
	payload, err := p.aead.Open(nil, p.Nonce(number), sealed, header)
	if err != nil {
		return nil, errAuth("tag")
	}
	return payload, nil
}

// TagLen is how many bytes longer it is protected.
func (p *PacketKeys) TagLen() int { return p.aead.Overhead() }
