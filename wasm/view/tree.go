package view

import (
	"strconv"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// tree lists the fields below the roots as a tree (WAI-ARIA's pattern, with one
// row a field and its depth in aria-level).
func tree(roots []*trace.Node, s State) html.Node {
	b := treeBuilder{state: s}
	for _, n := range roots {
		b.add(n, rootPath(n.Buf), 1)
	}
	focus := s.Node
	if !b.has(focus) && len(b.paths) > 0 {
		focus = b.paths[0]
	}
	for i, path := range b.paths {
		stop := "-1"
		if path == focus {
			stop = "0"
		}
		b.rows[i] = html.El("div", html.Attr("tabindex", stop), b.rows[i])
	}
	return box("div", "tree", html.Attr("id", idIn(s, "tree")), html.Attr("role", "tree"), html.Attr("aria-label", "Fields"), html.Group(b.rows...))
}

// maxRows bounds a tree on the page; a record of the largest size with the
// smallest fields would have more rows than a browser lays out in time.
const maxRows = 4000

type treeBuilder struct {
	state State
	paths []string
	rows  []html.Node // the insides of each row's element
}

func (b *treeBuilder) has(path string) bool {
	for _, p := range b.paths {
		if p == path {
			return true
		}
	}
	return false
}

func (b *treeBuilder) add(n *trace.Node, path string, level int) {
	if len(b.rows) >= maxRows {
		return
	}
	open := isOpen(b.state, n, path, level)
	chosen := path == b.state.Node
	glyph := ""
	row := []html.Node{
		html.Attr("id", "t-"+path), html.Attr("role", "treeitem"), html.Attr("data-n", path), act(ActNode, path),
		html.Class("field", "l"+strconv.Itoa(min(level, 8)), when(n.Diagnostics != nil, "remarkable")),
		html.Attr("aria-level", strconv.Itoa(level)), html.Attr("aria-selected", strconv.FormatBool(chosen)),
	}
	if len(n.Children) > 0 {
		row = append(row, html.Attr("aria-expanded", strconv.FormatBool(open)))
		glyph = "▸"
		if open {
			glyph = "▾"
		}
	}
	row = append(row,
		box("span", "glyph", html.Attr("aria-hidden", "true"), html.If(glyph != "", act(ActToggle, path)), html.Text(glyph)),
		box("span", "what", words("span", "name", n.ID.Name()),
			html.If(n.Value != "", html.Group(html.Text(" "), words("span", "value", n.Value)))),
		words("span", "length", strconv.Itoa(n.Len)+" B"),
		html.Map(n.Diagnostics, func(_ int, d trace.Diagnostic) html.Node {
			return html.El("span", html.Class("diagnostic", string(d.Severity)), html.Text(d.Text))
		}))
	b.paths = append(b.paths, path)
	b.rows = append(b.rows, html.Group(row...))
	if open {
		for i, c := range n.Children {
			b.add(c, childPath(path, i), level+1)
		}
	}
}

// isOpen tells whether a field's parts are shown: as the visitor left it, else
// while it is neither deep nor long, and on the way to the chosen field.
func isOpen(s State, n *trace.Node, path string, level int) bool {
	if open, ok := s.Open[path]; ok {
		return open
	}
	if s.Node != path && under(s.Node, path) {
		return true
	}
	return level <= 3 && len(n.Children) <= 24
}
