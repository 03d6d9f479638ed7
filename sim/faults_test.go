package sim

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// What each end says of each fault: crypto/tls's and crypto/x509's own words,
// as their documentation has them, and the alerts of RFC 8446, Section 6.2, that
// crypto/tls sends. Go's client says bad_certificate whatever is wrong with a
// certificate; its server tells unknown_ca and certificate_expired apart.
func TestFaults(t *testing.T) {
	const unknown = "x509: certificate signed by unknown authority"
	const badMAC, badCert = "remote error: tls: error decrypting message", "remote error: tls: bad certificate"
	type words struct{ victim, other, alert string } // victim: the end that verifies
	server := map[string]words{
		scenario.Expired:             {"x509: certificate has expired or is not yet valid: current time 2026-02-03T04:05:06Z is after 2026-01-24T04:05:06Z", badCert, "bad_certificate"},
		scenario.NotYetValid:         {"x509: certificate has expired or is not yet valid: current time 2026-02-03T04:05:06Z is before 2026-04-24T04:05:06Z", badCert, "bad_certificate"},
		scenario.WrongHost:           {"x509: certificate is valid for other.shop.example, not shop.example", badCert, "bad_certificate"},
		scenario.WildcardTooDeep:     {"x509: certificate is valid for *.shop.example, not www.eu.shop.example", badCert, "bad_certificate"},
		scenario.SelfSigned:          {unknown, badCert, "bad_certificate"},
		scenario.UnknownRoot:         {unknown, badCert, "bad_certificate"},
		scenario.MissingIntermediate: {unknown, badCert, "bad_certificate"},
		scenario.WrongOrder:          {"x509: certificate is not valid for any names, but wanted to match shop.example", badCert, "bad_certificate"},
		scenario.IntermediateNotCA:   {`(possibly because of "x509: invalid signature: parent certificate cannot sign this kind of certificate" while`, badCert, "bad_certificate"},
		scenario.PathLength:          {"x509: too many intermediates for path length constraint", badCert, "bad_certificate"},
		scenario.NameConstraint:      {`x509: a root or intermediate certificate is not authorized to sign for this name: DNS name "shop.example" is not permitted by any constraint`, badCert, "bad_certificate"},
		scenario.WrongUsage:          {"x509: certificate specifies an incompatible key usage", badCert, "bad_certificate"},
		scenario.SHA1:                {"x509: cannot verify signature: insecure algorithm", badCert, "bad_certificate"},
		scenario.CommonNameOnly:      {"x509: certificate relies on legacy Common Name field, use SANs instead", badCert, "bad_certificate"},
		scenario.RSA1024:             {},
		scenario.RSA512:              {"tls: certificate RSA key size too small for supported signature algorithms", "remote error: tls: handshake failure", "handshake_failure"},
		scenario.KeyMismatch:         {"tls: invalid signature by the server certificate: ", badMAC, "decrypt_error"},
		scenario.Revoked:             {"pki: the certificate was revoked on 2026-02-01, says the stapled OCSP response", badCert, "bad_certificate"},
	}
	const badCA = "remote error: tls: unknown certificate authority"
	client := map[string]words{
		scenario.Expired:             {server[scenario.Expired].victim, "remote error: tls: expired certificate", "certificate_expired"},
		scenario.NotYetValid:         {server[scenario.NotYetValid].victim, "remote error: tls: expired certificate", "certificate_expired"},
		scenario.SelfSigned:          {unknown, badCA, "unknown_ca"},
		scenario.UnknownRoot:         {unknown, badCA, "unknown_ca"},
		scenario.MissingIntermediate: {unknown, badCA, "unknown_ca"},
		scenario.WrongOrder:          {"tls: invalid signature by the client certificate: ", badMAC, "decrypt_error"},
		scenario.IntermediateNotCA:   {server[scenario.IntermediateNotCA].victim, badCA, "unknown_ca"},
		scenario.PathLength:          {server[scenario.PathLength].victim, badCert, "bad_certificate"},
		scenario.WrongUsage:          {server[scenario.WrongUsage].victim, badCert, "bad_certificate"},
		scenario.SHA1:                {server[scenario.SHA1].victim, badCA, "unknown_ca"},
		scenario.RSA1024:             {},
		scenario.KeyMismatch:         {"tls: invalid signature by the client certificate: ", badMAC, "decrypt_error"},
	}
	check := func(t *testing.T, sc scenario.Scenario, victim int, want words) {
		tr := run(t, sc)
		v, o := tr.Endpoints[victim], tr.Endpoints[1-victim]
		if want.victim == "" {
			if v.Doing != endpoint.Done || o.Doing != endpoint.Done {
				t.Errorf("%+v, %+v", v, o)
			}
			return
		}
		if !strings.Contains(v.Error, want.victim) || v.Alert != want.alert || v.PeerVerified && want.alert == "bad_certificate" {
			t.Errorf("the %s: %+v, want %q and alert %s", v.Side, v, want.victim, want.alert)
		}
		if o.Error != want.other || o.Alert != "" {
			t.Errorf("the %s: %+v, want %q", o.Side, o, want.other)
		}
		if tr.State != trace.Finished {
			t.Errorf("the run is %s", tr.State)
		}
		checkBytes(t, tr)
	}
	for _, version := range []string{"1.3", "1.2"} {
		for _, kind := range kinds() {
			for _, fault := range scenario.CertificateFaults {
				sc := scenario.Default()
				sc.Version, sc.Certificate, sc.Fault, sc.Clock = version, kind, fault, "2026-02-03T04:05:06Z"
				if sc.Check() != nil {
					continue // SHA-1 and Ed25519
				}
				want, known := server[fault]
				if want.alert == "decrypt_error" && version == "1.2" {
					want.other, want.alert = "remote error: tls: illegal parameter", "illegal_parameter" // crypto/tls's choice for ServerKeyExchange
				}
				victim := 0
				if fault == scenario.RSA512 {
					if victim = 1; version == "1.2" { // it can't sign with it
						want.victim = "tls: failed to sign ECDHE parameters: crypto/rsa: 512-bit keys are insecure"
					}
				}
				t.Run(strings.Join([]string{"server", version, kind, fault}, " "), func(t *testing.T) {
					if !known {
						t.Fatal("say what comes of it")
					}
					check(t, sc, victim, want)
				})
			}
			for _, fault := range scenario.ClientFaults {
				sc := scenario.Default()
				sc.Version, sc.Clock = version, "2026-02-03T04:05:06Z"
				sc.Client.Certificate, sc.Client.Fault, sc.Server.ClientAuth = kind, fault, "require-and-verify"
				if sc.Check() != nil {
					continue
				}
				want, known := client[fault]
				if fault == scenario.WrongOrder && (kind == "ecdsa-p384" || kind == "ecdsa-p521") && version == "1.3" {
					// The scheme does not go with the intermediate's curve.
					want = words{"tls: client certificate used with invalid signature algorithm", "remote error: tls: illegal parameter", "illegal_parameter"}
				}
				t.Run(strings.Join([]string{"client", version, kind, fault}, " "), func(t *testing.T) {
					if !known {
						t.Fatal("say what comes of it")
					}
					check(t, sc, 1, want)
				})
			}
		}
	}
}

// A pasted chain and key serve as the identity of either end; the peer trusts it
// if it is told to.
func TestIdentity(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"shop.example"},
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
		BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	sec1, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	identity := cert + string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1}))

	sc := scenario.Default()
	sc.Clock = "2026-05-06T07:08:09Z"
	sc.Server.Identity, sc.Client.Identity, sc.Server.ClientAuth = identity, identity, "require-and-verify"
	if o := outcomeOf(run(t, sc)); o.Client != "tls: failed to verify certificate: x509: certificate signed by unknown authority" {
		t.Errorf("untrusted: %+v", o)
	}
	sc.Client.Roots, sc.Server.Roots = cert, cert
	tr := run(t, sc)
	if o := outcomeOf(tr); o.Client+o.Server != "" || len(o.Also) != 1 || o.Also[0] != "verified" {
		t.Errorf("trusted: %+v", o)
	}
	if again, err := scenario.ParseFragment(sc.Fragment(true)); err != nil || !again.Equal(sc) {
		t.Errorf("the link: %v", err)
	}
	if strings.Contains(sc.Fragment(false), "PRIVATE") {
		t.Error("a link gives the key away unasked")
	}
}
