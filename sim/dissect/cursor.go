package dissect

import (
	"strconv"

	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// The bounds on one tree. What lies behind them becomes one opaque node with a
// diagnostic.
const (
	maxNodes = 1 << 17
	maxDepth = 48
)

// cursor reads a buffer from front to back and annotates what it reads: every
// read makes a leaf, and [cursor.sized] and [cursor.structure] make a group, a node
// around the reads in it. There is no other way forward than to make a node, and
// a group that ends before its bytes do gets an opaque leaf for the rest, so the
// cover invariant ([trace.CheckCover]) holds whatever the parsers do.
//
// A read that finds too few bytes puts a diagnostic on the enclosing group and
// fails it: later reads in the group return zero and make nothing. A failure ends
// at the innermost group whose length was announced; behind it, parsing goes on.
type cursor struct {
	buf    int
	data   []byte
	off    int // the next byte to read
	end    int // the end of the innermost group
	failed bool
	depth  int
	nodes  int

	arena *arena
	open  []*trace.Node // finished nodes whose parent is still open
	group *trace.Node   // the innermost open group
	last  *trace.Node   // the node that was made last
}

// tree reads a whole buffer as one group.
func (c *cursor) tree(a *arena, buf *trace.Buffer, id trace.FieldID, f func()) *trace.Node {
	*c = cursor{buf: buf.ID, data: buf.Data, end: len(buf.Data), arena: a, open: a.open[:0]}
	a.open = nil // a tree begun within this one gets a stack of its own
	root := c.sized(id, len(buf.Data), f)
	a.open = c.open[:0]
	return root
}

// left is the number of bytes that the innermost group still has to read.
func (c *cursor) left() int {
	if c.failed {
		return 0
	}
	return c.end - c.off
}

// more reports whether the innermost group has bytes left to read.
func (c *cursor) more() bool { return c.left() > 0 }

// rest is the unread bytes of the innermost group, without reading them.
func (c *cursor) rest() []byte {
	if c.failed {
		return nil
	}
	return c.data[c.off:c.end]
}

// fail puts an error on the innermost group and gives up reading it.
func (c *cursor) fail(text string) {
	if !c.failed {
		c.failed = true
		c.group.Diagnostics = append(c.group.Diagnostics, trace.Diagnostic{Severity: trace.Error, Text: text})
	}
}

// wrong puts an error on the node that was made last; reading goes on.
func (c *cursor) wrong(text string) { c.diagnose(trace.Error, text) }

// note puts a remark on the node that was made last.
func (c *cursor) note(text string) { c.diagnose(trace.Note, text) }

func (c *cursor) diagnose(s trace.Severity, text string) {
	if c.last != nil && !c.failed {
		c.last.Diagnostics = append(c.last.Diagnostics, trace.Diagnostic{Severity: s, Text: text})
	}
}

// is sets the value, in words, of the node that was made last.
func (c *cursor) is(value string) {
	if c.last != nil && !c.failed {
		c.last.Value = value
	}
}

func (c *cursor) node(id trace.FieldID, n int) *trace.Node {
	c.nodes++
	m := c.arena.node()
	m.ID, m.Buf, m.Off, m.Len = id, c.buf, c.off, n
	return m
}

// take makes a leaf of n bytes and returns them, or nil when they are not there.
func (c *cursor) take(id trace.FieldID, n int) []byte {
	switch {
	case c.failed:
		return nil
	case n > c.end-c.off:
		c.fail("truncated: " + id.Name() + " takes " + count(n) + ", " + strconv.Itoa(c.end-c.off) + " left")
		return nil
	case c.nodes >= maxNodes:
		c.fail("too many fields: the rest is not divided further")
		return nil
	}
	m := c.node(id, n)
	c.open = append(c.open, m)
	c.last = m
	c.off += n
	return c.data[m.Off:c.off]
}

// bytes reads n bytes as one leaf, whose value is the bytes in hexadecimal when
// they are few. No bytes make no leaf.
func (c *cursor) bytes(id trace.FieldID, n int) []byte {
	if n == 0 {
		return nil
	}
	b := c.take(id, n)
	if b != nil {
		c.last.Value = hexOrCount(b)
	}
	return b
}

// all reads everything that is left as one leaf.
func (c *cursor) all(id trace.FieldID) []byte { return c.bytes(id, c.left()) }

// number reads a number of n bytes. Its value is left to the caller.
func (c *cursor) number(id trace.FieldID, n int) (v uint64) {
	for _, x := range c.take(id, n) {
		v = v<<8 | uint64(x)
	}
	return v
}

// uint reads a number of n bytes that is shown in decimal.
func (c *cursor) uint(id trace.FieldID, n int) uint64 {
	v := c.number(id, n)
	if !c.failed {
		c.last.Value = strconv.FormatUint(v, 10)
	}
	return v
}

// u8, u16, u24 and u32 read numbers that are shown in decimal.
func (c *cursor) u8(id trace.FieldID) int     { return int(c.uint(id, 1)) }
func (c *cursor) u16(id trace.FieldID) int    { return int(c.uint(id, 2)) }
func (c *cursor) u24(id trace.FieldID) int    { return int(c.uint(id, 3)) }
func (c *cursor) u32(id trace.FieldID) uint32 { return uint32(c.uint(id, 4)) }

// code8 and code16 read numbers that have names.
func (c *cursor) code8(id trace.FieldID, name func(uint8) string) uint8 {
	v := uint8(c.number(id, 1))
	if !c.failed {
		c.last.Value = registry.Label(name(v), uint32(v), 2)
	}
	return v
}

func (c *cursor) code16(id trace.FieldID, name func(uint16) string) uint16 {
	v := uint16(c.number(id, 2))
	if !c.failed {
		c.last.Value = registry.Label(name(v), uint32(v), 4)
	}
	return v
}

// sized reads n bytes, a length that the wire announced, as a group whose inside
// f reads. When fewer are there, f reads those, and the enclosing group fails.
func (c *cursor) sized(id trace.FieldID, n int, f func()) *trace.Node {
	if c.failed {
		return nil
	}
	short := n - (c.end - c.off)
	if short > 0 {
		n = c.end - c.off
	}
	m := c.enter(id, c.off+n, f)
	if short > 0 && m != nil {
		m.Diagnostics = append(m.Diagnostics, trace.Diagnostic{
			Severity: trace.Error,
			Text:     "truncated: " + count(short) + " missing",
		})
		c.failed = true
	}
	return m
}

// structure reads a group that has no announced length: it ends where f stops
// reading, and takes all that is left when f fails.
func (c *cursor) structure(id trace.FieldID, f func()) *trace.Node {
	if c.failed {
		return nil
	}
	return c.enter(id, -1, f)
}

// enter opens a group up to end, or as far as f reads when end is negative.
func (c *cursor) enter(id trace.FieldID, end int, f func()) *trace.Node {
	if c.nodes >= maxNodes || c.depth >= maxDepth {
		c.fail("too many fields: the rest is not divided further")
		return nil
	}
	m := c.node(id, 0)
	outerGroup, outerEnd, mark := c.group, c.end, len(c.open)
	c.group, c.last = m, m
	c.depth++
	if end >= 0 {
		c.end = end
	}
	f()
	failed := c.failed
	if end >= 0 || failed {
		c.fill()
	}
	m.Len = c.off - m.Off
	m.Children = c.arena.children(c.open[mark:])
	c.open = append(c.open[:mark], m)
	c.depth--
	c.group, c.end, c.last = outerGroup, outerEnd, m
	c.failed = failed && end < 0
	return m
}

// fill makes what the innermost group has not read an opaque leaf. Unless the
// group failed, and has said why, that is an error of its own.
func (c *cursor) fill() {
	if c.off >= c.end {
		return
	}
	o := c.node("opaque", c.end-c.off)
	o.Value = hexOrCount(c.data[c.off:c.end])
	if !c.failed {
		o.Diagnostics = []trace.Diagnostic{{Severity: trace.Error, Text: "left over: " + c.group.ID.Name() + " should have ended"}}
	}
	c.open = append(c.open, o)
	c.off = c.end
}

// part lets f read the next n bytes, at most what is left, of the innermost group
// as if they were all of it. A failure of f ends with them.
func (c *cursor) part(n int, f func()) {
	if c.failed {
		return
	}
	whole := c.end
	c.end = c.off + min(n, c.left())
	f()
	c.fill()
	c.end, c.failed = whole, false
}

// list calls f until the innermost group is read. An f that reads nothing ends
// it.
func (c *cursor) list(f func()) {
	for c.more() {
		before := c.off
		if f(); c.off == before {
			c.fail("an element of no bytes")
		}
	}
}

// vector reads a vector of the RFCs' presentation language (RFC 8446, Section
// 3.4): a length field of width bytes, named id+"_length", then as many bytes as a
// group that f reads. A length outside min and max is diagnosed and then obeyed.
// No bytes make no group.
func (c *cursor) vector(width int, id trace.FieldID, minimum, maximum int, f func()) *trace.Node {
	n := c.length(width, id, minimum, maximum)
	if n == 0 || c.failed {
		return nil
	}
	return c.sized(id, n, f)
}

// opaque reads a vector of bytes that have no structure here, as one leaf.
func (c *cursor) opaque(width int, id trace.FieldID, minimum, maximum int) []byte {
	n := c.length(width, id, minimum, maximum)
	if c.failed {
		return nil
	}
	if n > c.left() {
		short := n - c.left()
		b := c.all(id)
		c.wrong("truncated: " + count(short) + " missing")
		c.failed = true
		return b
	}
	return c.bytes(id, n)
}

func (c *cursor) length(width int, id trace.FieldID, minimum, maximum int) int {
	n := int(c.uint(id+"_length", width))
	switch {
	case c.failed:
	case n < minimum:
		c.wrong("at least " + count(minimum) + " by the specification")
	case maximum > 0 && n > maximum:
		c.wrong("at most " + count(maximum) + " by the specification")
	}
	return n
}
