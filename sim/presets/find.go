package presets

import (
	"strings"
	"unicode"
)

// Found is a preset in which an end or another program says what someone has pasted.
type Found struct {
	*Preset
	Line  string // what is said there
	Match Match
	like  float64 // how much of it and of the pasted line is the same, 0 to 1
}

// Match is how well a line fits.
type Match int

// The matches, the best first: the whole line was pasted, or a part of it, or most
// of its words.
const (
	Whole Match = iota
	Part
	Alike
	none
)

// What of a pasted text is looked at, so that a whole log is no burden.
const (
	maxLines = 200
	maxWords = 400 // of a line
	maxAlike = 60  // of a line that is compared word by word
)

// Find is the presets in which the error that someone has pasted is reported, the
// best match first. The text may be a line of a log or several: names, numbers and
// times in it need not be those of the preset.
func Find(all []Preset, text string) []Found {
	var pasted []line
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" && len(pasted) < maxLines {
			pasted = append(pasted, newLine(l))
		}
	}
	var found []Found
	for i := range all {
		best := Found{Preset: &all[i], Match: none}
		for _, text := range best.says() {
			declared := newLine(text)
			for _, l := range pasted {
				m, like := declared.match(l)
				if m < best.Match || m == best.Match && like > best.like {
					best.Line, best.Match, best.like = text, m, like
				}
			}
		}
		if best.Match == none {
			continue
		}
		found = append(found, best) // in its place: slices.SortStableFunc would add 3 kB to the page
		for at := len(found) - 1; at > 0 && found[at].before(found[at-1]); at-- {
			found[at], found[at-1] = found[at-1], found[at]
		}
	}
	return found
}

// before reports whether f fits better. Whoever has pasted an error is hardly in one
// of the labs.
func (f Found) before(o Found) bool {
	switch {
	case f.Match != o.Match:
		return f.Match < o.Match
	case f.like != o.like:
		return f.like > o.like
	}
	return !f.lab() && o.lab()
}

func (p *Preset) lab() bool { return strings.HasPrefix(p.Group, "Labs") }

// says is all that is declared to be printed.
func (p *Preset) says() (all []string) {
	for _, text := range []string{p.Client, p.Server, p.Prints["openssl"], p.Prints["curl"], p.Prints["chromium"], p.Prints["firefox"]} {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}

// line is a line of text in small letters, and its constant words: those without
// digits or dots in them, which names, addresses, times and codes have.
type line struct {
	text  string
	words []string
}

func newLine(text string) line {
	l := line{text: strings.ToLower(text)}
	for _, w := range strings.FieldsFunc(l.text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '.' }) {
		w = strings.Trim(w, ".")
		if w != "" && !strings.ContainsAny(w, ".0123456789") && len(l.words) < maxWords {
			l.words = append(l.words, w)
		}
	}
	return l
}

// match is how a pasted line fits the declared one d, and how much of both is the
// same.
func (d line) match(pasted line) (Match, float64) {
	all := float64(len(d.words) + len(pasted.words))
	switch {
	case d.text == pasted.text:
		return Whole, 1
	case d.within(pasted):
		return Whole, 2 * float64(len(d.words)) / all
	case pasted.within(d) || strings.Contains(d.text, pasted.text):
		return Part, 2 * float64(len(pasted.words)) / all
	case len(pasted.words) > maxAlike:
		return none, 0
	}
	if n := common(d.words, pasted.words); n >= 3 && n*10 >= len(d.words)*7 {
		return Alike, 2 * float64(n) / all
	}
	return none, 0
}

// within reports whether the constant words of l stand in o, in this order, with no
// more others between them than there are.
func (l line) within(o line) bool {
	if len(l.words) == 0 {
		return false
	}
	for start := range o.words {
		n := 0
		for _, w := range o.words[start:min(len(o.words), start+2*len(l.words))] {
			if w == l.words[n] {
				if n++; n == len(l.words) {
					return true
				}
			} else if n == 0 {
				break
			}
		}
	}
	return false
}

// common is the length of the longest common subsequence.
func common(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}
