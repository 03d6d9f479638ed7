package pki

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"time"
)

// authority is the root and the intermediate for keys of that kind: the stored
// ones where now lies well inside their validity, else a pair made for that
// time. Making them takes a browser's first run some 50 ms, nearly as long as
// the handshake.
func authority(kind string, now time.Time, random io.Reader) (root, intermediate *x509.Certificate, err error) {
	if root, err = stored(kind, "root"); err != nil {
		return nil, nil, err
	}
	if intermediate, err = stored(kind, "intermediate"); err != nil {
		return nil, nil, err
	}
	if now.After(intermediate.NotBefore.Add(lifetime)) && now.Before(intermediate.NotAfter.Add(-lifetime)) {
		return root, intermediate, nil
	}
	return found(kind, now, random)
}

// found makes the root and the intermediate of an authority that is some years
// old now.
func found(kind string, now time.Time, random io.Reader) (root, intermediate *x509.Certificate, err error) {
	rootKey, err := key(kind, "root")
	if err != nil {
		return nil, nil, err
	}
	intermediateKey, err := key(kind, "intermediate")
	if err != nil {
		return nil, nil, err
	}
	r := &x509.Certificate{
		Subject:               name("Playground Root CA"),
		NotBefore:             now.Add(-3 * year),
		NotAfter:              now.Add(17 * year),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	i := intermediateTemplate(now)
	if root, err = issue(r, r, rootKey.Public(), rootKey, random); err != nil {
		return nil, nil, err
	}
	intermediate, err = issue(i, root, intermediateKey.Public(), rootKey, random)
	return root, intermediate, err
}

const year = 365 * day

func intermediateTemplate(now time.Time) *x509.Certificate {
	return &x509.Certificate{
		Subject:               name("Playground Issuing CA 1"),
		NotBefore:             now.Add(-1 * year),
		NotAfter:              now.Add(9 * year),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
}

// stored is a certificate that lies beside the keys. `go test ./sim/pki
// -update` founds the authorities anew.
func stored(kind, role string) (*x509.Certificate, error) {
	text, err := keyFiles.ReadFile("keys/" + kind + "-" + role + ".crt")
	if err != nil {
		return nil, fmt.Errorf("pki: no %s certificate for keys of the kind %q: it must be one of scenario.Certificates", role, kind)
	}
	block, _ := pem.Decode(text)
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("pki: certificate %s-%s: %w", kind, role, err)
	}
	return c, nil
}
