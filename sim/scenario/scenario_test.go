package scenario

import (
	"errors"
	"strings"
	"testing"
)

func valid() Scenario {
	s := Default()
	s.Clock = "2026-01-31T12:00:00Z"
	s.Seed = "00"
	return s
}

func TestCheck(t *testing.T) {
	if err := valid().Check(); err != nil {
		t.Errorf("the default scenario: %v", err)
	}
	for _, c := range []struct {
		field  string
		change func(*Scenario)
	}{
		{"version", func(s *Scenario) { s.Version = "1.4" }},
		{"group", func(s *Scenario) { s.Group = "X448" }},
		{"group", func(s *Scenario) { s.Version, s.Group = "1.2", "X25519MLKEM768" }},
		{"group", func(s *Scenario) {
			s.Version, s.Certificate, s.Suite, s.Group = "1.2", "rsa-2048", "TLS_RSA_WITH_AES_128_CBC_SHA", "X25519"
		}},
		{"certificate", func(s *Scenario) { s.Certificate = "" }},
		{"certificate", func(s *Scenario) { s.Version, s.Certificate = "1.0", "ed25519" }},
		{"suite", func(s *Scenario) { s.Suite = "TLS_NULL_WITH_NULL_NULL" }},
		{"suite", func(s *Scenario) { s.Suite = "TLS_RSA_WITH_AES_128_CBC_SHA" }},
		{"suite", func(s *Scenario) { s.Version, s.Suite = "1.2", "TLS_AES_128_GCM_SHA256" }},
		{"suite", func(s *Scenario) { s.Version, s.Suite = "1.1", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" }},
		{"suite", func(s *Scenario) { s.Version, s.Suite = "1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" }},
		{"suite", func(s *Scenario) {
			s.Version, s.Certificate, s.Suite = "1.2", "rsa-3072", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
		}},
		{"client.ech", func(s *Scenario) { s.Version, s.Client.ECH = "1.2", "current" }},
		{"client.ech", func(s *Scenario) { s.Client.MaxVersion, s.Client.ECH = "1.2", "stale" }},
		{"client.ech", func(s *Scenario) { s.Client.ECH = "grease" }},
		{"client.fault", func(s *Scenario) { s.Client.Fault = Expired }},
		{"client.fault", func(s *Scenario) { s.Client.Certificate, s.Client.Fault = "rsa-2048", WrongHost }},
		{"client.alpn", func(s *Scenario) { s.Client.ALPN = []string{"h2", "h2"} }},
		{"server.alpn", func(s *Scenario) { s.Server.ALPN = []string{""} }},
		{"server.suites", func(s *Scenario) { s.Server.Suites = []string{"TLS_NULL_WITH_NULL_NULL"} }},
		{"server.min_version", func(s *Scenario) { s.Server.MinVersion, s.Server.MaxVersion = "1.3", "1.2" }},
		{"server.client_auth", func(s *Scenario) { s.Server.ClientAuth = "yes" }},
		{"client.roots", func(s *Scenario) { s.Client.Roots = "-----BEGIN" }},
		{"exporter", func(s *Scenario) { s.Exporter = "master secret" }},
		{"connections", func(s *Scenario) { s.Connections = 4 }},
		{"link.segment", func(s *Scenario) { s.Link.Segment = 1 }},
		{"wire", func(s *Scenario) { s.Wire = make([]string, 65) }},
		{"seed", func(s *Scenario) { s.Seed = "abc" }},
		{"fault", func(s *Scenario) { s.Certificate, s.Fault = "ed25519", SHA1 }},
		{"fault", func(s *Scenario) { s.Fault = "all" }},
		{"host", func(s *Scenario) { s.Host = "" }},
		{"host", func(s *Scenario) { s.Host = "a..b" }},
		{"host", func(s *Scenario) { s.Host = "-a.b" }},
		{"host", func(s *Scenario) { s.Host = "a b" }},
		{"host", func(s *Scenario) { s.Host = strings.Repeat("a", 64) + ".b" }},
		{"host", func(s *Scenario) { s.Host = strings.Repeat("a.", 127) + "b" }},
		{"request", func(s *Scenario) { s.Request = "" }},
		{"response", func(s *Scenario) { s.Response = strings.Repeat("x", maxText+1) }},
		{"transport", func(s *Scenario) { s.Transport = "sctp" }},
		{"transport", func(s *Scenario) { s.Transport, s.Version = QUIC, "1.2" }},
		{"transport", func(s *Scenario) { s.Transport, s.Server.MaxVersion = QUIC, "1.2" }},
		{"transport", func(s *Scenario) { s.Transport, s.Fault = QUIC, NoCommonVersion }},
		{"transport", func(s *Scenario) { s.Transport, s.Close = QUIC, CloseServer }},
		{"transport", func(s *Scenario) { s.Transport, s.Middle = QUIC, "trusted" }},
		{"replay", func(s *Scenario) { s.Replay, s.Middle = true, "trusted" }},
		{"link.slow_start", func(s *Scenario) { s.Link.SlowStart = true }},
		{"replay", func(s *Scenario) { s.Transport, s.Replay, s.Client.Resume = QUIC, true, true }},
		{"clock", func(s *Scenario) { s.Clock = "noon" }},
		{"clock", func(s *Scenario) { s.Clock = "1850-01-01T00:00:00Z" }},
	} {
		s := valid()
		c.change(&s)
		var bad *FieldError
		if err := s.Check(); !errors.As(err, &bad) || bad.Field != c.field || bad.Fix == "" || len(err.Error()) > 300 {
			t.Errorf("%s: %v", c.field, err)
		}
	}
}
