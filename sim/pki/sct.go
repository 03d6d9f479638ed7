package pki

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"time"
)

// SCT is a log's promise, an hour before now, to publish the leaf. RFC 6962,
// Section 3.2. The log's key is that of the ECDSA P-256 root.
func (c *Chain) SCT(now time.Time) ([]byte, error) {
	log, err := key("ecdsa-p256", "root")
	if err != nil {
		return nil, err
	}
	spki, err := logKey()
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256(spki)
	at := number(uint64(now.Add(-time.Hour).UnixMilli()), 8)
	const version, entryType, extensions = "\x00", "\x00\x00", "\x00\x00" // v1, x509_entry, none
	// Version, signature type certificate_timestamp, entry.
	signed := version + "\x00" + at + entryType + number(uint64(len(c.Leaf.Raw)), 3) + string(c.Leaf.Raw) + extensions
	digest := sha256.Sum256([]byte(signed))
	signature, err := log.Sign(c.random, digest[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	const ecdsaSHA256 = "\x04\x03"
	return []byte(version + string(id[:]) + at + extensions + ecdsaSHA256 + vector(string(signature))), nil
}

// number is n in so many bytes, and vector is b behind its length in two. RFC
// 8446, Section 3.
func number(n uint64, size int) string {
	b := binary.BigEndian.AppendUint64(nil, n)
	return string(b[8-size:])
}

func vector(b string) string { return number(uint64(len(b)), 2) + b }

// Logs is the keys of the logs that are known, each as SubjectPublicKeyInfo: the
// playground's own alone.
func Logs() [][]byte {
	spki, err := logKey()
	if err != nil {
		return nil
	}
	return [][]byte{spki}
}

func logKey() ([]byte, error) {
	log, err := key("ecdsa-p256", "root")
	if err != nil {
		return nil, err
	}
	return x509.MarshalPKIXPublicKey(log.Public())
}
