package sim

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"time"

	"tlsplay/sim/pki"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/sim/trust"
)

// verifier is what one end goes by when it verifies the other's certificates.
type verifier struct {
	roots []*x509.Certificate
	host  string // the name that it asked for; the server asks for none
}

// pool is the roots as crypto/tls wants them.
func (v *verifier) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	for _, c := range v.roots {
		pool.AddCert(c)
	}
	return pool
}

// trusts adds the certificates of a PEM text, which the scenario's check has read
// before.
func (v *verifier) trusts(text string) {
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			v.roots = append(v.roots, c)
		}
	}
}

// judge shows how each end judges the other's certificates, once they came and
// where it verifies them at all.
func (s *Session) judge() {
	for _, by := range []trace.Side{trace.Client, trace.Server} {
		v := s.verifiers[by]
		known := 1 + len(s.follower.OCSP) + len(s.follower.SCTs) // some of it follows the certificates
		if s.judged[by] == known || !s.verifies(by) {
			continue
		}
		var sent [][]byte
		for _, c := range s.follower.Certificates {
			if c.From == by.Peer() && c.Role != "root" {
				sent = append(sent, c.DER.Data)
			}
		}
		if sent == nil {
			continue
		}
		s.judged[by] = known
		o := trust.Options{By: by, Roots: v.roots, Host: v.host, Time: s.now(by).UTC().Truncate(time.Second)}
		if by == trace.Client && s.config[by].EncryptedClientHelloConfigList != nil && !s.client.State().ECHAccepted {
			o.Host = scenario.PublicName // which alone can vouch that the server rejected the inner ClientHello
		}
		if by == trace.Server {
			o.Usages = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		} else {
			o.OCSP, o.SCTs, o.Logs = s.follower.OCSP, s.follower.SCTs, pki.Logs()
		}
		var trusts []trace.Judgement
		for _, j := range s.trust {
			if j.By != by {
				trusts = append(trusts, j)
			}
		}
		s.trust = append(trusts, trace.Judge(by, func() *trace.Verification { return trust.Verify(sent, o) }))
	}
}

// verifies tells whether an end looks at the other's certificates.
func (s *Session) verifies(by trace.Side) bool {
	if by == trace.Client {
		return !s.scenario.Client.SkipVerify && !s.replaying()
	}
	return s.config[trace.Server].ClientAuth >= tls.VerifyClientCertIfGiven
}
