package explain

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	termPrefix     = "term."
	templatePrefix = "template."
)

// entry is what stands below one line of IDs.
type entry struct {
	ids   []string
	file  string
	line  int
	keys  [numKeys]string
	lines [numKeys]int
	given int // how many of the keys
	state state
}

// key is what a line of an entry says something about.
type key int

const (
	noKey key = iota - 1
	short
	long
	why
	rfc
	values
	like
	is
	numKeys
)

var keyNames = [numKeys]string{"short", "long", "why", "rfc", "values", "like", "is"}

// state is how far an entry has taken over what another says.
type state uint8

const (
	unresolved state = iota
	resolving
	resolved
)

// Parse reads texts in the format that the package documentation describes. It
// is strict: an unknown key, an ID that comes twice, a link without a term, a
// section that is none is an error, which names file and line.
func Parse(data []byte) (*Texts, error) {
	p, err := read(data)
	if err != nil {
		return nil, err
	}
	for _, e := range p.entries {
		if err := p.inherit(e); err != nil {
			return nil, err
		}
	}
	for _, e := range p.entries {
		if err := p.check(e); err != nil {
			return nil, err
		}
	}
	return &Texts{byID: p.byID}, nil
}

// read reads the entries, with what they say themselves.
func read(data []byte) (*parser, error) {
	p := &parser{file: "texts", byID: map[string]*entry{}, key: noKey}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("explain: the texts are not UTF-8")
	}
	for rest, line := string(data), ""; rest != ""; {
		line, rest, _ = strings.Cut(rest, "\n")
		p.line++
		if err := p.read(line); err != nil {
			return nil, p.at(p.file, p.line, err)
		}
	}
	return p, nil
}

type parser struct {
	file    string
	line    int
	entries []*entry
	byID    map[string]*entry
	open    *entry
	key     key // that a continuation belongs to
}

func (p *parser) at(file string, line int, err error) error {
	return fmt.Errorf("explain: %s:%d: %w", file, line, err)
}

func (p *parser) read(line string) error {
	line = strings.TrimRight(line, " \t\r")
	switch {
	case line == "":
		p.open, p.key = nil, noKey
	case isComment(line):
	case isFile(line):
		p.file, p.line, p.open, p.key = line[2:], 0, nil, noKey
	case strings.HasPrefix(line, "# "):
		return p.begin(line[2:])
	case line[0] == ' ':
		if p.key == noKey {
			return fmt.Errorf("continues nothing")
		}
		p.open.keys[p.key] += " " + strings.TrimLeft(line, " ")
	default:
		return p.add(line)
	}
	return nil
}

func isComment(line string) bool { return strings.HasPrefix(line, "//") }
func isFile(line string) bool    { return strings.HasPrefix(line, "@ ") }

// begin begins an entry. A line of IDs under one that has no keys yet adds to it.
func (p *parser) begin(ids string) error {
	p.key = noKey
	if p.open == nil || p.open.given > 0 {
		p.open = &entry{file: p.file, line: p.line}
		p.entries = append(p.entries, p.open)
	}
	for _, id := range idsOf(ids) {
		if id == "" || strings.ContainsAny(id, "[]|\t") {
			return fmt.Errorf("%q is no ID", id)
		}
		if p.byID[id] != nil {
			return fmt.Errorf("%s comes twice", id)
		}
		p.byID[id] = p.open
		p.open.ids = append(p.open.ids, id)
	}
	return nil
}

// idsOf is the IDs on a line, which may end in a comma.
func idsOf(line string) []string { return divide(strings.TrimSuffix(line, ",")) }

// divide divides at commas, but for those in brackets: "DHKEM(P-256, HKDF-SHA256)".
func divide(ids string) (list []string) {
	depth, start := 0, 0
	for i := range len(ids) {
		switch ids[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth <= 0 {
				list, start = append(list, strings.TrimSpace(ids[start:i])), i+1
			}
		}
	}
	return append(list, strings.TrimSpace(ids[start:]))
}

func (p *parser) add(line string) error {
	name, value, ok := strings.Cut(line, ":")
	if value = strings.TrimSpace(value); !ok || value == "" {
		return fmt.Errorf("neither an ID (# id) nor key: value")
	}
	if p.open == nil {
		return fmt.Errorf("%s belongs to no ID", name)
	}
	k := key(slices.Index(keyNames[:], name))
	switch isTerm := strings.HasPrefix(p.open.ids[0], termPrefix); {
	case k == noKey:
		return fmt.Errorf("unknown key %q", name)
	case k == is && !isTerm:
		return fmt.Errorf("only a term has the key is")
	case k != is && isTerm:
		return fmt.Errorf("a term has no %s", name)
	case p.open.keys[k] != "":
		return fmt.Errorf("a second %s", name)
	}
	p.open.keys[k], p.open.lines[k], p.key = value, p.line, k
	p.open.given++
	return nil
}

