package view

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// keySchedule draws how the keys of the run came about: stages from top to
// bottom, in each what goes in, the secret that it makes, and what is derived of
// that. RFC 8446, Section 7.1, draws the same; up to TLS 1.2 the stages are the
// premaster secret, the master secret and the key block.
func keySchedule(t *trace.Trace, s State) html.Node {
	names := derivationNames(t)
	stages := make([]stage, 3)
	for i, d := range t.Derivations {
		if d.Event < s.At {
			n, role := placeOf(d.ID, t.Version)
			stages[n].add(value{d, names[i]}, role)
		}
	}
	return box("ol", "schedule", html.Map(stages, func(i int, x stage) html.Node {
		if x.empty() {
			return html.Node{}
		}
		return box("li", "stage",
			html.If(len(x.in) > 0, box("div", "ins", families(x.in, s))),
			html.If(len(x.spine) > 0, html.El("div", html.Class("middle", when(len(x.out) > 0, "leads-on")), html.Map(x.spine, func(_ int, v value) html.Node { return valueButton(v, "", s) }))),
			box("div", "outs", families(x.out, s)))
	}))
}

func families(groups []group, s State) html.Node {
	return html.Map(groups, func(_ int, g group) html.Node {
		return html.El("div", html.Class("family", "epoch-"+string(epochOf(g.values[0].d.ID))),
			html.Map(g.values, func(i int, v value) html.Node {
				if i == 0 {
					return valueButton(v, "", s)
				}
				return valueButton(v, g.key+"_", s)
			}))
	})
}

// value is a derivation with the name under which it is found.
type value struct {
	d    trace.Derivation
	name string
}

// group is derivations that belong together: a traffic secret with its keys.
type group struct {
	key    string
	values []value
}

type stage struct {
	in, out []group
	spine   []value
}

func (x *stage) empty() bool { return len(x.in)+len(x.spine)+len(x.out) == 0 }

func (x *stage) add(v value, r role) {
	switch r {
	case goesIn:
		x.in = grouped(x.in, v)
	case spineOf:
		x.spine = append(x.spine, v)
	default:
		x.out = grouped(x.out, v)
	}
}

// grouped puts a value to its family. What a shared secret is made of comes
// before it in time and below it in the drawing.
func grouped(groups []group, v value) []group {
	key := familyOf(v.d.ID)
	for i := range groups {
		if groups[i].key != key {
			continue
		}
		if v.d.ID == key {
			groups[i].values = append([]value{v}, groups[i].values...)
		} else {
			groups[i].values = append(groups[i].values, v)
		}
		return groups
	}
	return append(groups, group{key, []value{v}})
}

type role int

const (
	goesIn role = iota
	spineOf
	comesOut
)

// placeOf is the stage in which a value is drawn and what it is there.
func placeOf(id, version string) (stage int, r role) {
	if version != "TLS 1.3" {
		switch id {
		case "pre_master_secret":
			return 0, spineOf
		case "master_secret":
			return 1, spineOf
		case "key_block":
			return 2, spineOf
		}
		switch {
		case strings.Contains(id, "shared_secret"):
			return 0, goesIn
		case strings.Contains(id, "verify_data"):
			return 1, comesOut
		}
		return 2, comesOut
	}
	switch {
	case id == "early_secret":
		return 0, spineOf
	case id == "handshake_secret":
		return 1, spineOf
	case id == "master_secret":
		return 2, spineOf
	case id == "early_derived", strings.Contains(id, "shared_secret"):
		return 1, goesIn
	case id == "handshake_derived":
		return 2, goesIn
	case strings.Contains(id, "_handshake_"):
		return 1, comesOut
	case strings.Contains(id, "early"), strings.Contains(id, "binder"), strings.Contains(id, "psk"):
		return 0, comesOut
	}
	return 2, comesOut
}

