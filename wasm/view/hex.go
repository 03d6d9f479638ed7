package view

import (
	"fmt"
	"strconv"
	"strings"

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
	before int  // bytes ahead of those that stand beside the other column's first
	digits bool // alone, without the characters
}

// A long view is divided into blocks, of which only those in view are filled: the
// first, those about the chosen field, and those that came into view last.
// The height of an empty one stands in beside.css. PartBlock begins the id of each,
// before its number.
const (
	blockLines = 32
	maxLines   = 8 * blockLines // of a view that is not divided
	PartBlock  = "block-"
)

// hexLines is the lines of some columns, so many bytes each.
type hexLines struct {
	columns []column
	width   int
	lead    int // lines ahead of the common start
	count   int
}

func linesOf(columns []column, width int) hexLines {
	l := hexLines{columns: columns, width: width}
	for _, c := range columns {
		l.lead = max(l.lead, l.ahead(c))
	}
	for _, c := range columns {
		l.count = max(l.count, l.lead+(c.end()-c.before+width-1)/width)
	}
	return l
}

func (l hexLines) ahead(c column) int { return (c.before + l.width - 1) / l.width }

func (c column) end() int { return min(len(c.buf.Data), maxBytes) }

// bytes is what of a column stands on line n: nothing where from is not before to.
func (l hexLines) bytes(c column, n int) (from, to int) {
	if n < l.lead {
		from = (n - l.lead + l.ahead(c)) * l.width
		if from < 0 {
			return 0, 0
		}
		return from, min(from+l.width, c.before)
	}
	from = c.before + (n-l.lead)*l.width
	return from, min(from+l.width, c.end())
}

// line is the number of the line on which a byte of a column stands.
func (l hexLines) line(c column, at int) int {
	if at < c.before {
		return l.lead - l.ahead(c) + at/l.width
	}
	return l.lead + (at-c.before)/l.width
}

// some is the lines [from, to).
func (l hexLines) some(from, to int, s State) html.Node {
	var body []html.Node
	for n := from; n < min(to, l.count); n++ {
		body = append(body, box("div", "line", html.Map(l.columns, func(_ int, c column) html.Node {
			var inside html.Node
			if from, to := l.bytes(c, n); from < to {
				inside = hexLine(c, from, to, s)
			}
			return html.El("span", html.Class("cell", c.class), inside)
		})))
	}
	return html.Group(body...)
}

// all is all lines, in blocks where they are many.
func (l hexLines) all(s State) html.Node {
	if l.count <= maxLines || s.View == ViewCertificates { // certificates are short
		return l.some(0, l.count, s)
	}
	chosen := 0
	for _, c := range l.columns {
		if n := resolve([]*trace.Node{c.root}, s.Node); n != nil && n.Off < c.end() {
			chosen = l.line(c, n.Off) / blockLines
			break
		}
	}
	var blocks []html.Node
	for from := 0; from < l.count; from += blockLines {
		b := from / blockLines
		filled := b < 2 || b >= chosen-1 && b <= chosen+1 || s.Open[blockName(b)]
		var inside html.Node
		if filled {
			inside = l.some(from, from+blockLines, s)
		}
		blocks = append(blocks, box("div", "block", html.Attr("id", blockName(b)), inside))
	}
	return html.Group(blocks...)
}

func blockName(b int) string { return PartBlock + strconv.Itoa(b) }

// comeIntoView has the block with that name filled, and only its neighbours stay.
func comeIntoView(s *State, name string) {
	number, _ := strings.CutPrefix(name, PartBlock)
	b, err := strconv.Atoi(number)
	if err != nil {
		return
	}
	const near = 4
	for n := range s.Open {
		if other, ok := strings.CutPrefix(n, PartBlock); ok {
			if o, _ := strconv.Atoi(other); o < b-near || o > b+near {
				delete(s.Open, n)
			}
		}
	}
	s.Open[name] = true
}

// hexView shows buffers side by side, so many bytes a line. Bytes are grouped
// by the innermost field that they belong to.
func hexView(columns []column, width int, s State) html.Node {
	return html.El("div", html.Class("hex", "columns-"+strconv.Itoa(len(columns)), "width-"+strconv.Itoa(width)), html.Attr("id", idIn(s, "hex")),
		html.Attr("tabindex", "0"), html.Attr("role", "group"),
		html.Attr("aria-label", "Bytes. Arrow keys move to the field at the next byte or line."),
		box("div", "line titles", html.Map(columns, func(_ int, c column) html.Node {
			return html.El("span", html.Class("cell", c.class), html.Text(c.title))
		})),
		linesOf(columns, width).all(s),
		html.Map(columns, func(_ int, c column) html.Node {
			return html.If(len(c.buf.Data) > maxBytes, words("p", "cut", fmt.Sprintf("%s has %d bytes, of which the first %d are shown. %s has them all.", c.title, len(c.buf.Data), maxBytes, when(c.class != "der", "trace.json")+when(c.class == "der", "The download"))))
		}))
}

// hexLine is the bytes [from, to) of a column: offset, hex and characters.
func hexLine(c column, from, to int, s State) html.Node {
	var hex, chars []html.Node
	for at := from; at < to; {
		leaf, path := leafAt(c.root, at)
		end := min(to, max(leaf.End(), at+1))
		run := html.Group(html.Attr("data-n", path), act(ActNode, path), html.If(s.Node != "" && under(path, s.Node), html.Attr("class", "chosen")))
		hex = append(hex, html.El("span", run, html.Text(trace.Dump(c.buf.Data[at:end]))))
		if end < to {
			hex = append(hex, html.Text(" "))
		}
		if !c.digits {
			chars = append(chars, html.El("span", run, html.Text(characters(c.buf.Data[at:end]))))
		}
		at = end
	}
	return html.Group(
		words("span", "offset", fmt.Sprintf("%04x", from)),
		box("span", "digits", hex...),
		html.If(!c.digits, box("span", "characters", html.Attr("aria-hidden", "true"), html.Group(chars...))))
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
