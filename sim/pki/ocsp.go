package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"time"

	"tlsplay/sim/trust"
)

// OCSP responses of a single certificate, signed by its issuer. RFC 6960,
// Section 4.2.1. golang.org/x/crypto/ocsp would add more to the page, dates
// responses by the system's clock and knows no Ed25519.

type ocspResponse struct {
	Status asn1.Enumerated
	Bytes  struct {
		Type     asn1.ObjectIdentifier
		Response []byte
	} `asn1:"explicit,tag:0,optional"`
}

type basicResponse struct {
	Data      responseData
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

type responseData struct {
	Raw        asn1.RawContent
	Responder  asn1.RawValue
	ProducedAt time.Time `asn1:"generalized"`
	Responses  []singleResponse
}

type singleResponse struct {
	ID struct {
		Hash     pkix.AlgorithmIdentifier
		NameHash []byte
		KeyHash  []byte
		Serial   *big.Int
	}
	Good    asn1.Flag `asn1:"tag:0,optional"`
	Revoked struct {
		At     time.Time       `asn1:"generalized"`
		Reason asn1.Enumerated `asn1:"explicit,tag:0,optional"`
	} `asn1:"tag:1,optional"`
	ThisUpdate time.Time `asn1:"generalized"`
	NextUpdate time.Time `asn1:"generalized,explicit,tag:0,optional"`
}

var (
	oidBasicResponse = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}
	oidSHA1          = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
)

const keyCompromise = 1 // RFC 5280, Section 5.3.1

// Staple is the intermediate's OCSP response about the leaf, made half a day
// before now and good for a week.
func (c *Chain) Staple(revoked bool, now time.Time) ([]byte, error) {
	now = now.UTC().Truncate(time.Second).Add(-12 * time.Hour)
	var r singleResponse
	var key struct {
		Algorithm pkix.AlgorithmIdentifier
		Public    asn1.BitString
	}
	if _, err := asn1.Unmarshal(c.Intermediate.RawSubjectPublicKeyInfo, &key); err != nil {
		return nil, err
	}
	nameHash, keyHash := sha1.Sum(c.Intermediate.RawSubject), sha1.Sum(key.Public.RightAlign())
	r.ID.Hash = pkix.AlgorithmIdentifier{Algorithm: oidSHA1, Parameters: asn1.NullRawValue}
	r.ID.NameHash, r.ID.KeyHash, r.ID.Serial = nameHash[:], keyHash[:], c.Leaf.SerialNumber
	r.ThisUpdate, r.NextUpdate = now, now.Add(7*day)
	if r.Good = asn1.Flag(!revoked); revoked {
		r.Revoked.At, r.Revoked.Reason = now.Add(-day), keyCompromise
	}
	basic := basicResponse{Data: responseData{
		Responder:  asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 1, IsCompound: true, Bytes: c.Intermediate.RawSubject},
		ProducedAt: now,
		Responses:  []singleResponse{r},
	}}
	signed, err := asn1.Marshal(basic.Data)
	if err != nil {
		return nil, err
	}
	var signature []byte
	basic.Algorithm = signatureAlgorithm(c.issuer.Public())
	if _, ok := c.issuer.(ed25519.PrivateKey); ok {
		signature, err = c.issuer.Sign(c.random, signed, crypto.Hash(0))
	} else {
		digest := sha256.Sum256(signed)
		signature, err = c.issuer.Sign(c.random, digest[:], crypto.SHA256)
	}
	if err != nil {
		return nil, err
	}
	basic.Signature = asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}
	var whole ocspResponse
	whole.Bytes.Type = oidBasicResponse
	if whole.Bytes.Response, err = asn1.Marshal(basic); err != nil {
		return nil, err
	}
	return asn1.Marshal(whole)
}

// signatureAlgorithm is how a key of that kind signs responses.
func signatureAlgorithm(public crypto.PublicKey) pkix.AlgorithmIdentifier {
	switch public.(type) {
	case *ecdsa.PublicKey:
		return pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}}
	case ed25519.PublicKey:
		return pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 3, 101, 112}}
	}
	sha256WithRSA := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}
	return pkix.AlgorithmIdentifier{Algorithm: sha256WithRSA, Parameters: asn1.NullRawValue}
}

// CheckStaple reports why a stapled OCSP response does not vouch for the first
// certificate of a verified chain at now, by the checks of package trust.
func CheckStaple(staple []byte, chain []*x509.Certificate, now time.Time) error {
	if len(staple) == 0 {
		return errors.New("pki: the server stapled no OCSP response")
	}
	if len(chain) < 2 {
		return errors.New("pki: no issuer to check the OCSP response with")
	}
	steps, since := trust.OCSP(staple, chain[0], chain[1], now)
	last := steps[len(steps)-1]
	switch {
	case last.OK:
		return nil
	case !since.IsZero():
		return errors.New("pki: the certificate was revoked on " + since.Format(time.DateOnly) + ", says the stapled OCSP response")
	}
	return errors.New("pki: OCSP response: " + last.Reason)
}
