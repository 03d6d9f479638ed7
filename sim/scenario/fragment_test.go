package scenario

import (
	"strings"
	"testing"
)

func TestFragment(t *testing.T) {
	for _, c := range []struct {
		link   string
		change func(*Scenario)
	}{
		{"v1", func(*Scenario) {}},
		{"v1&version=1.2&certificate=rsa-2048&seed=2a", func(s *Scenario) { s.Version, s.Certificate, s.Seed = "1.2", "rsa-2048", "2a" }},
		{"v1&client.alpn=h2,http/1.1,a%2Cb%25", func(s *Scenario) { s.Client.ALPN = []string{"h2", "http/1.1", "a,b%"} }},
		{
			"v1&request=GET+/%0D%0A%2B%26%23%C3%A4&connections=2&client.resume=true&link.rtt=80",
			func(s *Scenario) {
				s.Request, s.Connections, s.Client.Resume, s.Link.RTT = "GET /\r\n+&#ä", 2, true, 80
			},
		},
		{
			"v1&wire=server+3+flip+40+01,client+0+drop&clock=2026-01-31T12:00:00Z",
			func(s *Scenario) {
				s.Wire, s.Clock = []string{"server 3 flip 40 01", "client 0 drop"}, "2026-01-31T12:00:00Z"
			},
		},
	} {
		want := Default()
		c.change(&want)
		if got := want.Fragment(true); got != c.link {
			t.Errorf("link %s, want %s", got, c.link)
		}
		if got, err := ParseFragment(c.link); err != nil || !got.Equal(want) {
			t.Errorf("%s: %v, %+v", c.link, err, got)
		}
	}
	s := Default()
	s.Client.Identity, s.Server.Identity = "secret", "secret"
	if got := s.Fragment(false); got != "v1" {
		t.Errorf("a link without secrets: %s", got)
	}
	if got, err := ParseFragment(""); err != nil || !got.Equal(Default()) {
		t.Errorf("no link: %v", err)
	}
}

// A link with mistakes says which, and leads to the nearest scenario.
func TestBadFragments(t *testing.T) {
	for link, want := range map[string][2]string{ // the message and the link that it is taken for
		"v0&version=1.2":                                   {"this page reads v1", "v1&version=1.2"},
		"version=1.2":                                      {"this page reads v1", "v1&version=1.2"},
		"v2&version=1.2&future=1":                          {"is it ", "v1&version=1.2"},
		"v1&verison=1.2":                                   {"is it version?", "v1"},
		"v1&client.apln=h2&version=1.2":                    {"is it client.alpn?", "v1&version=1.2"},
		"v1&version=1.2&version=1.3":                       {"give it once", "v1&version=1.2"},
		"v1&version=1.7&host=a.example":                    {"version \"1.7\": use 1.3", "v1&host=a.example"},
		"v1&link.rtt=fast":                                 {"whole number", "v1"},
		"v1&link.rtt=-5":                                   {"from 0 to", "v1"},
		"v1&client.resume=yes":                             {"true or false", "v1"},
		"v1&host=a%2":                                      {"%25", "v1"},
		"v1&host=a%zz":                                     {"%25", "v1"},
		"v1&request=%FF":                                   {"UTF-8", "v1"},
		"v1&seed=xyz":                                      {"hexadecimal", "v1"},
		"v1&clock=noon":                                    {"2026-01-31", "v1"},
		"v1&wire=server+0+melt":                            {"set, flip", "v1"},
		"v1&wire=server+00+drop":                           {"write it as server 0 drop", "v1"},
		"v1&server.identity=MII":                           {"paste a certificate chain", "v1"},
		"v1&suite=TLS_RSA_WITH_AES_128_CBC_SHA":            {"it is for version", "v1"},
		"v1&version=1.0&certificate=ed25519":               {"before version 1.2", "v1&version=1.0"},
		"v1&version=1.2&group=X25519MLKEM768":              {"hybrid groups need version 1.3", "v1&version=1.2"},
		"v1&client.min_version=1.3&client.max_version=1.2": {"at most the max_version", "v1&client.max_version=1.2"},
	} {
		s, err := ParseFragment(link)
		if err == nil || !strings.Contains(err.Error(), want[0]) {
			t.Errorf("%s: %v, want %q", link, err, want[0])
		}
		if got := s.Fragment(true); got != want[1] || s.Check() != nil {
			t.Errorf("%s is taken for %s, want %s", link, got, want[1])
		}
	}
}

// Whatever the link, the scenario is valid, and its own link leads to it.
func FuzzFragment(f *testing.F) {
	f.Add("v1&version=1.2&client.alpn=h2,http/1.1&request=GET+%2F%0d")
	f.Add("v1&wire=server+3+flip+40+01,client+0+insert+00&server.client_auth=request&clock=2026-01-31T12:00:00Z")
	f.Add("v1&suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256&version=1.2&certificate=rsa-2048&fault=sha1")
	f.Fuzz(func(t *testing.T, link string) {
		s, _ := ParseFragment(link)
		if err := s.Check(); err != nil {
			t.Fatalf("%q: %v", link, err)
		}
		own := s.Fragment(true)
		again, err := ParseFragment(own)
		if err != nil || !again.Equal(s) || again.Fragment(true) != own {
			t.Errorf("%q: %s leads to %s, %v", link, own, again.Fragment(true), err)
		}
	})
}