// familyOf is what a derived value is drawn together with.
func familyOf(id string) string {
	for _, prefix := range []string{"client_early", "client_handshake", "server_handshake", "client_application", "server_application"} {
		if strings.HasPrefix(id, prefix) {
			return prefix
		}
	}
	if side, rest, ok := strings.Cut(id, "_"); ok && (side == "client" || side == "server") && strings.HasPrefix(rest, "write") {
		return side
	}
	for _, word := range []string{"shared_secret", "binder", "verify_data"} {
		if strings.Contains(id, word) {
			return word
		}
	}
	return id
}

// epochOf is the epoch of the records that a value protects, empty for what
// protects none.
func epochOf(id string) trace.Epoch {
	switch {
	case strings.HasPrefix(id, "client_early"):
		return trace.EpochEarly
	case strings.Contains(id, "_handshake_"):
		return trace.EpochHandshake
	case strings.Contains(id, "_application_"):
		return trace.EpochApplication
	case strings.HasPrefix(id, "client_write"), strings.HasPrefix(id, "server_write"), id == "key_block":
		return trace.EpochSession
	}
	return ""
}

// derivationNames are the names under which derivations are found: their IDs,
// with a number where one comes more than once.
func derivationNames(t *trace.Trace) []string {
	seen := map[string]int{}
	names := make([]string, len(t.Derivations))
	for i, d := range t.Derivations {
		names[i] = d.ID
		if seen[d.ID]++; seen[d.ID] > 1 {
			names[i] += "." + strconv.Itoa(seen[d.ID])
		}
	}
	return names
}

// derivationOf is the derivation of that name, or nil.
func derivationOf(t *trace.Trace, name string) *trace.Derivation {
	for i, n := range derivationNames(t) {
		if n == name {
			return &t.Derivations[i]
		}
	}
	return nil
}

// valueButton is a value to be chosen. Below another one its name leaves out what
// that says already.
func valueButton(v value, above string, s State) html.Node {
	label := strings.TrimPrefix(v.d.ID, above)
	if above == "shared_secret_" {
		label = strings.TrimSuffix(v.d.ID, "_shared_secret")
	}
	if v.d.Update > 0 {
		label += fmt.Sprintf(", update %d", v.d.Update)
	}
	return html.El("button", html.Attr("type", "button"), html.Attr("id", "derivation-"+v.name), html.Class("value-button"),
		act(ActDerivation, v.name), html.Attr("aria-pressed", strconv.FormatBool(v.name == s.Derivation)),
		box("span", "name", breakable(label)),
		words("code", "", beginning(v.d.Output, 8)))
}

// beginning is the first bytes of b in hex.
func beginning(b trace.Hex, most int) string {
	if len(b) <= most {
		return b.String()
	}
	return b[:most].String() + "…"
}

// derived is a derivation in full.
func derived(t *trace.Trace, d *trace.Derivation, s State) html.Node {
	text, _ := s.Texts.lookup(trace.FieldID("key." + d.ID))
	function, _ := s.Texts.lookup(trace.FieldID("function." + d.Function))
	var command, program string
	if d.Command != nil {
		command = d.Command()
	}
	if d.Program != nil {
		program = d.Program()
	}
	return html.Group(
		html.El("header", html.Class("inspected", "epoch-"+string(epochOf(d.ID))),
			html.El("h2", breakable(d.ID)),
			words("p", "", fmt.Sprintf("%d bytes, made with record %d", len(d.Output), d.Event+1)),
			html.El("button", html.Attr("type", "button"), html.Class("close"), act(ActDerivation, ""), html.Attr("aria-label", "Close"), icon("cross"))),
		box("p", "result", bytesOf(d.Output), copyButtons()),
		html.If(text.Short != "", box("div", "explanation",
			words("p", "short", text.Short), prose("", text.Long), prose("why", text.Why), term(s), cites(text.RFC))),
		words("h3", "", "How it was made"),
		html.If(d.Note != "", words("p", "hint", "Not derived here: "+d.Note+".")),
		box("p", "formula", words("code", "", d.Formula), html.Text(" "), cite(d.Section)),
		html.If(function.Short != "", box("p", "hint", words("b", "", d.Function), html.Text(" "), html.Text(function.Short+" "), spans(function.Long))),
		box("dl", "pairs",
			html.Map(d.Inputs, func(_ int, in trace.NamedBytes) html.Node {
				return html.Group(words("dt", "", in.Name), html.El("dd", source(t, d, in, s)))
			}),
			html.If(d.Label != "", html.Group(words("dt", "", "label"), html.El("dd", words("code", "", strconv.Quote(d.Label))))),
			html.If(d.Covers != "", html.Group(words("dt", "", "hash covers"), words("dd", "", d.Covers)))),
		protectedBy(t, d, s),
		recipe("command", "Check it yourself: in a shell", command),
		recipe("program", "Check it yourself: as a Go program", program))
}

