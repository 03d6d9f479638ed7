package view

import (
	"strings"

	"tlsplay/sim/scenario"
	"tlsplay/wasm/html"
)

// workshop is the ways in which certificates can be made and spoiled, each a real
// run.
func workshop(s *State) html.Node {
	var spoil []html.Node
	for _, fault := range append([]string{""}, scenario.CertificateFaults...) {
		name := faultNames[fault]
		if fault == "" {
			name = "nothing"
		}
		spoil = append(spoil, press("spoil-"+fault, ActKnob, "fault="+fault, pressed(s.Scenario.Fault == fault), html.Text(strings.TrimPrefix(name, "certificate "))))
	}
	knob := func(name, label, none string, options []string, names map[string]string) html.Node {
		value := s.Scenario.Get(name)
		var all []option
		if none != "" {
			all = append(all, option{"", none})
		}
		return choice("workshop-"+name, ActKnob, name, label, value, append(all, named(options, names)...))
	}
	var refused html.Node
	if r := s.Refused; r.Why != "" {
		refused = warned(strings.TrimPrefix(r.Why, "scenario: "))
	}
	return html.Group(
		words("h2", "", "Make it otherwise"),
		words("p", "lead", "Each choice makes new certificates, with keys of their own, and a new handshake between the real ends. How they judge it stands above."),
		words("h3", "", "What is wrong with the server’s certificate"),
		box("div", "spoil", html.Attr("role", "group"), html.Attr("aria-label", "What is wrong with the server’s certificate"), html.Group(spoil...)),
		box("div", "making",
			knob("certificate", "Its key", "", scenario.Certificates, certificateNames),
			knob("server.staple", "Stapled OCSP response", "none", scenario.Staples, nil),
			knob("server.client_auth", "The server asks for the client’s", "no", scenario.ClientAuths, authNames),
			knob("client.certificate", "The client has", "none", scenario.Certificates, certificateNames),
			knob("client.fault", "What is wrong with it", "nothing", scenario.ClientFaults, faultNames)),
		refused,
		html.El("p", html.Class("hint"), html.Text("A chain and key of your own can take its place: paste them as the server’s or client’s identity under "),
			html.El("a", html.Attr("href", Place{View: ViewScenarios}.String()), html.Text("Scenarios")), html.Text(", among all knobs.")))
}

var authNames = map[string]string{
	"request":            "yes, any or none will do",
	"require-any":        "yes, any will do",
	"verify-if-given":    "yes, and verifies it if there is one",
	"require-and-verify": "yes, and demands a valid one",
}
