package presets

import (
	"slices"
	"strings"
	"testing"

	"tlsplay/sim/presets/embedded"
	"tlsplay/sim/scenario"
)

func TestParse(t *testing.T) {
	all, err := Parse("= G\n# a A title\nrun v1&version=1.2\nlook Look.\nclient x…y\nalert client a\nalert server b\nalso p q\n\n# b Another\nrun v1\n")
	if err != nil || len(all) != 2 {
		t.Fatalf("%d presets, %v", len(all), err)
	}
	a := all[0]
	if a.Group != "G" || a.Name != "a" || a.Title != "A title" || a.Scenario.Version != "1.2" || a.Client != "x…y" || len(a.Alerts) != 2 || len(a.Also) != 2 {
		t.Errorf("%+v", a)
	}
	for text, want := range map[string]string{
		"# a A":                 "give it a group",
		"= G\n# a":              "a title",
		"= G\n# a A\n# a B":     "of its own",
		"run v1":                "before the first",
		"= G\n# a A\nrun v2":    "line 3: scenario: ",
		"= G\n# a A\nlok Look.": "unknown key",
	} {
		if _, err := Parse(text); err == nil || !strings.HasPrefix(err.Error(), "presets: line ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		declared, text string
		want           bool
	}{
		{"", "", true},
		{"", "x", false},
		{"a", "a", true},
		{"a", "ab", false},
		{"a…", "ab", true},
		{"a…c", "abc", true},
		{"a…c", "abcd", false},
		{"ab…bc", "abc", false}, // no letter stands for two
		{"a…b…c", "a1b2c", true},
		{"a…b…c", "a1c2b", false},
	} {
		if got := Matches(c.declared, c.text); got != c.want {
			t.Errorf("%q, %q: %v", c.declared, c.text, got)
		}
	}
}

// Each preset is a run of its own, and what is the same without the check is one of
// them.
func TestDistinct(t *testing.T) {
	all, err := Parse(embedded.Text)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	runs := map[string]string{}
	for _, p := range all {
		if runs[p.Run] != "" {
			t.Errorf("%s and %s are the same run", runs[p.Run], p.Name)
		}
		runs[p.Run] = p.Name
		if p.Without == "" {
			continue
		}
		n++
		i := slices.IndexFunc(all, func(o Preset) bool { return o.Name == p.Without })
		if i < 0 {
			t.Errorf("%s: there is no preset %s", p.Name, p.Without)
			continue
		}
		if o := all[i]; o.Run == p.Run || o.Client == p.Client && o.Server == p.Server {
			t.Errorf("%s: without the check it is the same as %s", p.Name, o.Name)
		}
	}
	if n == 0 {
		t.Error("no preset has another without its check")
	}
}

// Every way in which two well-meaning ends fail to agree is there, with the cause,
// what helps, and what other programs print for it.
func TestCatalogue(t *testing.T) {
	all, err := Parse(embedded.Text)
	if err != nil {
		t.Fatal(err)
	}
	failures := map[string]Preset{}
	for _, p := range all {
		if strings.HasPrefix(p.Group, "Failures") {
			failures[p.Name] = p
		}
	}
	for _, name := range append(slices.Clone(scenario.CertificateFaults), strings.Fields(
		"no-version no-suite no-group no-alpn no-signature client-none client-unknown client-expired client-usage client-key "+
			"unknown-name no-name http-to-tls tls-to-http oversized oversized-message")...) {
		p, ok := failures[name]
		if !ok {
			t.Errorf("no failure is called %s", name)
			continue
		}
		if p.Look == "" || p.Fix == "" || len(p.Prints) == 0 {
			t.Errorf("%s: cause %q, fix %q, and printed elsewhere %q", name, p.Look, p.Fix, p.Prints)
		}
		if name == scenario.RSA1024 { // crypto/tls accepts it
			continue
		}
		if p.Client == "" || p.Server == "" || len(p.Alerts) == 0 && p.Scenario.Client.Plain == p.Scenario.Server.Plain {
			t.Errorf("%s: client %q, server %q, alerts %q", name, p.Client, p.Server, p.Alerts)
		}
	}
}

// A developer pastes an error and gets the runs that yield it, the likeliest first.
func TestFind(t *testing.T) {
	all, err := Parse(embedded.Text)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text, first string
		match       Match
		most        int // presets found
	}{
		{"remote error: tls: handshake failure", "no-suite", Whole, 12},
		{"2026/11/24 12:00:00 http: TLS handshake error from 10.0.0.1:443: remote error: tls: bad certificate", "expired", Whole, 30},
		{`Get "https://a.test/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2024-01-01T00:00:00Z is after 2023-12-31T00:00:00Z`, "expired", Whole, 12},
		{`Get "https://a.test/": tls: failed to verify certificate: x509: certificate is valid for a.invalid, b.invalid, not www.test.invalid`, "wrong-host", Whole, 12},
		{"certificate signed by unknown authority", "self-signed", Part, 12},
		{"curl: (60) SSL certificate problem: unable to get local issuer certificate", "unknown-root", Whole, 12},
		{"curl: (60) SSL: no alternative certificate subject name matches target host name 'a.b.c'", "wrong-host", Whole, 12},
		{"error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:350:", "tls-to-http", Whole, 12},
		{"  no application protocol \n", "no-alpn", Part, 12},
		{"net::ERR_CERT_DATE_INVALID", "expired", Whole, 2},
		{"SEC_ERROR_EXPIRED_CERTIFICATE", "expired", Whole, 1},
		{"Error code: SSL_ERROR_RX_RECORD_TOO_LONG", "tls-to-http", Whole, 2},
		{"[1124/1200.5:ERROR:ssl_client_socket.cc(970)] handshake failed; net_error ERR_SSL_VERSION_OR_CIPHER_MISMATCH", "no-version", Whole, 12},
		{"CONNECTED(00000003)\ndepth=0 CN = a.test\nverify error:num=10:certificate has expired\nnotAfter=Nov 1\n", "expired", Whole, 12},
		{"tls: server selected unsupported group and a handshake message of length 70000 bytes exceeds maximum of 65536 bytes", "oversized-message", Whole, 12},
	} {
		found := Find(all, c.text)
		if len(found) == 0 || found[0].Name != c.first || found[0].Match != c.match || len(found) > c.most {
			t.Errorf("%q: %d found, %s, want %s first, by match %d", c.text, len(found), names(found), c.first, c.match)
		}
		for i := range found {
			if i > 0 && found[i].Match < found[i-1].Match {
				t.Errorf("%q: %s comes behind %s", c.text, found[i].Name, found[i-1].Name)
			}
		}
	}
	for _, text := range []string{"", " ", "no such error", "connection refused", strings.Repeat("word ", 100_000), strings.Repeat("tls error\n", 100_000) + "\xff\x00"} {
		if found := Find(all, text); len(found) != 0 && len(text) < 1000 {
			t.Errorf("%q: %s", text, names(found))
		}
	}
}

func names(found []Found) (all []string) {
	for _, f := range found {
		all = append(all, f.Name)
	}
	return all
}
