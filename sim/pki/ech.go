package pki

import (
	"crypto/ecdh"
	"crypto/tls"
	"encoding/binary"
	"io"
)

// PublicName is the name that a ClientHello shows to everyone when the one that
// is meant is encrypted.
const PublicName = "public.example"

// ECH is a server's key for encrypted ClientHellos.
type ECH struct {
	Key  tls.EncryptedClientHelloKey
	List []byte // the ECHConfigList for clients
}

// NewECH makes one with that config_id. RFC 9849, Section 4.
func NewECH(id byte, random io.Reader) (*ECH, error) {
	private := make([]byte, 32)
	if _, err := io.ReadFull(random, private); err != nil {
		return nil, err
	}
	key, err := ecdh.X25519().NewPrivateKey(private)
	if err != nil {
		return nil, err
	}
	public := key.PublicKey().Bytes()
	body := []byte{
		id,
		0, 0x20, // DHKEM(X25519, HKDF-SHA256)
		0, byte(len(public)),
	}
	body = append(body, public...)
	body = append(body, 0, 4, 0, 1, 0, 1)            // HKDF-SHA256, AES-128-GCM
	body = append(body, 64, byte(len(PublicName)))   // maximum_name_length
	body = append(append(body, PublicName...), 0, 0) // no extensions
	config := prefixed([]byte{0xfe, 0x0d}, body)     // version
	return &ECH{
		Key:  tls.EncryptedClientHelloKey{Config: config, PrivateKey: private, SendAsRetry: true},
		List: prefixed(nil, config),
	}, nil
}

// prefixed appends b behind its length.
func prefixed(to, b []byte) []byte {
	return append(binary.BigEndian.AppendUint16(to, uint16(len(b))), b...)
}
