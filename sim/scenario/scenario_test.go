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
		{"fault", func(s *Scenario) { s.Fault = "all" }},
		{"host", func(s *Scenario) { s.Host = "" }},
		{"host", func(s *Scenario) { s.Host = "a..b" }},
		{"host", func(s *Scenario) { s.Host = "-a.b" }},
		{"host", func(s *Scenario) { s.Host = "a b" }},
		{"host", func(s *Scenario) { s.Host = strings.Repeat("a", 64) + ".b" }},
		{"host", func(s *Scenario) { s.Host = strings.Repeat("a.", 127) + "b" }},
		{"request", func(s *Scenario) { s.Request = "" }},
		{"response", func(s *Scenario) { s.Response = strings.Repeat("x", maxText+1) }},
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
