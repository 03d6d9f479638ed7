// Package presets is runs worth looking at: each a scenario with a name, a
// group, a sentence on what to look at, and the outcome that it is known to
// have, which a test holds it to.
//
// The presets are data (embedded/presets.txt):
//
//	= group
//	# name Title
//	run   the scenario, as scenario.ParseFragment reads it
//	look  one sentence
//	fix   what to do about it, for what goes wrong
//	without  the name of the preset that is the same without what caught it
//	openssl, curl, chromium, firefox
//	      what these print in the client's place: a part of it that names the cause.
//	      All of it was seen (sim/tools_test.go), with OpenSSL 3.0, curl 7.88,
//	      Chromium 156 and Firefox 153
//	client  the client's error; an ellipsis stands for what differs from run to run
//	server  the server's
//	alert   the side that sends a fatal alert, and its name
//	agreed  version, cipher suite and group, if the client's handshake is complete;
//	        without AES instructions Go prefers ChaCha20 in TLS 1.2
//	also    more of trace.Endpoint that is true of both ends: resumed, early_data, ech_accepted,
//	        hello_retry_request, alpn=…, verified (the client's certificate)
//
// An end that has no error closes in good order. What is not declared is not
// so.
package presets

import (
	"fmt"
	"slices"
	"strings"

	"tlsplay/sim/scenario"
)

// Preset is one run.
type Preset struct {
	Group, Name, Title string
	Scenario           scenario.Scenario
	Run                string // the scenario as a URL fragment
	Look, Fix          string
	Without            string            // the name of the preset that is the same without the check
	Prints             map[string]string // what openssl, curl, chromium and firefox print in the client's place, with the same server
	Outcome
}

// Outcome is how a run ends. Errors and Agreed can hold ellipses, for Matches.
type Outcome struct {
	Client, Server string   // the errors of both ends
	Alerts         []string // "client bad_certificate"
	Agreed         string   // "TLS 1.3, TLS_AES_128_GCM_SHA256, X25519MLKEM768"
	Also           []string
}

// Parse reads presets in the format that the package documentation describes.
// It is strict; an error names the line.
func Parse(text string) ([]Preset, error) {
	var all []Preset
	group, n := "", 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		key, value, _ := strings.Cut(line, " ")
		if err := read(&all, &group, key, value); err != nil {
			return nil, fmt.Errorf("presets: line %d: %w", n, err)
		}
	}
	return all, nil
}

func read(all *[]Preset, group *string, key, value string) error {
	switch key {
	case "=":
		*group = value
		return nil
	case "#":
		name, title, _ := strings.Cut(value, " ")
		if *group == "" || title == "" || slices.ContainsFunc(*all, func(p Preset) bool { return p.Name == name }) {
			return fmt.Errorf("preset %q: give it a group, a title and a name of its own", name)
		}
		*all = append(*all, Preset{Group: *group, Name: name, Title: title, Scenario: scenario.Default()})
		return nil
	}
	if len(*all) == 0 {
		return fmt.Errorf("%q stands before the first preset", key)
	}
	p := &(*all)[len(*all)-1]
	switch key {
	case "run":
		sc, err := scenario.ParseFragment(value)
		if err != nil {
			return err
		}
		p.Scenario, p.Run = sc, value
	case "look":
		p.Look = value
	case "fix":
		p.Fix = value
	case "without":
		p.Without = value
	case "openssl", "curl", "chromium", "firefox":
		if p.Prints == nil {
			p.Prints = map[string]string{}
		}
		p.Prints[key] = value
	case "client":
		p.Client = value
	case "server":
		p.Server = value
	case "alert":
		p.Alerts = append(p.Alerts, value)
	case "agreed":
		p.Agreed = value
	case "also":
		p.Also = strings.Fields(value)
	default:
		return fmt.Errorf("unknown key %q", key)
	}
	return nil
}

// Matches reports whether text is the declared one, whose ellipses stand for
// anything.
func Matches(declared, text string) bool {
	parts := strings.Split(declared, "…")
	first, last := parts[0], parts[len(parts)-1]
	if len(parts) == 1 {
		return text == declared
	}
	if !strings.HasPrefix(text, first) || !strings.HasSuffix(text[len(first):], last) {
		return false
	}
	return contains(text[len(first):len(text)-len(last)], parts[1:len(parts)-1])
}

// contains reports whether text has all the parts, in order.
func contains(text string, parts []string) bool {
	for _, part := range parts {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return true
}
