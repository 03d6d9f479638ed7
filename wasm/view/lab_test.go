package view

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tlsplay/sim"
	"tlsplay/sim/explain/embedded"
	"tlsplay/sim/presets"
	offers "tlsplay/sim/presets/embedded"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// played is a preset's run to its end, and the page's state after it.
func played(t *testing.T, all []presets.Preset, p presets.Preset) (*trace.Trace, State) {
	t.Helper()
	sc := p.Scenario
	sc.Seed, sc.Clock = "2a", "2026-05-06T07:08:09Z"
	tr, err := sim.Run(context.Background(), sc, nil)
	if err != nil {
		t.Fatal(err)
	}
	return tr, State{View: ViewHandshake, Texts: Texts{embedded.Texts()}, Scenario: p.Scenario, Presets: all, At: len(tr.Events), Event: -1, Open: map[string]bool{}}
}

// What caught it, at which end, and what did not, for attacks of which the RFCs say
// so, and crypto/tls's errors.
func TestLabs(t *testing.T) {
	all, err := presets.Parse(offers.Text)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]struct{ caught, passed string }{
		"flip-client-hello":           {"client transcript, server transcript", "agreement"}, // RFC 8446, Section 7.1
		"flip-client-hello12":         {"client signature", "agreement certificate"},         // RFC 5246, Section 7.4.3
		"flip-server-hello":           {"client transcript, server transcript", "agreement"},
		"flip-certificate":            {"client certificate", "agreement"},
		"flip-certificate-unverified": {"server transcript", "agreement"},
		"flip-encrypted":              {"client record_tag", "agreement"},
		"flip-finished12":             {"server record_tag", "agreement"},
		"flip-data":                   {"server record_tag", "agreement finished"},
		"flip-cbc":                    {"server record_tag", "agreement finished"},
		"drop-data":                   {"client record_tag", "agreement certificate signature finished"},
		"swap-data":                   {"client record_tag", "agreement certificate signature finished"},
		"replay-data":                 {"server record_tag", "agreement finished"},
		"insert-data":                 {"server record_tag", "agreement finished"},
		"held":                        {"client record_tag", "agreement"},
		"replay-session":              {"server transcript", "agreement"},
		"replay-session12":            {"server transcript", "agreement"},
		"truncate":                    {"client length", "agreement certificate signature finished record_tag"},
		"cut-in-record":               {"client length", "agreement certificate signature finished record_tag"},
		"downgrade":                   {"client downgrade", "agreement"}, // RFC 8446, Section 4.1.3
		"downgrade11":                 {"client downgrade", "agreement"},
		"strip-suites":                {"server transcript", "agreement"}, // RFC 7627, Section 4
		"middle-untrusted":            {"client certificate", "agreement"},
		"middle-mutual":               {"server client_certificate", "agreement"},
		"key-mismatch":                {"client signature", "agreement certificate"},
		"client-key":                  {"server signature", "agreement client_certificate"},
		"fake-alert":                  {"", ""},
		"plain-set":                   {"", ""},
		"plain-replay":                {"", ""},
		"strip":                       {"", ""},
		"middle-trusted":              {"", "agreement certificate signature finished record_tag"},
		"middle-unverified":           {"", "agreement signature finished record_tag"},
	}
	seen := 0
	for _, p := range all {
		tr, s := played(t, all, p)
		var caught []string
		side, event, but := trace.Client, -1, trace.FieldID("")
		for i, c := range catches(tr) {
			if i == 0 {
				side, event, but = c.side, c.event, c.id
			}
			caught = append(caught, string(c.side)+" "+c.id.Name())
		}
		var not []string
		for _, b := range passedAt(tr, side, event, but) {
			not = append(not, b.id.Name())
		}
		if w, ok := want[p.Name]; ok {
			seen++
			if got := strings.Join(caught, ", "); got != w.caught {
				t.Errorf("%s: caught by %q, want %q", p.Name, got, w.caught)
			}
			for _, name := range strings.Fields(w.passed) {
				if !slices.Contains(not, name) {
					t.Errorf("%s: passed %q, without %s", p.Name, not, name)
				}
			}
		}
		markup := lab(tr, s).String()
		wellFormed(t, markup)
		if p.Client+p.Server == "" && !strings.HasPrefix(p.Group, "Labs") {
			if markup != "" {
				t.Errorf("%s: nothing goes wrong, and the page tells of an attack", p.Name)
			}
			continue
		}
		parts := strings.Split(markup, "<h3>")
		if len(parts) != 6 {
			t.Errorf("%s: %d parts, want 5", p.Name, len(parts)-1)
		}
		for _, part := range parts[1:] {
			title, text, _ := strings.Cut(part, "</h3>")
			if len(strings.Fields(tags.ReplaceAllString(text, " "))) < 4 {
				t.Errorf("%s: nothing under %q", p.Name, title)
			}
		}
		s.At = 0
		if text := lab(tr, s).String(); len(p.Scenario.Wire) > 0 && (!strings.Contains(text, "What is tried") || strings.Contains(text, "What catches it")) {
			t.Errorf("%s: before anything has crossed: %s", p.Name, text)
		}
	}
	if seen != len(want) {
		t.Errorf("%d of %d labs are among the presets", seen, len(want))
	}
}

// What is no preset tells of the knobs that were turned.
func TestLabWithoutPreset(t *testing.T) {
	for link, want := range map[string][]string{
		"v1&version=1.2&fault=expired":                          {"What went wrong", "fault: certificate expired", "The certificate"},
		"v1&version=1.2&wire=client+0+flip+12+01,server+3+drop": {"Your attack", "in random", "Nothing arrives of the server"},
	} {
		sc, err := scenario.ParseFragment(link)
		if err != nil {
			t.Fatal(err)
		}
		tr, s := played(t, nil, presets.Preset{Scenario: sc})
		text := strings.Join(strings.Fields(tags.ReplaceAllString(lab(tr, s).String(), " ")), " ")
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: without %q: %s", link, w, text)
			}
		}
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)