// source is an input, as a link where it is the result of another step.
func source(t *trace.Trace, d *trace.Derivation, in trace.NamedBytes, s State) html.Node {
	names := derivationNames(t)
	for i := range t.Derivations {
		from := &t.Derivations[i]
		if from != d && len(in.Value) > 0 && bytes.Equal(from.Output, in.Value) {
			return html.Group(html.El("a", html.Attr("href", s.to(Place{View: ViewKeys, Secret: names[i]})), breakable(from.ID)), html.Text(" "), bytesOf(in.Value))
		}
	}
	return bytesOf(in.Value)
}

// protectedBy lists the records that a value protects.
func protectedBy(t *trace.Trace, d *trace.Derivation, s State) html.Node {
	var links []html.Node
	for _, e := range t.Events {
		if p := e.Protection; p != nil && uses(t, p, d.Output) {
			links = append(links, html.El("li", html.El("a", html.Attr("href", s.to(Place{View: ViewHandshake, Record: e.Index + 1})),
				html.Text(strconv.Itoa(e.Index+1)), html.If(len(e.Messages) > 0, html.Group(html.Map(e.Messages, func(_ int, m trace.Message) html.Node {
					return html.Group(html.Text(" "), breakable(m.Name))
				}))))))
		}
	}
	if len(links) == 0 {
		return html.Node{}
	}
	more := len(links) - maxLinks
	return html.Group(words("h3", "", "Records under it"), box("ul", "links", html.Group(links[:min(len(links), maxLinks)]...),
		html.If(more > 0, words("li", "", fmt.Sprintf("and %d more", more)))))
}

const maxLinks = 24

// uses tells whether a record is protected by that key, or by what is derived of
// that secret.
func uses(t *trace.Trace, p *trace.Protection, v trace.Hex) bool {
	for _, k := range []trace.Hex{p.Key, p.IV, p.MACKey} {
		if len(k) > 0 && bytes.Equal(k, v) {
			return true
		}
	}
	for _, x := range t.Secrets {
		if p.Secret == x.Label && p.Update == x.Update && bytes.Equal(x.Secret, v) {
			return true
		}
	}
	return false
}

// keyOf is the name of the derivation that made a record's key, or empty.
func keyOf(t *trace.Trace, p *trace.Protection) string {
	names := derivationNames(t)
	for i := len(t.Derivations) - 1; i >= 0; i-- {
		if len(p.Key) > 0 && bytes.Equal(t.Derivations[i].Output, p.Key) {
			return names[i]
		}
	}
	return ""
}

// bytesOf is a value in hex.
func bytesOf(b trace.Hex) html.Node {
	if len(b) == 0 {
		return words("i", "", "empty")
	}
	return words("code", "", b.String())
}

// recipe is text to be copied.
func recipe(id, title, text string) html.Node {
	if text == "" {
		return html.Node{}
	}
	return box("details", "recipe", html.Attr("id", "recipe-of-"+id),
		words("summary", "", title),
		html.El("pre", html.Attr("id", "recipe-"+id), html.Attr("tabindex", "0"), html.Text(text)),
		html.El("button", html.Attr("type", "button"), html.Data("copy", "recipe-"+id), html.Text("Copy")))
}
