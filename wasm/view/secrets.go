package view

import (
	"fmt"
	"strconv"
	"strings"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// secrets is how the session keys were derived, beside the chosen one in full
// or, while none is chosen, what was checked and what the endpoints logged.
func secrets(t *trace.Trace, s State) html.Node {
	if len(t.Derivations) == 0 && len(t.Secrets) == 0 {
		return words("p", "empty", "No keys yet: they exist once both halves of the key exchange have crossed. Step on, or run to the end.")
	}
	d := derivationOf(t, s.Derivation)
	beside := checks(t, s)
	if d != nil {
		beside = derived(t, d, s)
	}
	return box("div", "bench",
		box("div", "main-side",
			html.If(len(t.Derivations) > 0, keySchedule(t, s)),
			words("h2", "", "What the endpoints logged"),
			words("p", "lead", "The key log, as browsers and curl write it for Wireshark (SSLKEYLOGFILE)."),
			logged(t, s),
			exported(t, s)),
		box("section", "beside", html.Attr("aria-label", "The chosen value"), html.Data("open", strconv.FormatBool(d != nil)),
			beside))
}

// exported is the keying material that both ends have derived for a protocol above.
func exported(t *trace.Trace, s State) html.Node {
	var both []html.Node
	for _, e := range shownEndpoints(t, s) {
		if len(e.Exported) > 0 {
			both = append(both, html.El("p", html.Text("The "+string(e.Side)+" has "), bytesOf(e.Exported)))
		}
	}
	return html.If(both != nil, html.Group(
		words("h2", "", "Exported"),
		words("p", "lead", "Keying material for a protocol above, under the label "+printable(s.Scenario.Exporter, 60)+": the same at both ends, and never sent. RFC 8446, Section 7.5."),
		html.Group(both...)))
}

// checks lists what was verified on the bytes of this run, up to the event that
// is shown last.
func checks(t *trace.Trace, s State) html.Node {
	var list []html.Node
	for _, c := range t.Checks {
		if c.Event < s.At {
			list = append(list, check(c, true, s))
		}
	}
	return html.Group(
		words("h2", "", "Checked just now, on these bytes"),
		html.If(len(list) == 0, words("p", "empty", "Nothing yet.")),
		box("ul", "checks", html.Group(list...)),
		html.If(len(t.Derivations) > 0, words("p", "hint", "Choose any value to see what it was made of and how to compute it yourself.")))
}

// check is one of them, with the way to its record.
func check(c trace.Check, link bool, s State) html.Node {
	mark, class := "check", "yes"
	if !c.OK {
		mark, class = "cross", "failed"
	}
	return box("li", class, icon(mark),
		html.El("span", html.Text(c.Name), html.If(!c.OK, words("b", "", ": failed")), html.If(c.Detail != "", words("small", "", c.Detail))),
		html.If(link, html.El("a", html.Attr("href", s.to(Place{View: ViewHandshake, Record: c.Event + 1})), html.Text("record "+strconv.Itoa(c.Event+1)))))
}

// logged is the secrets that stand in the key log.
func logged(t *trace.Trace, s State) html.Node {
	return box("div", "cards", html.Map(t.Secrets, func(_ int, x trace.Secret) html.Node {
		n := 0
		for _, e := range t.Events {
			if e.Protection != nil && e.Protection.Secret == x.Label && e.Protection.Update == x.Update {
				n++
			}
		}
		whose := "both ends"
		if x.From != "" {
			whose = string(x.From) + " to " + string(x.From.Peer())
		}
		label := x.Label
		if x.Update > 0 { // the key log knows the first of a row
			label = strings.TrimRight(label, "0123456789") + "0"
		}
		text, _ := s.Texts.lookup(trace.FieldID("keylog." + label))
		return html.El("article", html.Class("card", "epoch-"+string(x.Epoch)),
			html.El("h3", html.El("code", breakable(x.Label)), words("span", "chip", keyName(x.Epoch))),
			html.If(text.Short != "", words("p", "", text.Short)),
			words("p", "", fmt.Sprintf("%s, protects %d of the records", whose, n)),
			html.El("p", words("code", "", x.Secret.String())))
	}))
}
