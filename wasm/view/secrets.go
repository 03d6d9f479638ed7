package view

import (
	"fmt"
	"strings"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// secrets is the session keys: what was checked, how they were derived, and what
// the endpoints logged.
func secrets(t *trace.Trace, s State) html.Node {
	if len(t.Secrets) == 0 {
		return html.El("p", html.Class("empty"), html.Text("No keys yet: they exist once both halves of the key exchange have crossed."))
	}
	return html.Group(checks(t, s), schedule(t, s),
		html.El("h3", html.Text("What the endpoints logged, and the record keys made of it")),
		logged(t, s))
}

// logged is the secrets that stand in the key log.
func logged(t *trace.Trace, s State) html.Node {
	return html.El("div", html.Class("cards"), html.Map(t.Secrets, func(_ int, x trace.Secret) html.Node {
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
			html.El("h3", html.El("code", html.Text(x.Label)), html.El("span", html.Class("chip"), html.Text(string(x.Epoch)+" key"))),
			html.If(text.Short != "", html.El("p", html.Text(text.Short))),
			html.El("p", html.Text(fmt.Sprintf("%s, protects %d of the records", whose, n))),
			html.El("dl",
				html.El("dt", html.Text("secret")), html.El("dd", html.El("code", html.Text(x.Secret.String()))),
				html.Map(x.Keys, func(_ int, k trace.Key) html.Node {
					return html.Group(html.El("dt", html.Text(k.Name)),
						html.El("dd", html.El("code", html.Text(k.Value.String())), html.El("small", html.Text(k.How))))
				})))
	}))
}
