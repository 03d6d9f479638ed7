package keys

import (
	"crypto/hmac"
	"crypto/rc4"
	"fmt"
	"hash"
)

// stream protects records with a MAC and a stream cipher, or with the MAC alone
// (null cipher). RFC 5246, Section 6.2.3.1.
type stream struct {
	mac hash.Hash
	rc4 *rc4.Cipher // nil: the null cipher
}

func newStream(s Suite, macKey, key []byte) (*stream, error) {
	p := &stream{mac: hmac.New(s.MAC.New, macKey)}
	if s.Cipher == CipherRC4 {
		var err error
		if p.rc4, err = rc4.NewCipher(key); err != nil {
			return nil, fmt.Errorf("keys: %s: %w", s.Name, err)
		}
	}
	return p, nil
}

func (p *stream) open(o *Opener, header, fragment []byte) (Opened, error) {
	n := len(fragment) - p.mac.Size()
	if n < 0 {
		return Opened{}, fmt.Errorf("keys: fragment has %d bytes, the MAC alone takes %d: the record was cut", len(fragment), p.mac.Size())
	}
	r := Opened{Type: header[0], ContentLen: n, Inner: clone(fragment), AAD: pseudoHeader(o.seq, header, n)}
	var after rc4.Cipher // the key stream moves on only if the record is authentic
	if p.rc4 != nil {
		after = *p.rc4
		after.XORKeyStream(r.Inner, fragment)
	}
	r.Plain, r.MAC = r.Inner[:n:n], r.Inner[n:]
	if !macOK(p.mac, r.AAD, r.Plain, r.MAC) {
		return Opened{}, errAuth("MAC")
	}
	if p.rc4 != nil {
		*p.rc4 = after
	}
	return r, nil
}

// macOK tells whether want is the MAC of header and content.
func macOK(mac hash.Hash, header, content, want []byte) bool {
	mac.Reset()
	mac.Write(header)
	mac.Write(content)
	return hmac.Equal(mac.Sum(nil), want)
}