// inherit fills in what the entry leaves out.
func (p *parser) inherit(e *entry) error {
	if e.keys[like] == "" || e.state == resolved {
		return nil
	}
	e.state = resolving
	from := p.byID[e.keys[like]]
	switch {
	case from == nil:
		return p.at(e.file, e.lines[like], fmt.Errorf("there is no %s to be like", e.keys[like]))
	case from.state == resolving:
		return p.at(e.file, e.lines[like], fmt.Errorf("being like %s leads back here", e.keys[like]))
	case from.keys[is] != "":
		return p.at(e.file, e.lines[like], fmt.Errorf("%s is a term", e.keys[like]))
	}
	if err := p.inherit(from); err != nil {
		return err
	}
	e.state = resolved
	e.take(from)
	return nil
}

// take has an entry say what another says, where it says nothing itself.
func (e *entry) take(from *entry) {
	for k, value := range from.keys {
		if e.keys[k] == "" && value != "" {
			e.keys[k], e.lines[k] = value, e.line
		}
	}
}

// check holds an entry to what can be seen only once all are known.
func (p *parser) check(e *entry) error {
	for _, id := range e.ids {
		name, ofTerm := strings.CutPrefix(id, termPrefix)
		if ofTerm != strings.HasPrefix(e.ids[0], termPrefix) || ofTerm && len(e.ids) > 1 {
			return p.at(e.file, e.line, fmt.Errorf("%s: a term stands alone", id))
		}
		if ofTerm && (e.keys[is] == "" || name == "") {
			return p.at(e.file, e.line, fmt.Errorf("%s says nothing", id))
		}
	}
	isTemplate := func(id string) bool { return strings.HasPrefix(id, templatePrefix) }
	isTerm := strings.HasPrefix(e.ids[0], termPrefix)
	if e.keys[short] == "" && !isTerm && !all(e.ids, isTemplate) {
		return p.at(e.file, e.line, fmt.Errorf("%s has no short text", e.ids[0]))
	}
	if strings.ContainsAny(e.keys[short], "[]|") {
		return p.at(e.file, e.lines[short], fmt.Errorf("a short text has no links"))
	}
	for _, k := range []key{long, why, is} {
		spans, err := e.spans(k)
		if err != nil {
			return p.at(e.file, e.lines[k], err)
		}
		for _, s := range spans {
			if s.Term != "" && p.byID[termPrefix+s.Term] == nil {
				return p.at(e.file, e.lines[k], fmt.Errorf("no term %q in the glossary", s.Term))
			}
		}
	}
	for _, cite := range e.cites() {
		if !wellFormed(cite) {
			return p.at(e.file, e.lines[rfc], fmt.Errorf("%q is no section: write RFC 8446, Section 4.1.2", cite))
		}
	}
	return nil
}

func all(ids []string, f func(string) bool) bool {
	return !slices.ContainsFunc(ids, func(id string) bool { return !f(id) })
}

// text is what the entry says.
func (e *entry) text() Text {
	t := Text{Short: e.keys[short], RFC: e.cites(), values: e.keys[values]}
	t.Long, _ = e.spans(long) // Parse tells of mistakes
	t.Why, _ = e.spans(why)
	return t
}

func (e *entry) cites() (cites []string) {
	if e.keys[rfc] == "" {
		return nil
	}
	for cite := range strings.SplitSeq(e.keys[rfc], ";") {
		cites = append(cites, strings.TrimSpace(cite))
	}
	return cites
}

// spans divides a text at its links.
func (e *entry) spans(k key) ([]Span, error) {
	text := e.keys[k]
	var spans []Span
	for text != "" {
		i := strings.IndexAny(text, "[]|")
		if i < 0 {
			return append(spans, Span{Text: text}), nil
		}
		if text[i] != '[' {
			return spans, fmt.Errorf("a %q outside of a link", text[i])
		}
		if i > 0 {
			spans = append(spans, Span{Text: text[:i]})
		}
		link, rest, ok := strings.Cut(text[i+1:], "]")
		if !ok || strings.Contains(link, "[") {
			return spans, fmt.Errorf("a link is not closed")
		}
		shown, term, ok := strings.Cut(link, "|")
		if !ok {
			term = shown
		}
		if shown == "" || term == "" {
			return spans, fmt.Errorf("no term %q in the glossary", term)
		}
		spans, text = append(spans, Span{shown, term}), rest
	}
	return spans, nil
}
