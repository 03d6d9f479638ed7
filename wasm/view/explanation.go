package view

import (
	"slices"

	"tlsplay/sim/explain"
	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// explanation says what the chosen field means or, while none is chosen, the
// record's message.
func explanation(e *trace.Event, s State) html.Node {
	id, value := trace.FieldID("record"), ""
	if len(e.Messages) > 0 {
		id = trace.FieldID(e.Messages[0].Name)
	}
	if n := resolve(roots(e), s.Node); n != nil {
		id, value = n.ID, n.Value
	}
	return explained(html.If(s.Detailed || s.Node != "", html.Group(words("code", "", string(id)), html.Text(" "))), id, value, s)
}

// explained is what the texts say of a field and its value, behind its name.
func explained(name html.Node, id trace.FieldID, value string, s State) html.Node {
	text, ok := s.Texts.lookup(id)
	if !ok {
		return html.Node{}
	}
	meaning, _ := s.Texts.valueOf(id, value)
	return box("div", "explanation", html.Attr("id", idIn(s, "explanation")), html.Attr("tabindex", "0"), html.Attr("role", "region"), html.Attr("aria-label", "What it means"),
		box("p", "short", name, html.Text(text.Short)),
		html.If(meaning.Short != "", box("div", "meaning",
			html.El("p", words("b", "", value), html.Text(" "), html.Text(meaning.Short+" "), spans(meaning.Long)),
			prose("why", meaning.Why), parts(meaning.Parts))),
		prose("", text.Long),
		prose("why", text.Why),
		term(s),
		cites(text.RFC, meaning.RFC))
}

// cites is links to where it is written, each once.
func cites(lists ...[]string) html.Node {
	var all []string
	for _, c := range slices.Concat(lists...) {
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return html.If(len(all) > 0, box("p", "cites", html.Map(all, func(_ int, c string) html.Node { return cite(c) })))
}

// parts explains the name of a cipher suite word for word.
func parts(all []registry.Part) html.Node {
	if len(all) == 0 {
		return html.Node{}
	}
	return box("dl", "parts", html.Map(all, func(_ int, w registry.Part) html.Node {
		return html.Group(html.El("dt", words("code", "", w.Word)), words("dd", "", w.Meaning))
	}))
}

// Texts is the texts of package explain, or nothing while they have not come.
type Texts struct{ *explain.Texts }

func (t Texts) lookup(id trace.FieldID) (explain.Text, bool) {
	if t.Texts == nil {
		return explain.Text{}, false
	}
	return t.Lookup(id)
}

func (t Texts) valueOf(id trace.FieldID, value string) (explain.Text, bool) {
	if t.Texts == nil {
		return explain.Text{}, false
	}
	return t.ValueOf(id, value)
}

func (t Texts) value(kind, value string) (explain.Text, bool) {
	if t.Texts == nil {
		return explain.Text{}, false
	}
	return t.Value(kind, value)
}

func prose(class string, text []explain.Span) html.Node {
	if len(text) == 0 {
		return html.Node{}
	}
	return box("p", class, html.If(class == "why", html.Group(words("b", "", "Why"), html.Text(" "))), spans(text))
}

// spans is words with their links into the glossary.
func spans(words []explain.Span) html.Node {
	return html.Map(words, func(_ int, w explain.Span) html.Node {
		if w.Term == "" {
			return html.Text(w.Text)
		}
		return html.El("button", html.Attr("type", "button"), html.Class("term"), act(ActTerm, w.Term), html.Text(w.Text))
	})
}

// term is the definition of the word that the visitor asked for.
func term(s State) html.Node {
	if s.Term == "" || s.Texts.Texts == nil {
		return html.Node{}
	}
	t, ok := s.Texts.Term(s.Term)
	if !ok {
		return html.Node{}
	}
	return box("p", "definition", words("b", "", t.Name), html.Text(": "), spans(t.Is),
		html.El("button", html.Attr("type", "button"), html.Class("link"), act(ActTerm, ""), html.Attr("aria-label", "Close the definition"), html.Text("close")))
}
