package pki

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Staple is the intermediate's OCSP response about the leaf, made half a day
// before now and good for a week. RFC 6960, Section 4.2.
func (c *Chain) Staple(revoked bool, now time.Time) ([]byte, error) {
	now = now.Add(-12 * time.Hour)
	r := ocsp.Response{
		Status:       ocsp.Good,
		SerialNumber: c.Leaf.SerialNumber,
		ThisUpdate:   now,
		NextUpdate:   now.Add(7 * day),
	}
	if revoked {
		r.Status = ocsp.Revoked
		r.RevokedAt = now.Add(-day)
		r.RevocationReason = ocsp.KeyCompromise
	}
	responder, signer := c.Intermediate, c.issuer
	if _, ok := signer.(ed25519.PrivateKey); ok {
		var err error
		if responder, signer, err = c.responder(now); err != nil {
			return nil, err
		}
		r.Certificate = responder
	}
	staple, err := ocsp.CreateResponse(c.Intermediate, responder, r, seeded{signer, c.random})
	if err != nil {
		return nil, fmt.Errorf("pki: OCSP response: %w", err)
	}
	return staple, nil
}

// responder is one that the intermediate has authorized, with an ECDSA key: our
// OCSP library knows no Ed25519. RFC 6960, Section 4.2.2.2.
func (c *Chain) responder(now time.Time) (*x509.Certificate, crypto.Signer, error) {
	k, err := key("ecdsa-p256", "intermediate")
	if err != nil {
		return nil, nil, err
	}
	cert, err := issue(&x509.Certificate{
		Subject:     name("Playground OCSP Responder"),
		NotBefore:   now.Add(-day),
		NotAfter:    now.Add(30 * day),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning},
	}, c.Intermediate, k.Public(), c.issuer, c.random)
	return cert, k, err
}

// seeded signs with the run's randomness, whatever its caller brings.
type seeded struct {
	crypto.Signer
	random io.Reader
}

func (s seeded) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return s.Signer.Sign(s.random, digest, opts)
}

// CheckStaple reports why a stapled OCSP response does not vouch for the first
// certificate of a verified chain at now.
func CheckStaple(staple []byte, chain []*x509.Certificate, now time.Time) error {
	if len(staple) == 0 {
		return errors.New("pki: the server stapled no OCSP response")
	}
	if len(chain) < 2 {
		return errors.New("pki: no issuer to check the OCSP response with")
	}
	r, err := ocsp.ParseResponseForCert(staple, chain[0], chain[1])
	switch {
	case err != nil:
		return fmt.Errorf("pki: OCSP response: %w", err)
	case now.Before(r.ThisUpdate) || now.After(r.NextUpdate):
		return errors.New("pki: the OCSP response is not for now")
	case r.Status == ocsp.Revoked:
		return fmt.Errorf("pki: the certificate was revoked on %s, says the stapled OCSP response", r.RevokedAt.Format(time.DateOnly))
	case r.Status != ocsp.Good || !bytes.Equal(r.SerialNumber.Bytes(), chain[0].SerialNumber.Bytes()):
		return errors.New("pki: the OCSP response does not know the certificate")
	}
	return nil
}
