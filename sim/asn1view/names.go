package asn1view

import (
	"encoding/hex"
	"slices"
	"strings"

	"tlsplay/sim/trace"
)

// kind names the universal type of h as an ID does.
func (h *header) kind() string {
	if h.class == universal && h.number < len(universalNames) {
		return universalNames[h.number]
	}
	return ""
}

// orGeneric is id, or for an element without one its type's.
func orGeneric(id trace.FieldID, t *typ, h *header) trace.FieldID {
	switch {
	case id != "":
		return id
	case t.id != "":
		return t.id
	}
	return genericID(h)
}

func genericID(h *header) trace.FieldID {
	if name := h.kind(); name != "" {
		return trace.FieldID("asn1." + strings.Map(func(c rune) rune {
			switch {
			case c >= 'A' && c <= 'Z':
				return c + 'a' - 'A'
			case c == ' ' || c == '-':
				return '_'
			}
			return c
		}, name))
	}
	return "asn1.tagged"
}

// FieldIDs lists every FieldID that a tree of this package can hold, sorted,
// except those of signed certificate timestamps, which are dissect's.
func FieldIDs() []trace.FieldID {
	ids := []trace.FieldID{idTag, idLength, idContent, idUnusedBits, idEnd, idOpaque, idRoot, "asn1.tagged"}
	for i, name := range universalNames {
		if name != "" {
			ids = append(ids, genericID(&header{number: i}))
		}
	}
	for _, t := range theSchema().types {
		if t.kind != primitive || t.id != "" {
			ids = append(ids, t.id)
		}
		for _, f := range t.fields {
			ids = append(ids, f.id)
		}
	}
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id trace.FieldID) bool { return id == "" })
}

// shortNames are those of RFC 4514, Section 3, and the common rest, by the long
// names.
const shortNames = " commonName CN countryName C localityName L stateOrProvinceName ST organizationName O organizationalUnitName OU " +
	"streetAddress STREET serialNumber SERIALNUMBER postalCode POSTALCODE domainComponent DC userId UID "

// summarize gives a constructed element a value of its own where that helps: the
// name of what it is about, and distinguished names in the form of RFC 4514.
func (t *typ) summarize(r *reader, n *trace.Node, oid string) {
	switch {
	case n.Value != "":
	case t.name == "AttributeTypeAndValue":
		n.Value = r.attribute(n, oid)
	case t.name == "RelativeDistinguishedName":
		n.Value = joinValues(Elements(n), "+", false)
	case t.name == "Name":
		n.Value = joinValues(Elements(n), ",", true)
	case t.kind == sequence && len(t.fields) > 0 && t.fields[0].typ.name == "OID" && oid != "":
		if n.Value = OIDName(oid); n.Value == "" {
			n.Value = oid
		}
	}
}

// joinValues strings values together, up to some length. A distinguished name is
// written with its last part first.
func joinValues(nodes []*trace.Node, with string, backwards bool) string {
	var b strings.Builder
	for i := range nodes {
		n := nodes[i]
		if backwards {
			n = nodes[len(nodes)-1-i]
		}
		if i > 0 {
			b.WriteString(with)
		}
		if b.Len() > 4*maxText {
			return b.String() + "…"
		}
		b.WriteString(n.Value)
	}
	return b.String()
}

// attribute is type=value. RFC 4514, Sections 2.3 and 2.4.
func (r *reader) attribute(n *trace.Node, oid string) string {
	name := OIDName(oid)
	if _, rest, ok := strings.Cut(shortNames, " "+name+" "); ok {
		name, _, _ = strings.Cut(rest, " ")
	} else if name == "" {
		name = oid
	}
	parts := Elements(n)
	if len(parts) != 2 {
		return name + "="
	}
	off, end := Content(parts[1])
	var h header
	h.parse(r.data[parts[1].Off:])
	if s, ok := decodeString(h.number, r.data[off:end]); ok && h.class == universal && !h.constructed {
		return name + "=" + Visible(escape(cut(s)))
	}
	b := r.data[parts[1].Off:parts[1].End()]
	return name + "=#" + hex.EncodeToString(b[:min(len(b), 64)])
}

// escape: RFC 4514, Section 2.4.
func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if strings.IndexByte(",+\"\\<>;", c) >= 0 || i == 0 && (c == ' ' || c == '#') || i == len(s)-1 && c == ' ' {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// Notation is what is at and below n as a line of ASN.1 values, cut where it
// gets long: SEQUENCE { INTEGER 5, UTF8String "x" }.
func Notation(n *trace.Node) string {
	var b strings.Builder
	notation(&b, n)
	return b.String()
}

func notation(b *strings.Builder, n *trace.Node) {
	if len(n.Children) < 2 || n.Children[0].ID != idTag {
		b.WriteString(n.Value)
		return
	}
	b.WriteString(n.Children[0].Value)
	inside := Elements(n)
	if len(inside) == 0 || inside[0].ID == idContent || inside[0].ID == idUnusedBits {
		if n.Value != "" {
			b.WriteString(" " + n.Value)
		}
		return
	}
	b.WriteString(" {")
	for i, m := range inside {
		if b.Len() > maxText/4 {
			b.WriteString(" …")
			break
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte(' ')
		notation(b, m)
	}
	b.WriteString(" }")
}
