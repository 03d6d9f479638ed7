package view

import (
	"slices"
	"strconv"
	"strings"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/presets"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// lab is an attack or a failure, told in five parts: what is tried, what happens
// at both ends, what caught it, what did not and why not, and what would have
// happened without.
func lab(t *trace.Trace, s State) html.Node {
	sc, ok := t.Scenario.(scenario.Scenario)
	if !ok || s.Leg != 0 {
		return html.Node{}
	}
	p := presetOf(s)
	isLab := strings.HasPrefix(p.Group, "Labs")
	attack := len(sc.Wire) > 0 || sc.Middle != "" || sc.Replay || sc.Client.Plain && sc.Server.Plain
	ends := shownEndpoints(t, s)
	failed := slices.ContainsFunc(ends, func(e trace.Endpoint) bool { return e.Doing == endpoint.Failed })
	if !isLab && !attack && !failed {
		return html.Node{}
	}
	known := p // what is known of how it ends
	if p.Name == "" {
		known = presetLike(t, s)
	}
	title := "What went wrong, check by check"
	switch {
	case p.Name != "":
		title = p.Title
	case attack:
		title = "Your attack, check by check"
	}
	head := html.El("header", words("h2", "", title), html.If(p.Name != "", words("p", "kind", p.Group)))
	what := "What is tried"
	if !attack && failed {
		what = "What is wrong"
	}
	tried := labPart(what, triedIn(t, sc, p, s))
	if slices.ContainsFunc(ends, func(e trace.Endpoint) bool { return e.Doing == endpoint.Waiting }) || s.At < len(t.Events) {
		if h, ok := held(t, s); ok && s.Event == EventHeld && p.Name == "" && len(rulesFor(s, h)) == len(sc.Wire) {
			return html.Node{} // the attacker's hands tell it, beside the lanes
		}
		return box("section", "lab", html.Attr("aria-label", title), head, box("div", "lab-parts", tried,
			labPart("And then?", words("p", "", "Step on, and see who notices."))))
	}
	caught := catches(t)
	if sc.Replay && sc.Transport == scenario.QUIC {
		caught = nil // the server only gets tired of waiting
	}
	id := uncaught(t, sc)
	if !attack && len(caught) == 0 {
		id = noneListening
	}
	last := "Without that check"
	if len(caught) == 0 {
		last = "What follows from it"
	}
	return box("section", "lab", html.Attr("aria-label", title), head, box("div", "lab-parts",
		tried,
		labPart("What happens at both ends", happened(ends, sc, known, s)),
		labPart("What catches it", caughtBy(caught, id, s)),
		labPart("What does not, and why", passedBy(t, caught, id, s)),
		labPart(last, without(t, caught, id, known, s))))
}

func labPart(title string, content html.Node) html.Node {
	return box("section", "lab-part", words("h3", "", title), content)
}

// presetOf is the preset that the run is of, one without a name if it is of none.
func presetOf(s State) presets.Preset {
	run := s.run
	if run == "" {
		run = s.Scenario.Fragment(false)
	}
	for _, p := range s.Presets {
		if p.Run == run {
			return p
		}
	}
	return presets.Preset{}
}

// presetLike is a preset that ends as the run did, one without a name if none does.
func presetLike(t *trace.Trace, s State) presets.Preset {
	if len(t.Endpoints) == 2 && t.Endpoints[0].Error+t.Endpoints[1].Error != "" {
		for _, p := range s.Presets {
			if presets.Matches(p.Client, t.Endpoints[0].Error) && presets.Matches(p.Server, t.Endpoints[1].Error) {
				return p
			}
		}
	}
	return presets.Preset{}
}

// triedIn is what the attacker does in a run.
func triedIn(t *trace.Trace, sc scenario.Scenario, p presets.Preset, s State) html.Node {
	var items []html.Node
	say := func(text string) { items = append(items, words("li", "", text)) }
	switch {
	case sc.Middle != "" && sc.Client.Plain:
		say("Mallory stands between the two, and keeps the victim from asking for TLS at all.")
	case sc.Middle == "trusted":
		say("Mallory stands between the two and answers in the server's place, with a certificate of an authority that she has put among the client's.")
	case sc.Middle != "":
		say("Mallory stands between the two and answers in the server's place, with a certificate of her own for the same name.")
	case sc.Client.Plain && sc.Server.Plain:
		say("Client and server speak without TLS.")
	}
	if sc.Replay {
		say("Someone without any key sends the recorded packets of the connection before once more.")
	}
	for i, text := range sc.Wire {
		if r, err := scenario.ParseRule(text); err == nil {
			undo := html.If(s.Live, html.El("button", html.Attr("type", "button"), html.Class("link"), act(ActSpare, strconv.Itoa(i)), html.Text("take it back")))
			items = append(items, html.El("li", html.Text(deed(r, t)+" "), undo))
		}
	}
	failure := strings.HasPrefix(p.Group, "Failures")
	if len(items) == 0 && (p.Look == "" || failure) {
		for _, d := range sc.Differ(scenario.Default()) {
			if d.Name != "seed" && d.Name != "clock" {
				say(d.Name + ": " + brief(d.Name, d.A, 60))
			}
		}
	}
	return html.Group(
		html.If(len(items) > 0, box("ul", "tried", html.Group(items...))),
		html.If(p.Look != "", html.El("p", html.If(failure, words("b", "", "What to look at ")), html.Text(p.Look))))
}

// deed is a rule in words, with the field that it is aimed at where that can be
// read.
func deed(r scenario.Rule, t *trace.Trace) string {
	target := "the " + r.From + "'s record " + strconv.Itoa(r.Number+1)
	for _, e := range t.Events {
		if string(e.From) != r.From || e.Number != r.Number || e.Number < 0 {
			continue
		}
		if e.Kind == trace.KindPacket {
			target = "the " + r.From + "'s packet " + strconv.Itoa(r.Number+1)
		}
		if e.Kind == trace.KindClose {
			target = "the end of the " + r.From + "'s stream"
		}
		switch {
		case len(e.Messages) > 0 && e.Protection == nil:
			target += " (" + e.Messages[0].Name + ")"
		case e.Protection != nil:
			target += " (encrypted)"
		}
		if at := r.At; r.Do == "flip" || r.Do == "set" {
			if name := aimedAt(e, at); name != "" && e.Protection == nil {
				target += ", in " + name
			}
		}
		break
	}
	n := strconv.Itoa(r.At)
	switch r.Do {
	case "flip":
		return "A bit is flipped in byte " + n + " of " + target + "."
	case "set":
		return "From byte " + n + " on, " + plural(len(r.Bytes), "byte") + " are overwritten in " + target + "."
	case "truncate":
		return "Only the first " + plural(r.At, "byte") + " of " + target + " arrive."
	case "drop":
		return "Nothing arrives of " + target + "."
	case "hold":
		return "What comes after it overtakes " + target + ": " + plural(r.At, "record") + ", if there are so many."
	case "repeat":
		return "A copy of " + target + " arrives as well."
	case "insert":
		return "Before " + target + " come " + plural(len(r.Bytes), "byte") + " that nobody sent."
	case "cut":
		return "The connection is cut before " + target + "."
	}
	return r.String()
}

// aimedAt is the name of the innermost field at an offset of an event's record.
func aimedAt(e *trace.Event, at int) string {
	name, least := "", 1<<30
	see := func(n *trace.Node) bool {
		if e.Wire != nil && n.Buf == e.Wire.ID && n.Off <= at && at < n.End() && n.Len <= least {
			name, least = n.ID.Name(), n.Len
		}
		return true
	}
	if e.Tree != nil {
		e.Tree.Walk(see)
	}
	return name
}

// happened is how both ends have fared.
func happened(ends []trace.Endpoint, sc scenario.Scenario, p presets.Preset, s State) html.Node {
	return html.Group(
		box("dl", "ends", html.Map(ends, func(_ int, e trace.Endpoint) html.Node {
			said := words("p", "good", "Done, in good order: it has noticed nothing.")
			if e.Error != "" {
				said = box("p", "bad", words("code", "", e.Error))
			}
			var alarm html.Node
			if e.Alert != "" {
				text, _ := s.Texts.lookup(trace.FieldID("alert." + e.Alert))
				alarm = html.El("p", html.Text("It tells the other: "), words("code", "", e.Alert), html.Text(". "+text.Short))
			}
			who := "Server"
			switch {
			case e.Side == trace.Client && sc.Replay:
				who, said = "The attacker, in the client's place", words("p", "", "Has sent what he had recorded, and cannot read what comes back.")
			case e.Side == trace.Client:
				who = "Client"
			case sc.Middle != "":
				who = "Mallory, in the server's place"
				if e.Error == "" {
					said = words("p", "", "Done, with the request in hand.")
				}
			}
			return html.Group(words("dt", "", who), html.El("dd", said, alarm))
		})),
		html.If(p.Prints != nil, html.Group(words("h4", "", "What others print in the client’s place"), says(printed(&p), ""))))
}

// caughtBy is the barriers that were not passed, or what stands in for them.
func caughtBy(caught []catch, id trace.FieldID, s State) html.Node {
	if len(caught) == 0 {
		text, _ := s.Texts.lookup(id)
		return html.Group(words("p", "bad", text.Short), cites(text.RFC))
	}
	var items []html.Node
	for i, c := range caught {
		text, _ := s.Texts.lookup(c.id)
		if i > 0 && caught[i-1].id == c.id {
			items = append(items, html.El("p", html.Text("And so at the "+string(c.side)), where(c, s), html.Text(".")))
			continue
		}
		items = append(items,
			box("p", "good", icon("check"), html.Text(" "), words("b", "", barrierTitle(c.id)), html.Text(", at the "+string(c.side)), where(c, s), html.Text(".")),
			words("p", "", text.Short), cites(text.RFC))
		if c.id == certificate {
			items = append(items, html.El("p", html.El("a", html.Attr("href", s.to(Place{View: ViewCertificates})), html.Text("Each step of it, with its rule"))))
		}
	}
	return html.Group(items...)
}

// where is the record at which it was, to look at.
func where(c catch, s State) html.Node {
	if c.event < 0 {
		return html.Node{}
	}
	return html.Group(html.Text(", when "), html.El("a", html.Attr("href", s.to(Place{View: ViewHandshake, Record: c.event + 1})), html.Text("record "+strconv.Itoa(c.event+1))), html.Text(" came"))
}

// passedBy is the barriers that were passed all the same.
func passedBy(t *trace.Trace, caught []catch, id trace.FieldID, s State) html.Node {
	side, event, but := trace.Client, -1, trace.FieldID("")
	if len(caught) > 0 {
		side, event, but = caught[0].side, caught[0].event, caught[0].id
	} else if t.Scenario.(scenario.Scenario).Replay {
		side = trace.Server
	}
	all := passedAt(t, side, event, but)
	text, _ := s.Texts.lookup(id)
	return html.Group(
		html.If(len(caught) == 0, prose("", text.Long)),
		html.If(len(all) == 0 && len(caught) > 0, words("p", "", "No other had its turn: this was the first.")),
		box("dl", "passed", html.Map(all, func(_ int, p passed) html.Node {
			text, _ := s.Texts.lookup(p.id)
			name := barrierTitle(p.id)
			if p.times > 1 {
				name += ", " + strconv.Itoa(p.times) + " times"
			}
			return html.Group(words("dt", "", name), html.El("dd", spans(text.Long)))
		})))
}

// without is what would have happened, and a run in which it does.
func without(t *trace.Trace, caught []catch, id trace.FieldID, p presets.Preset, s State) html.Node {
	ids := []trace.FieldID{id}
	if len(caught) > 0 {
		ids = nil
		for _, c := range caught {
			if !slices.Contains(ids, c.id) {
				ids = append(ids, c.id)
			}
		}
	}
	var read html.Node
	if id == noneListening && len(caught) == 0 {
		read = html.El("dl", html.Map(fates(t), func(_ int, f fate) html.Node {
			return html.Group(words("dt", "", f.title), words("dd", "", verdict(f.loot)))
		}))
	}
	var other html.Node
	for _, o := range s.Presets {
		if o.Name == p.Without {
			other = html.Group(
				html.El("p", html.Text("See it happen: "),
					html.El("button", html.Attr("type", "button"), html.Attr("id", "without"), html.Class("link"), act(ActPreset, o.Name), html.Text(o.Title))),
				html.El("p", html.Text(o.Look+" "),
					html.El("a", html.Attr("href", Place{View: ViewCompare, First: p.Run, Run: o.Run}.String()), html.Text("Compare the two"))))
		}
	}
	return html.Group(
		html.Map(ids, func(_ int, id trace.FieldID) html.Node {
			text, _ := s.Texts.lookup(id)
			return html.El("p", spans(text.Why))
		}),
		read, fix(&p), other)
}
