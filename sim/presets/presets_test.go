package presets

import (
	"slices"
	"strings"
	"testing"

	"tlsplay/sim/presets/embedded"
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

// A developer pastes an error and gets the runs that yield it.
func TestFind(t *testing.T) {
	all, err := Parse(embedded.Text)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"remote error: tls: handshake failure": "no-suite",
		`Get "https://a.example/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2024-01-01T00:00:00Z is after 2023-12-31T00:00:00Z`: "expired",
		"curl: (60) SSL certificate problem: unable to get local issuer certificate":                                                                                                      "missing-intermediate",
		"error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:350:":                                                                               "tls-to-http",
		"  no application protocol \n": "no-alpn",
	} {
		found := Find(all, text)
		if !slices.ContainsFunc(found, func(f Found) bool { return f.Name == want }) || len(found) > 12 {
			t.Errorf("%q: %d found, %s among them?", text, len(found), want)
		}
	}
	for _, text := range []string{"", " ", "no such error"} {
		if found := Find(all, text); len(found) != 0 {
			t.Errorf("%q: %d found", text, len(found))
		}
	}
}
