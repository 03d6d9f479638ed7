package view

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// Hits of each kind that are shown, and nodes that are looked at: a search has to
// answer within the time between two keystrokes.
const (
	maxHits  = 12
	maxNodes = 200_000
)

// hit is something that a search found, with the address where it is shown.
type hit struct {
	name, value, where string
	place              Place
}

// results shows what the query finds: fields and values of the run, bytes,
// secrets, and what the texts say.
func results(t *trace.Trace, s State) html.Node {
	query := strings.TrimSpace(s.Query)
	if query == "" {
		return html.Node{}
	}
	fields := findFields(t, query)
	secrets := findSecrets(t, query)
	found := len(fields) + len(secrets)
	var said []html.Node
	if s.Texts.Texts != nil {
		texts := s.Texts.Search(query, maxHits)
		found += len(texts)
		for _, f := range texts {
			if f.Term != "" {
				said = append(said, html.El("li", words("b", "", string(f.ID)), html.Text(" "), words("span", "", f.Short)))
				continue
			}
			name := words("code", "", string(f.ID))
			if at, ok := firstField(t, f.ID); ok {
				name = html.El("a", html.Attr("href", s.to(at)), html.Text(string(f.ID)))
			}
			said = append(said, html.El("li", name, html.Text(" "), words("span", "", f.Short)))
		}
	}
	section := func(title string, items []html.Node) html.Node {
		return html.If(len(items) > 0, html.El("section", words("h3", "", title), html.El("ul", html.Group(items...))))
	}
	link := func(hits []hit) []html.Node {
		var items []html.Node
		for _, h := range hits {
			items = append(items, html.El("li",
				html.El("a", html.Attr("href", s.to(h.place)), html.Text(h.name)),
				html.Text(" "), words("span", "value", h.value),
				words("small", "", h.where)))
		}
		return items
	}
	return box("div", "found", html.Attr("role", "region"), html.Attr("aria-label", "What was found"),
		html.El("p", html.Attr("role", "status"), html.Text(fmt.Sprintf("%s for “%s”", plural(found, "result"), printable(query, 60)))),
		html.If(found == 0, html.El("p", html.Text("An error message? "), html.El("a", html.Attr("href", s.to(Place{View: ViewScenarios})), html.Text("Scenarios finds the runs that end in it")))),
		section("In this run", link(fields)),
		section("Keys", link(secrets)),
		section("Words and meanings", said))
}

func plural(n int, noun string) string {
	switch n {
	case 0:
		return "No " + noun
	case 1:
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// findFields looks for fields whose name or value has the query and, where it is
// a row of hexadecimal digits, for its bytes.
func findFields(t *trace.Trace, query string) []hit {
	var hits []hit
	words := strings.ToLower(query)
	nodes := 0
	each(t, func(e *trace.Event, root *trace.Node) bool {
		walkPaths(root, rootPath(root.Buf), func(n *trace.Node, path string) bool {
			nodes++
			if strings.Contains(strings.ToLower(string(n.ID)), words) || strings.Contains(strings.ToLower(n.Value), words) {
				hits = append(hits, fieldHit(e, n, path))
			}
			return len(hits) < maxHits && nodes < maxNodes
		})
		return len(hits) < maxHits && nodes < maxNodes
	})
	want, err := hex.DecodeString(strings.NewReplacer(" ", "", ":", "", "0x", "").Replace(words))
	if err != nil || len(want) < 2 {
		return hits
	}
	each(t, func(e *trace.Event, root *trace.Node) bool {
		if root.Buf >= len(t.Buffers) {
			return true
		}
		if at := bytes.Index(t.Buffers[root.Buf].Data, want); at >= 0 {
			n, path := leafAt(root, at)
			h := fieldHit(e, n, path)
			h.where += fmt.Sprintf(", these bytes from %d on", at)
			hits = append(hits, h)
		}
		return len(hits) < 2*maxHits
	})
	return hits
}

func fieldHit(e *trace.Event, n *trace.Node, path string) hit {
	message := ""
	if len(e.Messages) > 0 {
		message = ", " + e.Messages[0].Name
	}
	return hit{string(n.ID), printable(n.Value, 60), fmt.Sprintf("record %d%s", e.Index+1, message), Place{View: ViewHandshake, Record: e.Index + 1, Field: path}}
}

// each calls f for every tree of the trace until it returns false.
func each(t *trace.Trace, f func(*trace.Event, *trace.Node) bool) {
	for _, e := range t.Events {
		for _, root := range roots(e) {
			if !f(e, root) {
				return
			}
		}
	}
}

func walkPaths(n *trace.Node, path string, f func(*trace.Node, string) bool) bool {
	if !f(n, path) {
		return false
	}
	for i, c := range n.Children {
		if !walkPaths(c, childPath(path, i), f) {
			return false
		}
	}
	return true
}

// firstField is where a field of that kind stands first in the run.
func firstField(t *trace.Trace, id trace.FieldID) (Place, bool) {
	var at Place
	nodes := 0
	each(t, func(e *trace.Event, root *trace.Node) bool {
		return walkPaths(root, rootPath(root.Buf), func(n *trace.Node, path string) bool {
			nodes++
			if n.ID == id {
				at = Place{View: ViewHandshake, Record: e.Index + 1, Field: path}
			}
			return at.Record == 0 && nodes < maxNodes/10
		})
	})
	return at, at.Record > 0
}

func findSecrets(t *trace.Trace, query string) []hit {
	words := strings.ToLower(strings.ReplaceAll(query, " ", ""))
	var hits []hit
	for i, name := range derivationNames(t) {
		d := t.Derivations[i]
		if len(hits) < maxHits && (strings.Contains(name, words) || len(words) >= 4 && strings.Contains(d.Output.String(), words)) {
			hits = append(hits, hit{name, beginning(d.Output, 16), fmt.Sprintf("made with record %d", d.Event+1), Place{View: ViewKeys, Secret: name}})
		}
	}
	return hits
}
