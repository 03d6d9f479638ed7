package trace

import (
	"encoding/json"
	"strconv"
)

// MarshalJSON writes the node and all below it in one pass. A trace has
// thousands of nodes, so this is written by hand: encoding/json would allocate
// for each.
func (n *Node) MarshalJSON() ([]byte, error) {
	return n.appendJSON(make([]byte, 0, 4096))
}

func (n *Node) appendJSON(b []byte) ([]byte, error) {
	var err error
	b = append(b, `{"id":`...)
	b = appendString(b, string(n.ID))
	b = append(b, `,"name":`...)
	b = appendString(b, n.ID.Name())
	b = append(b, `,"value":`...)
	b = appendString(b, n.Value)
	b = append(b, `,"buffer":`...)
	b = strconv.AppendInt(b, int64(n.Buf), 10)
	b = append(b, `,"offset":`...)
	b = strconv.AppendInt(b, int64(n.Off), 10)
	b = append(b, `,"length":`...)
	b = strconv.AppendInt(b, int64(n.Len), 10)
	if len(n.Diagnostics) > 0 {
		d, err := json.Marshal(n.Diagnostics)
		if err != nil {
			return nil, err
		}
		b = append(b, `,"diagnostics":`...)
		b = append(b, d...)
	}
	if len(n.Children) > 0 {
		b = append(b, `,"children":[`...)
		for i, c := range n.Children {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = c.appendJSON(b); err != nil {
				return nil, err
			}
		}
		b = append(b, ']')
	}
	return append(b, '}'), nil
}

// appendString quotes s: plain ASCII directly, anything else by encoding/json.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			q, _ := json.Marshal(s) // a string always marshals
			return append(b, q...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// JSON is the trace in the form that the package documentation describes.
func (t *Trace) JSON() ([]byte, error) { return json.Marshal(t) }

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
