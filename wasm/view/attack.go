package view

import (
	"fmt"
	"strconv"
	"strings"

	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// held is the packet that the visitor can lay hands on: the next to be delivered,
// while the run stands still before it.
func held(t *trace.Trace, s State) (trace.InFlight, bool) {
	if !s.Live || s.Leg != 0 || s.At < len(t.Events) || len(t.InFlight) == 0 {
		return trace.InFlight{}, false
	}
	p := t.InFlight[0]
	return p, !p.Held && p.Number >= 0
}

// attackPanel is the attacker's hands: the bytes of the packet on its way, and
// what can be done to it.
func attackPanel(t *trace.Trace, s State) html.Node {
	p, ok := held(t, s)
	if !ok {
		return html.El("p", html.Class("empty"), html.Text("Nothing is on its way that could be changed. Step until a record is."))
	}
	what := p.Type
	if p.Kind == trace.KindClose {
		what = "end of stream"
	}
	rule := func(do string, at int, bytes ...byte) string {
		return scenario.Rule{From: string(p.From), Number: p.Number, Do: do, At: at, Bytes: bytes}.String()
	}
	deed := func(id, name, title, rule string) html.Node {
		return html.El("button", html.Attr("type", "button"), html.Attr("id", "attack-"+id), act(ActAttack, rule), html.Attr("title", title), html.Text(name))
	}
	at := min(max(s.Byte, 0), max(len(p.Data)-1, 0))
	return html.Group(
		html.El("header", html.Class("inspected"),
			html.El("h2", html.Text("On its way: "+what)),
			html.El("p", html.Text(fmt.Sprintf("%s to %s, %d bytes. You are the attacker on the wire.", p.From, p.From.Peer(), p.Length))),
			html.El("button", html.Attr("type", "button"), html.Class("close"), act(ActClose, ""), html.Attr("aria-label", "Close"), icon("cross"))),
		planned(s, p),
		html.El("div", html.Class("deeds"), html.Attr("role", "group"), html.Attr("aria-label", "What to do to it"),
			html.If(len(p.Data) > 0, html.Group(
				deed("flip", fmt.Sprintf("Flip a bit of byte %d", at), "The lowest bit of the chosen byte", rule("flip", at, 1)),
				deed("truncate", fmt.Sprintf("Cut it off at byte %d", at), "Only what stands before the chosen byte arrives", rule("truncate", at)),
				deed("repeat", "Deliver it twice", "It arrives, and then once more", rule("repeat", 0)),
				deed("hold", "Hold it back", "It arrives after the next from the same side", rule("hold", 1)))),
			deed("drop", "Drop it", "It never arrives", rule("drop", 0)),
			deed("cut", "Cut the connection", "It and all that follows is lost, and both ends see the stream end", rule("cut", 0))),
		html.If(len(p.Data) > 0, html.El("label", html.Class("choice"), html.Text(fmt.Sprintf("Set byte %d to", at)),
			html.El("input", html.Attr("id", "attack-set"), html.Attr("type", "text"), html.Attr("size", "8"), html.Attr("spellcheck", "false"),
				html.Attr("placeholder", "hex"), act(ActAttack, strings.TrimRight(rule("set", at), " ")), html.Data("join", " ")))),
		html.If(len(p.Data) > 0, html.El("p", html.Class("hint"), html.Text("Choose a byte:"))),
		rawBytes(p.Data, at))
}

// planned is what is going to be done to p.
func planned(s State, p trace.InFlight) html.Node {
	var rules []html.Node
	for i, text := range s.Scenario.Wire {
		if strings.HasPrefix(text, fmt.Sprintf("%s %d ", p.From, p.Number)) {
			rules = append(rules, html.El("li", html.El("code", html.Text(text)), html.Text(" "),
				html.El("button", html.Attr("type", "button"), html.Class("link"), act(ActSpare, strconv.Itoa(i)), html.Text("don't"))))
		}
	}
	return html.If(len(rules) > 0, html.Group(
		html.El("ul", html.Class("planned"), html.Group(rules...)),
		html.El("p", html.El("button", html.Attr("type", "button"), html.Attr("id", "attack-deliver"), html.Class("primary"), act(ActStep, ""), html.Text("Deliver it so")))))
}

// rawBytes is bytes to choose one of.
func rawBytes(data []byte, chosen int) html.Node {
	const width, most = 16, 4096
	shown := data[:min(len(data), most)]
	var rows []html.Node
	for from := 0; from < len(shown); from += width {
		row := []html.Node{html.El("span", html.Class("offset"), html.Text(fmt.Sprintf("%04x", from)))}
		for i := from; i < min(from+width, len(shown)); i++ {
			row = append(row, html.El("button", html.Attr("type", "button"), html.Class("byte"), act(ActByte, strconv.Itoa(i)),
				html.Attr("aria-pressed", strconv.FormatBool(i == chosen)), html.Attr("aria-label", fmt.Sprintf("byte %d, %02x", i, shown[i])), html.Text(fmt.Sprintf("%02x", shown[i]))))
		}
		rows = append(rows, html.El("div", html.Class("byte-row"), html.Group(row...)))
	}
	return html.Group(
		html.El("div", html.Class("hex raw"), html.Attr("id", "raw"), html.Group(rows...)),
		html.If(len(data) > most, html.El("p", html.Class("hint"), html.Text(fmt.Sprintf("The first %d of %d bytes. Rules in the scenario reach all.", most, len(data))))))
}

// attacked says what the attacker did to an event that has crossed.
func attacked(e *trace.Event) html.Node {
	if len(e.Attack) == 0 && !e.Lost {
		return html.Node{}
	}
	text := "The attacker's doing: " + strings.Join(e.Attack, ", ") + "."
	switch {
	case e.Lost:
		text += " It never arrived."
	case e.Number < 0:
		text += " Nobody sent this."
	}
	var changes []html.Node
	if e.Original != nil && e.Wire != nil {
		n := 0
		for i := range min(len(e.Original.Data), len(e.Wire.Data)) {
			if a, b := e.Original.Data[i], e.Wire.Data[i]; a != b {
				if n++; n <= 16 {
					changes = append(changes, html.El("li", html.Text(fmt.Sprintf("byte %d: %02x became %02x", i, a, b))))
				}
			}
		}
		if n > 16 {
			changes = append(changes, html.El("li", html.Text(fmt.Sprintf("and %d more", n-16))))
		}
		if a, b := len(e.Original.Data), len(e.Wire.Data); a != b {
			changes = append(changes, html.El("li", html.Text(fmt.Sprintf("%d bytes were sent, %d arrived", a, b))))
		}
	}
	return html.El("div", html.Class("attacked"), html.El("p", icon("cross"), html.Text(" "+text)), html.If(len(changes) > 0, html.El("ul", html.Group(changes...))))
}
