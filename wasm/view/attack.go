package view

import (
	"fmt"
	"slices"
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
		return words("p", "empty", "Nothing is on its way that could be changed. Step until a record is.")
	}
	what := strings.ReplaceAll(p.Type, "_", " ")
	switch {
	case p.Kind == trace.KindClose:
		what = "end of stream"
	case p.Type == "application_data": // so says the outside of all that is encrypted
		what = "encrypted record"
	}
	rule := func(do string, at int, bytes ...byte) string {
		return scenario.Rule{From: string(p.From), Number: p.Number, Do: do, At: at, Bytes: bytes}.String()
	}
	// A button that is pressed takes its deed back.
	hand := func(id, name, title, rule string) html.Node {
		i := slices.Index(s.Scenario.Wire, rule)
		what := act(ActAttack, rule)
		if i >= 0 {
			what = act(ActSpare, strconv.Itoa(i))
		}
		return html.El("button", html.Attr("type", "button"), html.Attr("id", "attack-"+id), what, html.Attr("title", title),
			html.Attr("aria-pressed", strconv.FormatBool(i >= 0)), html.Text(name))
	}
	typed := func(id, label, do string) html.Node {
		return box("label", "choice", html.Text(label),
			html.El("input", html.Attr("id", "attack-"+id), html.Attr("type", "text"), html.Attr("size", "12"), html.Attr("spellcheck", "false"), html.Attr("autocomplete", "off"),
				html.Attr("placeholder", "hex: 00ff"), act(ActAttack, do), html.Data("join", " ")))
	}
	at := min(max(s.Byte, 0), max(len(p.Data)-1, 0))
	return html.Group(
		box("header", "inspected",
			words("h2", "", "On its way: "+what),
			words("p", "", fmt.Sprintf("%s to %s, %d bytes", p.From, p.From.Peer(), p.Length)),
			html.El("button", html.Attr("type", "button"), html.Class("close"), act(ActClose, ""), html.Attr("aria-label", "Close"), icon("cross"))),
		words("p", "lead", "You are the attacker on the wire, and have no key. What you press is done when the record is delivered; press it again, and it is not."),
		html.If(len(p.Data) > 0, html.Group(
			words("h3", "", fmt.Sprintf("Byte %d", at)),
			box("div", "deeds", html.Attr("role", "group"), html.Attr("aria-label", "What to do to the chosen byte"),
				hand("flip", "Flip its lowest bit", "One bit of it arrives otherwise", rule("flip", at, 1)),
				hand("truncate", "Cut the record off here", "Only what stands before the chosen byte arrives", rule("truncate", at)),
				typed("set", "Overwrite from here with", strings.TrimRight(rule("set", at), " "))),
			rawBytes(altered(s, p), p.Data, at))),
		words("h3", "", "The whole "+unitOf(p)),
		box("div", "deeds", html.Attr("role", "group"), html.Attr("aria-label", "What to do to all of it"),
			hand("drop", "Drop it", "It never arrives", rule("drop", 0)),
			html.If(len(p.Data) > 0, html.Group(
				hand("repeat", "Deliver it twice", "It arrives, and then once more", rule("repeat", 0)),
				hand("swap", "Swap it with the next", "It arrives after the next from the same side", rule("hold", 1)),
				hand("hold", "Hold it back", "It arrives when nothing else moves", rule("hold", holdForLong)))),
			hand("cut", "Cut the connection", "It and all that follows is lost, and both ends see the stream end", rule("cut", 0)),
			typed("insert", "Put bytes before it", strings.TrimRight(rule("insert", 0), " "))),
		planned(t, s, p))
}

// holdForLong is more records than there are.
const holdForLong = 10_000

func unitOf(p trace.InFlight) string {
	switch p.Kind {
	case trace.KindPacket:
		return "packet"
	case trace.KindClose:
		return "end"
	}
	return "record"
}

// rulesFor is the rules for p, by their place in the scenario.
func rulesFor(s State, p trace.InFlight) map[int]scenario.Rule {
	rules := map[int]scenario.Rule{}
	for i, text := range s.Scenario.Wire {
		if r, err := scenario.ParseRule(text); err == nil && r.From == string(p.From) && r.Number == p.Number {
			rules[i] = r
		}
	}
	return rules
}

// altered is p's bytes as they will arrive, but for their number.
func altered(s State, p trace.InFlight) []byte {
	data := slices.Clone([]byte(p.Data))
	rules := rulesFor(s, p)
	for i := range s.Scenario.Wire {
		r := rules[i]
		for j, b := range r.Bytes {
			if at := r.At + j; at < len(data) && r.Do == "flip" {
				data[at] ^= b
			} else if at < len(data) && r.Do == "set" {
				data[at] = b
			}
		}
	}
	return data
}

// planned is what is going to be done to p.
func planned(t *trace.Trace, s State, p trace.InFlight) html.Node {
	var items []html.Node
	rules := rulesFor(s, p)
	for i := range s.Scenario.Wire {
		if r, ok := rules[i]; ok {
			items = append(items, html.El("li", html.Text(deed(r, t)+" "),
				html.El("button", html.Attr("type", "button"), html.Class("link"), act(ActSpare, strconv.Itoa(i)), html.Text("take it back"))))
		}
	}
	name := "Deliver it unchanged"
	if len(items) > 0 {
		name = "Deliver it so"
	}
	return html.Group(
		html.If(len(items) > 0, box("ul", "planned", html.Group(items...))),
		box("p", "deliver", html.El("button", html.Attr("type", "button"), html.Attr("id", "attack-deliver"), html.Class("primary"), act(ActStep, ""), html.Text(name))))
}

// rawBytes is bytes to choose one of; those that are not as they were sent are
// marked.
func rawBytes(data, sent []byte, chosen int) html.Node {
	const width, most = 16, 4096
	shown := data[:min(len(data), most)]
	var rows []html.Node
	for from := 0; from < len(shown); from += width {
		row := []html.Node{words("span", "offset", fmt.Sprintf("%04x", from))}
		for i := from; i < min(from+width, len(shown)); i++ {
			row = append(row, html.El("button", html.Attr("type", "button"), html.Class("byte", when(data[i] != sent[i], "altered")), act(ActByte, strconv.Itoa(i)),
				html.Attr("aria-pressed", strconv.FormatBool(i == chosen)), html.Attr("aria-label", fmt.Sprintf("byte %d, %02x", i, shown[i])), html.Text(fmt.Sprintf("%02x", shown[i]))))
		}
		rows = append(rows, box("div", "byte-row", html.Group(row...)))
	}
	return html.Group(
		box("div", "hex raw", html.Attr("id", "raw"), html.Group(rows...)),
		html.If(len(data) > most, words("p", "hint", fmt.Sprintf("The first %d of %d bytes. Rules in the scenario reach all.", most, len(data)))))
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
					changes = append(changes, words("li", "", fmt.Sprintf("byte %d: %02x became %02x", i, a, b)))
				}
			}
		}
		if n > 16 {
			changes = append(changes, words("li", "", fmt.Sprintf("and %d more", n-16)))
		}
		if a, b := len(e.Original.Data), len(e.Wire.Data); a != b {
			changes = append(changes, words("li", "", fmt.Sprintf("%d bytes were sent, %d arrived", a, b)))
		}
	}
	return box("div", "attacked", html.El("p", icon("cross"), html.Text(" "+text)), html.If(len(changes) > 0, html.El("ul", html.Group(changes...))))
}
