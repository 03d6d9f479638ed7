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
	spki, err := x509.MarshalPKIXPublicKey(log.Public())
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256(spki)
	at := binary.BigEndian.AppendUint64(nil, uint64(now.Add(-time.Hour).UnixMilli()))

	entry := append([]byte{0, 0}, at...)                                                      // v1, certificate_timestamp
	entry = append(entry, 0, 0)                                                               // x509_entry
	entry = append(entry, binary.BigEndian.AppendUint32(nil, uint32(len(c.Leaf.Raw)))[1:]...) // opaque ASN.1Cert<1..2^24-1>
	entry = append(entry, c.Leaf.Raw...)
	entry = append(entry, 0, 0) // no extensions
	digest := sha256.Sum256(entry)
	signature, err := log.Sign(c.random, digest[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	sct := append([]byte{0}, id[:]...)
	sct = append(append(sct, at...), 0, 0)
	sct = append(sct, 4, 3) // sha256, ecdsa
	sct = binary.BigEndian.AppendUint16(sct, uint16(len(signature)))
	return append(sct, signature...), nil
}
