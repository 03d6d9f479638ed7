package view

import (
	"fmt"
	"strconv"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// maxBytes bounds a hex view: two records of the largest size.
const maxBytes = 40 << 10

// column is one buffer in a hex view.
type column struct {
	buf    *trace.Buffer
	root   *trace.Node
	class  string
	title  string
	before int // bytes ahead of those that stand beside the other column's first
}

// hexView shows buffers side by side, so many bytes a line. Bytes are grouped
// by the innermost field that they belong to.
func hexView(columns []column, width int, s State) html.Node {
	lines := make([][]html.Node, len(columns))
	lead := 0 // lines ahead of the common start
	for _, c := range columns {
		lead = max(lead, (c.before+width-1)/width)
	}
	most := 0
	for i, c := range columns {
		own := (c.before + width - 1) / width
		for range lead - own {
			lines[i] = append(lines[i], html.Node{})
		}
		for from := 0; from < c.before; from += width {
			lines[i] = append(lines[i], hexLine(c, from, min(from+width, c.before), s))
		}
		end := min(len(c.buf.Data), maxBytes)
		for from := c.before; from < end; from += width {
			lines[i] = append(lines[i], hexLine(c, from, min(from+width, end), s))
		}
		most = max(most, len(lines[i]))
	}
	body := make([]html.Node, most)
	for n := range most {
		body[n] = html.El("div", html.Class("line"), html.Map(lines, func(i int, l []html.Node) html.Node {
			var inside html.Node
			if n < len(l) {
				inside = l[n]
			}
			return html.El("span", html.Class("cell", columns[i].class), inside)
		}))
	}
	return html.El("div", html.Class("hex", "columns-"+strconv.Itoa(len(columns)), "width-"+strconv.Itoa(width)), html.Attr("id", idIn(s, "hex")),
		html.Attr("tabindex", "0"), html.Attr("role", "group"),
		html.Attr("aria-label", "Bytes. Arrow keys move to the field at the next byte or line."),
		html.El("div", html.Class("line titles"), html.Map(columns, func(_ int, c column) html.Node {
			return html.El("span", html.Class("cell", c.class), html.Text(c.title))
		})),
		html.Group(body...),
		html.Map(columns, func(_ int, c column) html.Node {
			return html.If(len(c.buf.Data) > maxBytes, html.El("p", html.Class("cut"),
				html.Text(fmt.Sprintf("%s has %d bytes, of which the first %d are shown. %s has them all.", c.title, len(c.buf.Data), maxBytes, when(c.class != "der", "trace.json")+when(c.class == "der", "The download")))))
		}))
}

// hexLine is the bytes [from, to) of a column: offset, hex and characters.
func hexLine(c column, from, to int, s State) html.Node {
	var hex, chars []html.Node
	for at := from; at < to; {
		path := leafAt(c.root, rootPath(c.root.Buf), at)
		leaf := resolve([]*trace.Node{c.root}, path)
		end := min(to, max(leaf.End(), at+1))
		chosen := when(s.Node != "" && under(path, s.Node), "chosen")
		run := html.Group(html.Data("n", path), act(ActNode, path), html.If(chosen != "", html.Class(chosen)))
		hex = append(hex, html.El("span", run, html.Text(trace.Dump(c.buf.Data[at:end]))))
		if end < to {
			hex = append(hex, html.Text(" "))
		}
		chars = append(chars, html.El("span", run, html.Text(characters(c.buf.Data[at:end]))))
		at = end
	}
	return html.Group(
		html.El("span", html.Class("offset"), html.Text(fmt.Sprintf("%04x", from))),
		html.El("span", html.Class("digits"), html.Group(hex...)),
		html.El("span", html.Class("characters"), html.Attr("aria-hidden", "true"), html.Group(chars...)))
}

// characters is bytes as ASCII, a dot for each that has no picture.
func characters(b []byte) string {
	out := make([]byte, len(b))
	for i, c := range b {
		if c < 0x20 || c > 0x7e {
			c = '.'
		}
		out[i] = c
	}
	return string(out)
}
