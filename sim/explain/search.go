package explain

import (
	"cmp"
	"slices"
	"strings"

	"tlsplay/sim/trace"
)

// Found is a text or, when Term is set, an entry of the glossary that a search
// found.
type Found struct {
	ID    trace.FieldID
	Short string
	Term  string // the key of the term, as in Span
}

// Search is the terms and texts that have the words in their name or, behind
// these, in what they say in short; at most so many. Words are compared without
// regard to case.
func (t *Texts) Search(words string, most int) []Found {
	words = strings.ToLower(words)
	type ranked struct {
		Found
		rank int
	}
	var all []*ranked // pointers: the page can sort those already, and each other type would add 4 kB
	add := func(f Found, name, says string) {
		name, says = strings.ToLower(name), strings.ToLower(says)
		switch {
		case name == words:
			all = append(all, &ranked{f, 0})
		case strings.Contains(name, words):
			all = append(all, &ranked{f, 1})
		case strings.Contains(says, words):
			all = append(all, &ranked{f, 2})
		}
	}
	for id := range t.ids() {
		e, ok := t.entry(id)
		if !ok {
			continue
		}
		if name, ok := strings.CutPrefix(id, termPrefix); ok {
			spans, _ := e.spans(is)
			says := Words(spans)
			add(Found{Term: name, Short: says, ID: trace.FieldID(name)}, name, says)
			continue
		}
		add(Found{ID: trace.FieldID(id), Short: e.keys[short]}, id, e.keys[short])
	}
	slices.SortFunc(all, func(a, b *ranked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.Term, a.Term), cmp.Compare(a.ID, b.ID))
	})
	var found []Found
	for _, r := range all[:min(most, len(all))] {
		found = append(found, r.Found)
	}
	return found
}
