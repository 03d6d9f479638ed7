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

// table is a registry as text, one "hexid name" per line: the most compact form
// that can still be read. It is parsed when it is first asked.
type table struct {
	text string
	// grease says which values RFC 8701 reserves in this registry, nil for none.
	grease func(uint16) bool

	once  sync.Once
	names map[uint16]string
	ids   []uint16
}

func (t *table) load() {
	t.names = make(map[uint16]string, strings.Count(t.text, "\n"))
	for line := range strings.Lines(t.text) {
		hex, name, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		id, err := strconv.ParseUint(hex, 16, 16)
		if err != nil {
			panic("registry: bad line " + strconv.Quote(line))
		}
		t.names[uint16(id)] = name
		t.ids = append(t.ids, uint16(id))
	}
}

func (t *table) name(id uint16) string {
	t.once.Do(t.load)
	if name := t.names[id]; name != "" {
		return name
	}
	if t.grease != nil && t.grease(id) {
		return GREASE
	}
	return ""
}

// all is every assigned id in ascending order. The caller must not change it.
func (t *table) all() []uint16 {
	t.once.Do(t.load)
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
