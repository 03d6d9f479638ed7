package view

import (
	"fmt"
	"strconv"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// checks lists what was verified on the bytes of this run, up to the event that
// is shown last.
func checks(t *trace.Trace, s State) html.Node {
	var rows []html.Node
	for _, c := range t.Checks {
		if c.Event < s.At {
			rows = append(rows, check(c))
		}
	}
	if len(rows) == 0 {
		return html.Node{}
	}
	return html.Group(
		html.El("h3", html.Text("Checked just now, on these bytes")),
		html.El("ul", html.Class("checks"), html.Group(rows...)))
}

func check(c trace.Check) html.Node {
	mark, class := "✓", "yes"
	if !c.OK {
		mark, class = "✗", "failed"
	}
	return html.El("li", html.Class(class),
		html.El("span", html.Class("mark"), html.Text(mark+" ")),
		html.El("span", html.Text(c.Name), html.If(c.Detail != "", html.El("small", html.Text(c.Detail)))),
		html.El("button", html.Attr("type", "button"), html.Class("link"), act(ActEvent, strconv.Itoa(c.Event)), html.Text("record "+strconv.Itoa(c.Event+1))))
}

// schedule lists the key schedule: each value, and for the chosen one what it
// was made of and how to make it again.
func schedule(t *trace.Trace, s State) html.Node {
	var rows []html.Node
	for i, d := range t.Derivations {
		if d.Event < s.At {
			rows = append(rows, derivation(i, d, s))
		}
	}
	if len(rows) == 0 {
		return html.Node{}
	}
	return html.Group(
		html.El("h3", html.Text("From the key exchange to the keys")),
		html.El("p", html.Class("lead"), html.Text("Every value in the order in which it is made. Choose one to see what went in and how to compute it yourself.")),
		html.El("ol", html.Class("schedule"), html.Group(rows...)))
}

func derivation(i int, d trace.Derivation, s State) html.Node {
	chosen := i == s.Derivation
	name := d.ID
	if d.Update > 0 {
		name += fmt.Sprintf(" (after %d key updates)", d.Update)
	}
	return html.El("li", html.Class("derivation", when(chosen, "chosen")),
		html.El("button", html.Attr("type", "button"), html.Attr("id", "derivation-"+strconv.Itoa(i)), act(ActDerivation, strconv.Itoa(i)),
			html.Attr("aria-expanded", strconv.FormatBool(chosen)),
			html.El("span", html.Class("name"), breakable(name)),
			html.El("code", html.Class("output"), html.Text(d.Output.String()))),
		html.If(chosen, derived(d, s)))
}

// derived is a derivation in full.
func derived(d trace.Derivation, s State) html.Node {
	text, _ := s.Texts.lookup(trace.FieldID("key." + d.ID))
	function, _ := s.Texts.lookup(trace.FieldID("function." + d.Function))
	var command, program string
	if d.Command != nil {
		command = d.Command()
	}
	if d.Program != nil {
		program = d.Program()
	}
	return html.El("div", html.Class("derived"),
		html.If(text.Short != "", html.El("p", html.Text(text.Short+" "), spans(text.Long))),
		prose("why", text.Why),
		html.If(d.Note != "", html.El("p", html.Text("Not derived here: "+d.Note+"."))),
		html.El("p", html.Class("formula"), html.El("code", html.Text(d.Formula)), html.Text(" "), cite(d.Section)),
		html.If(function.Short != "", html.El("p", html.Class("function"), html.El("b", html.Text(d.Function)), html.Text(" "), html.Text(function.Short+" "), spans(function.Long))),
		html.El("dl",
			html.Map(d.Inputs, func(_ int, in trace.NamedBytes) html.Node {
				return html.Group(html.El("dt", html.Text(in.Name)), html.El("dd", bytes(in.Value)))
			}),
			html.If(d.Label != "", html.Group(html.El("dt", html.Text("label")), html.El("dd", html.El("code", html.Text(strconv.Quote(d.Label)))))),
			html.If(d.Covers != "", html.Group(html.El("dt", html.Text("transcript hash covers")), html.El("dd", html.Text(d.Covers)))),
			html.El("dt", html.Text("result")), html.El("dd", bytes(d.Output))),
		recipe("command", "Check it yourself: in a shell", command),
		recipe("program", "Check it yourself: as a Go program", program))
}

// bytes is a value in hex.
func bytes(b trace.Hex) html.Node {
	if len(b) == 0 {
		return html.El("i", html.Text("empty"))
	}
	return html.El("code", html.Text(b.String()))
}

// recipe is text to be copied.
func recipe(id, title, text string) html.Node {
	if text == "" {
		return html.Node{}
	}
	return html.El("details", html.Class("recipe"),
		html.El("summary", html.Text(title)),
		html.El("pre", html.Attr("id", "recipe-"+id), html.Attr("tabindex", "0"), html.Text(text)),
		html.El("button", html.Attr("type", "button"), html.Data("copy", "recipe-"+id), html.Text("Copy")))
}
