package trace

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// FieldID names what a node is, in the RFCs' words: the structure and, after a
// dot, the field in it ("client_hello.random"). Texts are filed under it.
type FieldID string

// Name is the last part of the ID: the field's own name in the RFC.
func (id FieldID) Name() string {
	return string(id[strings.LastIndexByte(string(id), '.')+1:])
}

// Hex is bytes that JSON shows as lower-case hexadecimal.
type Hex []byte

// String is the bytes in lower-case hexadecimal.
func (h Hex) String() string { return hex.EncodeToString(h) }

// MarshalText implements encoding.TextMarshaler.
func (h Hex) MarshalText() ([]byte, error) {
	return hex.AppendEncode(make([]byte, 0, 2*len(h)), h), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hex) UnmarshalText(text []byte) error {
	b, err := hex.AppendDecode(nil, text)
	if err != nil {
		return fmt.Errorf("trace: bad hex: %w", err)
	}
	*h = b
	return nil
}

// Span is a run of bytes in a buffer.
type Span struct {
	Buffer int `json:"buffer"`
	Offset int `json:"offset"`
	Length int `json:"length"`
}

// Buffer is named bytes that nodes lie over.
type Buffer struct {
	ID   int    `json:"id"`
	Name string `json:"name"` // for people: "record 3", "record 3, decrypted"
	Data Hex    `json:"hex"`
	// Origin tells which bytes of other buffers this one was made from, in
	// order. Empty for what came off the wire.
	Origin []Span `json:"origin,omitempty"`
}

// Node is a run of bytes with a meaning. Its children divide it further.
type Node struct {
	ID          FieldID
	Value       string // in words, empty where the children say it all
	Buf         int    // Buffer.ID
	Off, Len    int    // bytes in that buffer
	Diagnostics []Diagnostic
	Children    []*Node
}

// Severity grades a diagnostic.
type Severity string

// The severities.
const (
	Note  Severity = "note"  // legal, but worth a look
	Error Severity = "error" // malformed
)

// Diagnostic says what is wrong or remarkable at a node.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	Text     string   `json:"text"`
}

// End is the offset of the first byte behind the node.
func (n *Node) End() int { return n.Off + n.Len }

// Walk calls f for n and everything below it, parents first, until f returns
// false.
func (n *Node) Walk(f func(*Node) bool) bool {
	if n == nil {
		return true
	}
	if !f(n) {
		return false
	}
	for _, c := range n.Children {
		if !c.Walk(f) {
			return false
		}
	}
	return true
}

// Find returns the first node below n (n included) with that ID, or nil.
func (n *Node) Find(id FieldID) *Node {
	var found *Node
	n.Walk(func(m *Node) bool {
		if m.ID == id {
			found = m
		}
		return found == nil
	})
	return found
}

// At returns the innermost node that covers the byte at off, or nil.
func (n *Node) At(off int) *Node {
	if n == nil || off < n.Off || off >= n.End() {
		return nil
	}
	for _, c := range n.Children {
		if m := c.At(off); m != nil {
			return m
		}
	}
	return n
}

// CheckCover reports how the tree under root breaks the cover invariant over
// buf, or nil: the root spans the buffer; children lie in the same buffer,
// ordered, disjoint, inside their parent and without gaps.
func CheckCover(buf *Buffer, root *Node) error {
	if root == nil {
		return fmt.Errorf("trace: buffer %d (%s) has no tree", buf.ID, buf.Name)
	}
	if root.Off != 0 || root.Len != len(buf.Data) {
		return fmt.Errorf("trace: root %s spans [%d,%d) of the %d bytes of %s", root.ID, root.Off, root.End(), len(buf.Data), buf.Name)
	}
	return checkNode(buf, root)
}

func checkNode(buf *Buffer, n *Node) error {
	if n.Buf != buf.ID {
		return fmt.Errorf("trace: node %s lies in buffer %d, its tree in buffer %d", n.ID, n.Buf, buf.ID)
	}
	if len(n.Children) == 0 {
		return nil
	}
	at := n.Off
	for _, c := range n.Children {
		if c.Off != at {
			return fmt.Errorf("trace: %s in %s starts at byte %d of %s, expected %d", c.ID, n.ID, c.Off, buf.Name, at)
		}
		if c.Len < 0 {
			return fmt.Errorf("trace: %s has length %d", c.ID, c.Len)
		}
		if err := checkNode(buf, c); err != nil {
			return err
		}
		at = c.End()
	}
	if at != n.End() {
		return fmt.Errorf("trace: the children of %s end at byte %d of %s, it ends at %d", n.ID, at, buf.Name, n.End())
	}
	return nil
}
