// Package html builds markup as values. Text and attribute values are always
// escaped and there is no way to write raw markup, so nothing that came from a
// wire, a certificate or a link can become an element or a script.
//
// (html/template would do this too, at 819 KB of compressed wasm.)
package html

import "strings"

// Node is an element, an attribute, a text or a group of these. The zero Node
// is nothing. (It is one word, since views pass it about in their hundreds: the
// struct itself would make their code half as large again.)
type Node struct{ n *node }

type node struct {
	kind  kind
	name  string  // element or attribute
	text  string  // attribute value or text
	attrs []*node // of an element
	kids  []*node // of an element or a group: elements and texts. A group has attributes among them
}

type kind uint8

const (
	element kind = iota
	attribute
	text
	group
)

// El is an element. Attributes among kids, at any place, become its own.
func El(tag string, kids ...Node) Node { return Box(tag, "", kids...) }

// Box is El with a class, or without where that is empty.
func Box(tag, class string, kids ...Node) Node {
	if !isName(tag) || tag == "script" || tag == "style" {
		panic("html: not an element to be built: " + tag)
	}
	const few = 4                       // attributes, as most elements have
	all := make([]*node, few+len(kids)) // in one piece, that seldom has to grow
	n := &node{kind: element, name: tag, attrs: all[:0:few], kids: all[few:few]}
	if class != "" {
		n.add(Attr("class", class).n)
	}
	for _, k := range kids {
		if k.n == nil {
			continue
		}
		if k.n.kind == group {
			for _, k := range k.n.kids {
				n.add(k)
			}
		} else {
			n.add(k.n)
		}
	}
	return Node{n}
}

func (n *node) add(kid *node) {
	if kid.kind == attribute && n.kind == element {
		n.attrs = append(n.attrs, kid)
	} else {
		n.kids = append(n.kids, kid)
	}
}

// Attr is an attribute of the element that it is put into. Event handlers,
// inline styles and addresses that leave the page are refused: the first two
// would need a laxer Content-Security-Policy.
func Attr(name, value string) Node {
	if !isName(name) || strings.HasPrefix(name, "on") || name == "style" || name == "srcdoc" {
		panic("html: not an attribute to be built: " + name)
	}
	if (name == "href" || name == "src") && !safeAddress(value) {
		value = "#"
	}
	return Node{&node{kind: attribute, name: name, text: value}}
}

// Flag is an attribute without a value, there if on.
func Flag(name string, on bool) Node {
	if !on {
		return Node{}
	}
	return Attr(name, "")
}

// Class is the class attribute, made of the names that are not empty.
func Class(names ...string) Node {
	kept := names[:0:0]
	for _, n := range names {
		if n != "" {
			kept = append(kept, n)
		}
	}
	return Attr("class", strings.Join(kept, " "))
}

// Data is a data- attribute. Where thousands are made, [Attr] with the whole name
// spares putting it together.
func Data(name, value string) Node { return Attr("data-"+name, value) }

// Text is text.
func Text(s string) Node { return Node{&node{kind: text, text: s}} }

// Group is several nodes as one.
func Group(kids ...Node) Node {
	n := &node{kind: group, kids: make([]*node, 0, len(kids))}
	for _, k := range kids {
		switch {
		case k.n == nil:
		case k.n.kind == group:
			n.kids = append(n.kids, k.n.kids...)
		default:
			n.kids = append(n.kids, k.n)
		}
	}
	return Node{n}
}

// If is n if on, else nothing.
func If(on bool, n Node) Node {
	if !on {
		return Node{}
	}
	return n
}

// Map is f of each item, as one node.
func Map[T any](items []T, f func(int, T) Node) Node {
	kids := make([]Node, len(items))
	for i, it := range items {
		kids[i] = f(i, it)
	}
	return Group(kids...)
}

// String is the markup.
func (n Node) String() string {
	if n.n == nil {
		return ""
	}
	return string(n.n.append(make([]byte, 0, 4096)))
}

func (n *node) append(b []byte) []byte {
	switch n.kind {
	case text:
		return appendEscaped(b, n.text)
	case group:
		for _, k := range n.kids {
			if k.kind != attribute {
				b = k.append(b)
			}
		}
	case attribute:
		b = append(b, ' ')
		b = append(b, n.name...)
		if n.text != "" {
			b = append(b, `="`...)
			b = appendEscaped(b, n.text)
			b = append(b, '"')
		}
	case element:
		b = append(b, '<')
		b = append(b, n.name...)
		for _, a := range n.attrs {
			b = a.append(b)
		}
		b = append(b, '>')
		if isVoid(n.name) {
			return b
		}
		for _, k := range n.kids {
			b = k.append(b)
		}
		b = append(b, "</"...)
		b = append(b, n.name...)
		b = append(b, '>')
	}
	return b
}

func appendEscaped(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; c {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&#34;"...)
		case '\'':
			b = append(b, "&#39;"...)
		case 0:
			b = append(b, "\uFFFD"...)
		default:
			b = append(b, c)
		}
	}
	return b
}

func safeAddress(a string) bool {
	for _, safe := range []string{"#", "https://www.rfc-editor.org/", "https://datatracker.ietf.org/"} {
		if strings.HasPrefix(a, safe) {
			return true
		}
	}
	return false
}

func isName(s string) bool {
	for _, c := range []byte(s) {
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return s != ""
}

func isVoid(tag string) bool {
	switch tag {
	case "br", "hr", "img", "input", "wbr":
		return true
	}
	return false
}
