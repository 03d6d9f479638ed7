// Package registry knows the numbers of TLS by name: the IANA registries of
// cipher suites, groups, signature schemes, extensions, alerts and the rest,
// with the drafts and predecessors that are still met on the wire.
//
// Every lookup returns the name as IANA writes it, "GREASE" for the values that
// RFC 8701 reserves, and "" for what is not assigned. [Label] puts name and
// number together for people.
package registry

import (
	"strconv"
	"strings"
	"sync"
)

// table is a registry as text, one "hexid name" per line, in ascending order: the most
// compact form that can still be read, and one in which a name is found by bisection.
type table struct {
	text string
	// grease says which values RFC 8701 reserves in this registry, nil for none.
	grease func(uint16) bool

	once sync.Once
	ids  []uint16
}

// entry is the line around that place: where it begins and ends, and what it says.
func (t *table) entry(at int) (begin, end int, id uint16, name string) {
	begin = strings.LastIndexByte(t.text[:at], '\n') + 1
	end = len(t.text)
	if n := strings.IndexByte(t.text[at:], '\n'); n >= 0 {
		end = at + n
	}
	hex, name, ok := strings.Cut(t.text[begin:end], " ")
	n, err := strconv.ParseUint(hex, 16, 16)
	if !ok || err != nil {
		panic("registry: bad line " + strconv.Quote(t.text[begin:end]))
	}
	return begin, end, uint16(n), name
}

// lines is where the lines are: between the line breaks at both ends of the text.
func (t *table) lines() (from, to int) {
	return len(t.text) - len(strings.TrimLeft(t.text, "\n")), len(strings.TrimRight(t.text, "\n"))
}

func (t *table) name(id uint16) string {
	for from, to := t.lines(); from < to; {
		begin, end, got, name := t.entry((from + to) / 2)
		switch {
		case got == id:
			return name
		case got < id:
			from = end + 1
		default:
			to = begin - 1
		}
	}
	if t.grease != nil && t.grease(id) {
		return GREASE
	}
	return ""
}

// all is every assigned id in ascending order. The caller must not change it.
func (t *table) all() []uint16 {
	t.once.Do(func() {
		for from, to := t.lines(); from < to; {
			_, end, id, _ := t.entry(from)
			t.ids = append(t.ids, id)
			from = end + 1
		}
	})
	return t.ids
}

// Label is a name and its number for people: "X25519 (0x001d)". The number has
// width hexadecimal digits. An empty name reads "unknown".
func Label(name string, id uint32, width int) string {
	if name == "" {
		name = "unknown"
	}
	var digits [8]byte
	hex := strconv.AppendUint(digits[:0], uint64(id), 16)
	b := make([]byte, 0, len(name)+len(" (0x)")+max(width, len(hex)))
	b = append(b, name...)
	b = append(b, " (0x"...)
	for range width - len(hex) {
		b = append(b, '0')
	}
	b = append(b, hex...)
	b = append(b, ')')
	return string(b)
}
