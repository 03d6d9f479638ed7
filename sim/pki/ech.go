package pki

import (
	"crypto/ecdh"
	"crypto/tls"

	"tlsplay/sim/scenario"
)

// ECH is a server's key for encrypted ClientHellos.
type ECH struct {
	Key  tls.EncryptedClientHelloKey
	List []byte // the ECHConfigList for clients
}

// NewECH makes one with that config_id, of an X25519 private key. RFC 9849, Section 4.
func NewECH(id byte, private []byte) (*ECH, error) {
	key, err := ecdh.X25519().NewPrivateKey(private)
	if err != nil {
		return nil, err
	}
	const (
		version = "\xfe\x0d"
		kem     = "\x00\x20"         // DHKEM(X25519, HKDF-SHA256)
		suites  = "\x00\x01\x00\x01" // HKDF-SHA256, AES-128-GCM
		maxName = 64
	)
	body := number(uint64(id), 1) + kem + vector(string(key.PublicKey().Bytes())) + vector(suites) +
		string([]byte{maxName, byte(len(scenario.PublicName))}) + scenario.PublicName + vector("")
	config := version + vector(body)
	return &ECH{
		Key:  tls.EncryptedClientHelloKey{Config: []byte(config), PrivateKey: private, SendAsRetry: true},
		List: []byte(vector(config)),
	}, nil
}
