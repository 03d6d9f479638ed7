package trust

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"time"

	"tlsplay/sim/trace"
)

// Signed certificate timestamps: a log promises to publish a certificate. RFC
// 6962, Section 3.2.

var (
	checkLog          = &check{"trust.sct_log", "RFC 6962, Section 3.2"}
	checkTimestamp    = &check{"trust.sct_time", "RFC 6962, Section 5.2"}
	checkLogSignature = &check{"trust.sct_signature", "RFC 6962, Section 3.2"}
)

// timestamp is a SerializedSCT, taken apart.
type timestamp struct {
	logID, at, extensions, signature []byte
	hash, algorithm                  byte // RFC 5246, Section 7.4.1.4.1
}

// readTimestamp reads version 1, the only one.
func readTimestamp(b []byte) (t timestamp, ok bool) {
	if len(b) < 43 || b[0] != 0 {
		return t, false
	}
	t.logID, t.at = b[1:33], b[33:41]
	t.extensions, b = vector(b[41:])
	if len(b) < 2 {
		return t, false
	}
	t.hash, t.algorithm = b[0], b[1]
	t.signature, b = vector(b[2:])
	return t, t.signature != nil && len(b) == 0
}

// vector is what lies behind a length of two bytes, and what follows; nil where
// there is less.
func vector(b []byte) (inside, rest []byte) {
	if len(b) < 2 || len(b) < 2+int(binary.BigEndian.Uint16(b)) {
		return nil, nil
	}
	n := 2 + int(binary.BigEndian.Uint16(b))
	return b[2:n], b[n:]
}

// judge makes the checks of a timestamp on entry, what the log has signed. It
// ends with the first that fails.
func (t timestamp) judge(leaf int, logs [][]byte, entry []byte, now time.Time) []*trace.Step {
	var key []byte
	for _, spki := range logs {
		if id := sha256.Sum256(spki); bytes.Equal(id[:], t.logID) {
			key = spki
		}
	}
	s, name := &series{at: leaf}, "the log "+hex.EncodeToString(t.logID)
	if !s.add(checkLog, -1, key != nil, "It is by "+name+", which is the SHA-256 of its key. Only logs whose keys are here can be checked.") {
		return s.list
	}
	at := time.UnixMilli(int64(binary.BigEndian.Uint64(t.at)))
	if !s.add(checkTimestamp, -1, !at.After(now), "It is from "+when(at)+", and the clock says "+when(now)+".") {
		return s.list
	}
	// Version v1 and signature type certificate_timestamp come before.
	signed := slices.Concat([]byte{0, 0}, t.at, entry, number(len(t.extensions), 2), t.extensions)
	ok, reason := t.verify(key, signed)
	s.add(checkLogSignature, -1, ok, reason)
	s.values(t.signature, key)
	return s.list
}

// verify checks the log's signature: ECDSA or RSA, over SHA-256 (Section 2.1.4).
func (t timestamp) verify(spki, signed []byte) (bool, string) {
	const sha256, rsa, ecdsa = 4, 1, 3
	algorithm := x509.ECDSAWithSHA256
	switch {
	case t.hash == sha256 && t.algorithm == rsa:
		algorithm = x509.SHA256WithRSA
	case t.hash != sha256 || t.algorithm != ecdsa:
		return false, "Signed in a way that logs may not use."
	}
	key, err := x509.ParsePKIXPublicKey(spki)
	log := &x509.Certificate{PublicKey: key}
	if Slow(log) {
		return false, "The log's key is so long that checking would take too long."
	}
	if err == nil {
		err = log.CheckSignature(algorithm, signed, t.signature)
	}
	if err != nil {
		return false, algorithm.String() + ": " + err.Error()
	}
	return true, "The log's key verifies it: " + algorithm.String() + "."
}

// Entries, as logs sign them: the certificate, or what was to become it, with the
// hash of its issuer's key.
func x509Entry(c *x509.Certificate) []byte {
	return slices.Concat([]byte{0, 0}, number(len(c.Raw), 3), c.Raw)
}

func precertEntry(c, issuer *x509.Certificate) []byte {
	key, tbs := hash(crypto.SHA256, issuer.RawSubjectPublicKeyInfo), withoutSCTs(c.RawTBSCertificate)
	return slices.Concat([]byte{0, 1}, key, number(len(tbs), 3), tbs)
}

// number is n in so many bytes.
func number(n, size int) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(n))[8-size:]
}

// oidSCTs is 1.3.6.1.4.1.11129.2.4.2, the extension with timestamps, as DER.
var oidSCTs = []byte{6, 10, 0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2}

// withoutSCTs is a tbsCertificate as it was before the timestamps were put in.
func withoutSCTs(tbs []byte) []byte {
	return rewrap(tbs, func(part asn1.RawValue) []byte {
		if part.Class != asn1.ClassContextSpecific || part.Tag != 3 {
			return part.FullBytes
		}
		return rewrap(part.FullBytes, func(extensions asn1.RawValue) []byte {
			return rewrap(extensions.FullBytes, func(extension asn1.RawValue) []byte {
				if bytes.HasPrefix(extension.Bytes, oidSCTs) {
					return nil
				}
				return extension.FullBytes
			})
		})
	})
}

// rewrap is an element with each of those inside it replaced.
func rewrap(der []byte, replace func(asn1.RawValue) []byte) []byte {
	var outer, part asn1.RawValue
	if _, err := asn1.Unmarshal(der, &outer); err != nil {
		return der // crypto/x509 has read it, so this does not come about
	}
	var content []byte
	for rest := outer.Bytes; len(rest) > 0; {
		var err error
		if rest, err = asn1.Unmarshal(rest, &part); err != nil {
			return der
		}
		content = append(content, replace(part)...)
	}
	again, err := asn1.Marshal(asn1.RawValue{Class: outer.Class, Tag: outer.Tag, IsCompound: true, Bytes: content})
	if err != nil {
		return der
	}
	return again
}

// embedded is the timestamps inside a certificate. RFC 6962, Section 3.3.
func embedded(c *x509.Certificate) (scts [][]byte) {
	var list []byte
	if _, err := asn1.Unmarshal(extension(c, "1.3.6.1.4.1.11129.2.4.2"), &list); err != nil {
		return nil
	}
	list, _ = vector(list)
	for len(list) > 0 {
		var sct []byte
		if sct, list = vector(list); sct == nil {
			break
		}
		scts = append(scts, sct)
	}
	return scts
}
