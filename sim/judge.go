package sim

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/pki"
	"tlsplay/sim/trace"
	"tlsplay/sim/trust"
)

// trusts notes whom an end trusts: the playground's own authority, unless that is
// what is wrong, and those given as PEM. A certificate pool does not tell.
func (s *Session) trusts(side trace.Side, chain *pki.Chain, more string) {
	if s.roots == nil {
		s.roots = map[trace.Side][]*x509.Certificate{}
	}
	s.roots[side] = chain.Trusted()
	for b := []byte(more); ; {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil {
			return
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil && block.Type == "CERTIFICATE" {
			s.roots[side] = append(s.roots[side], c)
		}
	}
}

// judge shows how an end judges its peer's certificates, once they have come: not
// where it was told to take any.
func (s *Session) judge(end *endpoint.Endpoint) {
	state := end.State()
	side := state.Side
	o := trust.Options{By: side, Roots: s.roots[side], Time: s.now(side), Host: s.serverName}
	switch {
	case s.judged[side]:
		return
	case side == trace.Server:
		if s.config[side].ClientAuth < tls.VerifyClientCertIfGiven {
			return
		}
		o.Host, o.Usages = "", []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	case s.scenario.Client.SkipVerify:
		return
	case s.config[side].EncryptedClientHelloConfigList != nil && !state.ECHAccepted:
		o.Host = pki.PublicName // only it can vouch for the rejection. RFC 9849, Section 6.1.6
	}
	var sent [][]byte
	for _, c := range s.follower.Certificates {
		if c.From == side.Peer() && c.Role != "root" {
			sent = append(sent, c.DER.Data)
		}
	}
	if sent != nil {
		s.judged[side] = true
		s.trust = append(s.trust, trust.Verify(sent, o))
	}
}
