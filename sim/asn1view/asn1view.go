// Package asn1view reads ASN.1 in its Basic and Distinguished Encoding Rules
// (BER and DER, ITU-T X.690) into trees: each byte belongs to a leaf, and the
// nodes of the objects that are met around TLS (certificates, requests, keys,
// revocation lists, OCSP, PKCS #7) carry the RFCs' names, "Validity.notBefore".
//
// What the RFCs' ASN.1 modules say stands in schema.go, as data.
package asn1view

import (
	"strconv"

	"tlsplay/sim/trace"
)

// The bounds on one tree. What lies behind them becomes one opaque leaf with a
// diagnostic.
const (
	maxNodes = 1 << 17
	maxDepth = 64
)

// The nodes that every element is made of, and those of what has no name.
const (
	idTag        trace.FieldID = "asn1.tag"
	idLength     trace.FieldID = "asn1.length"
	idContent    trace.FieldID = "asn1.content"
	idUnusedBits trace.FieldID = "asn1.unused_bits"
	idEnd        trace.FieldID = "asn1.end_of_contents"
	idOpaque     trace.FieldID = "asn1.opaque"
	idRoot       trace.FieldID = "asn1"
)

// Tree divides all of buf, read as an object of that kind; [Unknown] names
// nothing. Where the bytes depart from DER or from the kind, nodes carry
// diagnostics.
func Tree(buf *trace.Buffer, kind Kind) *trace.Node {
	r := &reader{data: buf.Data, buf: buf}
	t, id := theSchema().types[string(kind)], trace.FieldID(kind)
	if t == nil {
		t, id = anyType, ""
	}
	if len(buf.Data) == 0 {
		n := r.node(idRoot, 0, 0)
		wrong(n, "no bytes")
		return n
	}
	n, _ := r.element(0, len(buf.Data), t, id, false)
	if n.End() == len(buf.Data) {
		return n
	}
	root := r.node(idRoot, 0, len(buf.Data))
	adopt(root, n)
	if kind == Unknown {
		for off := n.End(); off < len(buf.Data); off = root.Children[len(root.Children)-1].End() {
			m, _ := r.element(off, len(buf.Data), anyType, "", false)
			adopt(root, m)
		}
		return root
	}
	adopt(root, r.leftOver(n.End(), len(buf.Data), "left over behind the "+string(kind)))
	return root
}

// Content is the span of what n holds: an element without tag and length, any
// other node as it is.
func Content(n *trace.Node) (off, end int) {
	if len(n.Children) >= 2 && n.Children[0].ID == idTag && n.Children[1].ID == idLength {
		return n.Children[1].End(), n.End()
	}
	return n.Off, n.End()
}

// Elements is the elements directly inside n.
func Elements(n *trace.Node) []*trace.Node {
	if len(n.Children) >= 2 && n.Children[0].ID == idTag {
		return n.Children[2:]
	}
	return n.Children
}

type reader struct {
	data  []byte
	buf   *trace.Buffer
	nodes int
	depth int
	slab  []trace.Node
}

func (r *reader) node(id trace.FieldID, off, end int) *trace.Node {
	r.nodes++
	if len(r.slab) == 0 {
		r.slab = make([]trace.Node, min(max(64, r.nodes), 1024))
	}
	n := &r.slab[0]
	r.slab = r.slab[1:]
	n.ID, n.Buf, n.Off, n.Len = id, r.buf.ID, off, end-off
	return n
}

func (r *reader) leftOver(off, end int, why string) *trace.Node {
	n := r.node(idOpaque, off, end)
	n.Value = hexOrCount(r.data[off:end])
	if why != "" {
		wrong(n, why)
	}
	return n
}

// adopt makes m the last child of n.
func adopt(n, m *trace.Node) { n.Children = append(n.Children, m) }

