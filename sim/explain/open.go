package explain

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Sorted is texts in the same format, but with one ID to an entry and these in order,
// and nothing else, for [Open].
func Sorted(data []byte) ([]byte, error) {
	p, err := read(data)
	if err != nil {
		return nil, err
	}
	entries := map[string]string{}
	for _, e := range p.entries {
		var says strings.Builder
		for k, value := range e.keys {
			if value != "" {
				fmt.Fprintf(&says, "%s: %s\n", keyNames[k], value)
			}
		}
		entries[e.ids[0]] = says.String()
		for _, id := range e.ids[1:] {
			entries[id] = keyNames[like] + ": " + e.ids[0] + "\n"
		}
	}
	var all []byte
	for i, id := range slices.Sorted(maps.Keys(entries)) {
		if i > 0 {
			all = append(all, '\n')
		}
		all = append(all, "# "+id+"\n"+entries[id]...)
	}
	return all, nil
}

// Open is [Parse] for texts that it has accepted before and that are [Sorted]. It
// reads nothing: each entry is found and read when it is looked up. The texts are
// for one goroutine.
func Open(sorted string) (*Texts, error) {
	if !strings.HasPrefix(sorted, "# ") {
		return nil, fmt.Errorf("explain: there are no texts in it: it does not come from this page's build")
	}
	return &Texts{byID: map[string]*entry{}, sorted: sorted}, nil
}

const between = "\n\n" // entries

// at is the entry of that ID, or nil.
func (t *Texts) at(id string) *entry {
	e, known := t.byID[id]
	if known || t.sorted == "" {
		return e
	}
	if text, ok := find(t.sorted, id); ok {
		p := &parser{byID: map[string]*entry{}, key: noKey}
		for line := range strings.SplitSeq(text, "\n") {
			_ = p.read(line) // Parse tells of mistakes
		}
		e = p.byID[id]
	}
	t.byID[id] = e
	if e != nil && e.keys[like] != "" {
		if from := t.at(e.keys[like]); from != nil {
			e.take(from)
		}
	}
	return e
}

// find is the entry of that ID among sorted ones.
func find(sorted, id string) (entry string, ok bool) {
	for sorted != "" {
		begin := 0 // of the entry in the middle
		if i := strings.LastIndex(sorted[:len(sorted)/2], between); i >= 0 {
			begin = i + len(between)
		}
		entry, rest, _ := strings.Cut(sorted[begin:], between)
		switch c := strings.Compare(idOf(entry), id); {
		case c == 0:
			return entry, true
		case c < 0:
			sorted = rest
		default:
			sorted = sorted[:begin]
		}
	}
	return "", false
}

func idOf(entry string) string {
	line, _, _ := strings.Cut(entry, "\n")
	return strings.TrimPrefix(line, "# ")
}

// ids is all IDs, in no order.
func (t *Texts) ids() iter.Seq[string] {
	if t.sorted == "" {
		return maps.Keys(t.byID)
	}
	return func(yield func(string) bool) {
		for entry := range strings.SplitSeq(t.sorted, between) {
			if !yield(idOf(entry)) {
				return
			}
		}
	}
}
