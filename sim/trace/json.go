package trace

import (
	"strconv"

	"tlsplay/sim/jsonout"
)

// AppendJSON writes the node and all below it in one pass. A trace has thousands
// of nodes, so this does not go by their tags.
func (n *Node) AppendJSON(b []byte) []byte {
	b = append(b, `{"id":`...)
	b = jsonout.String(b, string(n.ID))
	b = append(b, `,"name":`...)
	b = jsonout.String(b, n.ID.Name())
	b = append(b, `,"value":`...)
	b = jsonout.String(b, n.Value)
	b = append(b, `,"buffer":`...)
	b = strconv.AppendInt(b, int64(n.Buf), 10)
	b = append(b, `,"offset":`...)
	b = strconv.AppendInt(b, int64(n.Off), 10)
	b = append(b, `,"length":`...)
	b = strconv.AppendInt(b, int64(n.Len), 10)
	if len(n.Diagnostics) > 0 {
		b = append(b, `,"diagnostics":`...)
		b = jsonout.Append(b, n.Diagnostics)
	}
	if len(n.Children) > 0 {
		b = append(b, `,"children":[`...)
		for i, c := range n.Children {
			if i > 0 {
				b = append(b, ',')
			}
			b = c.AppendJSON(b)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

// MarshalJSON is AppendJSON for encoding/json.
func (n *Node) MarshalJSON() ([]byte, error) { return n.AppendJSON(nil), nil }

// JSON is the trace in the form that the package documentation describes.
func (t *Trace) JSON() []byte { return jsonout.Append(make([]byte, 0, 1<<16), t) }

// Dump is bytes as "16 03 01 …", for people.
func Dump(b []byte) string {
	const digits = "0123456789abcdef"
	if len(b) == 0 {
		return ""
	}
	out := make([]byte, 0, 3*len(b))
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15], ' ')
	}
	return string(out[:len(out)-1])
}