func wrong(n *trace.Node, text string) {
	n.Diagnostics = append(n.Diagnostics, trace.Diagnostic{Severity: trace.Error, Text: text})
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

// element reads the element that begins at off and ends no later than end, at
// least one byte. An implicit tag stands for t's own. With the node comes the
// first object identifier in it, by which open types behind it go.
func (r *reader) element(off, end int, t *typ, id trace.FieldID, implicit bool) (n *trace.Node, oid string) {
	var h header
	if problem := h.parse(r.data[off:end]); problem != "" {
		n = r.leftOver(off, end, problem)
		if id != "" {
			n.ID = id
		}
		return n, ""
	}
	alternative := ""
	if !implicit {
		var f *field
		if t, f = t.resolve(&h); f != nil {
			alternative = " " + f.name
			if id == "" {
				id = f.id
			}
			implicit = f.tag >= 0 && !f.explicit
			if f.tag >= 0 && f.explicit {
				n, oid = r.explicit(off, end, &h, f.typ, id)
				n.Children[0].Value += alternative
				return n, oid
			}
		}
	}
	n = r.node(orGeneric(id, t, &h), off, off+h.size)
	if !implicit && !t.takes(&h) {
		wrong(n, "expected "+t.describe()+", found "+h.describe())
		t = anyType
	}
	h.universal = h.class == universal || implicit && t.tag >= 0
	r.open(n, off, end, &h)
	if implicit {
		h.number = t.tag // decode as if it were there
	}
	n.Children[0].Value += alternative
	oid = r.content(n, &h, t)
	return n, oid
}

// explicit reads the element under an explicit tag, whose node gets the field's
// ID.
func (r *reader) explicit(off, end int, h *header, t *typ, id trace.FieldID) (n *trace.Node, oid string) {
	n = r.node(id, off, off+h.size)
	r.open(n, off, end, h)
	at := off + h.length
	switch {
	case h.indefinite || !h.constructed:
		return n, r.content(n, h, anyType)
	case at == n.End():
		wrong(n, "holds nothing where "+t.describe()+" should be")
		return n, ""
	}
	r.depth++
	inner, oid := r.element(at, n.End(), t, "", false)
	r.depth--
	n.Value = inner.Value
	adopt(n, inner)
	if inner.End() < n.End() {
		adopt(n, r.leftOver(inner.End(), n.End(), "left over: one element should be here"))
	}
	return n, oid
}

// open gives n its tag and its length, and cuts it off at end.
func (r *reader) open(n *trace.Node, off, end int, h *header) {
	tag, length := r.node(idTag, off, off+h.tag), r.node(idLength, off+h.tag, off+h.length)
	tag.Value = h.describe()
	switch {
	case h.indefinite:
		length.Value = "indefinite"
		wrong(length, "an indefinite length: DER states each length")
	default:
		length.Value = count(h.size-h.length, "byte")
		if h.longLength {
			wrong(length, "not in the shortest form, which DER demands")
		}
	}
	if h.longTag {
		wrong(tag, "not in the shortest form")
	}
	if n.End() > end {
		wrong(n, "truncated: "+count(n.End()-end, "byte")+" missing")
		n.Len = end - off
	}
	if h.indefinite {
		n.Len = end - off // until the end is met
	}
	n.Children = append(make([]*trace.Node, 0, 4), tag, length)
}

// content reads what is behind n's length.
func (r *reader) content(n *trace.Node, h *header, t *typ) (oid string) {
	off := n.Off + h.length
	switch {
	case h.constructed && r.depth >= maxDepth:
		if off < n.End() {
			adopt(n, r.leftOver(off, n.End(), "nested deeper than "+strconv.Itoa(maxDepth)+" levels: not divided further"))
		}
		return ""
	case h.constructed:
		r.depth++
		oid = r.constructed(n, off, h, t)
		r.depth--
		t.summarize(r, n, oid)
		return oid
	}
	return r.primitive(n, off, h, t)
}

// constructed reads the elements inside n, by the fields of t when it has any.
func (r *reader) constructed(n *trace.Node, off int, h *header, t *typ) (first string) {
	if h.universal && !structured(h.number) {
		wrong(n, "a string in pieces, which DER forbids")
		t = anyType
	}
	fields := walk{t: t, n: n}
	slot := "" // the object identifier of the nearest element before that holds one
	for off < n.End() {
		if r.nodes >= maxNodes {
			adopt(n, r.leftOver(off, n.End(), "too many fields: not divided further"))
			return first
		}
		if h.indefinite && n.End()-off >= 2 && r.data[off] == 0 && r.data[off+1] == 0 {
			adopt(n, r.node(idEnd, off, off+2))
			n.Len = off + 2 - n.Off
			h.indefinite = false
			break
		}
		child, oid := r.next(off, &fields, slot)
		adopt(n, child)
		if oid != "" {
			slot = oid
			if first == "" {
				first = oid
			}
		}
		off = child.End()
	}
	if h.indefinite {
		wrong(n, "an indefinite length without an end")
	}
	fields.finish()
	if t.kind == setOf {
		r.checkSorted(n)
	}
	return first
}

// next reads one element inside a constructed one.
func (r *reader) next(off int, w *walk, slot string) (n *trace.Node, oid string) {
	end := w.n.End()
	var h header
	if problem := h.parse(r.data[off:end]); problem != "" {
		return r.leftOver(off, end, problem), ""
	}
	switch w.t.kind {
	case sequenceOf, setOf:
		return r.element(off, end, w.t.elem, w.t.elem.id, false)
	case sequence, set:
	default:
		return r.element(off, end, anyType, "", false)
	}
	f, problem := w.match(&h)
	switch {
	case f == nil:
		n, oid = r.element(off, end, anyType, "", false)
	case f.tag >= 0 && f.explicit:
		n, oid = r.explicit(off, end, &h, f.typ.by(slot), f.id)
	default:
		n, oid = r.element(off, end, f.typ.by(slot), f.id, f.tag >= 0)
		if f.optional && f.typ.kind == primitive && f.typ.tag == tagBoolean && n.Value == "FALSE" {
			wrong(n, "states the default, which DER leaves out")
		}
	}
	if problem != "" {
		wrong(n, problem)
	}
	return n, oid
}

// walk matches the elements of a SEQUENCE or SET with its fields.
type walk struct {
	t    *typ
	n    *trace.Node
	at   int // the next field
	lost bool
}

// match is the field that an element with *header h is, and what is wrong with
// it. A nil field without a problem comes after one that was wrong.
func (w *walk) match(h *header) (*field, string) {
	if w.lost {
		return nil, ""
	}
	for i := w.at; i < len(w.t.fields); i++ {
		f := &w.t.fields[i]
		if f.takes(h) {
			if w.t.kind != set {
				w.at = i + 1
			}
			return f, ""
		}
		if !f.optional && w.t.kind != set {
			w.lost = true
			return nil, "expected " + f.name + ", " + f.typ.describe() + ", found " + h.describe()
		}
	}
	w.lost = true
	return nil, "unexpected: " + w.t.name + " ends before"
}

// finish says what is missing.
func (w *walk) finish() {
	if w.lost || w.t.kind != sequence {
		return
	}
	for _, f := range w.t.fields[w.at:] {
		if !f.optional {
			wrong(w.n, f.name+" is missing")
			return
		}
	}
}

// checkSorted: the elements of a SET OF are in ascending order. X.690, Section
// 11.6.
func (r *reader) checkSorted(n *trace.Node) {
	last := []byte(nil)
	for _, m := range Elements(n) {
		b := r.data[m.Off:m.End()]
		if last != nil && string(last) > string(b) {
			wrong(n, "its elements are not in ascending order, which DER demands")
			return
		}
		last = b
	}
}
