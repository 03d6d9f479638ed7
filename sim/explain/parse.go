package explain

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tlsplay/sim/trace"
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
	keys  map[string]string
	lines map[string]int
	state state
}

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
	p := parser{file: "texts", byID: map[string]*entry{}}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("explain: the texts are not UTF-8")
	}
	for len(data) > 0 {
		var line []byte
		line, data, _ = bytes.Cut(data, []byte("\n"))
		p.line++
		if err := p.read(strings.TrimRight(string(line), " \t\r")); err != nil {
			return nil, p.at(p.file, p.line, err)
		}
	}
	t := &Texts{texts: make(map[trace.FieldID]Text, len(p.byID)), terms: map[string]Term{}}
	for _, e := range p.entries {
		if err := p.inherit(e); err != nil {
			return nil, err
		}
		if err := p.build(t, e); err != nil {
			return nil, err
		}
	}
	return t, nil
}

type parser struct {
	file    string
	line    int
	entries []*entry
	byID    map[string]*entry
	open    *entry
	key     string // that a continuation belongs to
}

func (p *parser) at(file string, line int, err error) error {
	return fmt.Errorf("explain: %s:%d: %w", file, line, err)
}

func (p *parser) read(line string) error {
	switch {
	case line == "":
		p.open, p.key = nil, ""
	case strings.HasPrefix(line, "//"):
	case strings.HasPrefix(line, "@ "):
		p.file, p.line, p.open, p.key = line[2:], 0, nil, ""
	case strings.HasPrefix(line, "# "):
		return p.begin(line[2:])
	case line[0] == ' ':
		if p.key == "" {
			return fmt.Errorf("continues nothing")
		}
		p.open.keys[p.key] += " " + strings.TrimLeft(line, " ")
	default:
		return p.add(line)
	}
	return nil
}

// begin begins an entry. A line of IDs under one that has no keys yet adds to it.
func (p *parser) begin(ids string) error {
	p.key = ""
	if p.open == nil || len(p.open.keys) > 0 {
		p.open = &entry{file: p.file, line: p.line, keys: map[string]string{}, lines: map[string]int{}}
		p.entries = append(p.entries, p.open)
	}
	for _, id := range divide(strings.TrimSuffix(ids, ",")) {
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
	key, value, ok := strings.Cut(line, ":")
	if value = strings.TrimSpace(value); !ok || value == "" {
		return fmt.Errorf("neither an ID (# id) nor key: value")
	}
	if p.open == nil {
		return fmt.Errorf("%s belongs to no ID", key)
	}
	switch isTerm := strings.HasPrefix(p.open.ids[0], termPrefix); key {
	case "short", "long", "why", "rfc", "values", "like":
		if isTerm {
			return fmt.Errorf("a term has no %s", key)
		}
	case "is":
		if !isTerm {
			return fmt.Errorf("only a term has the key is")
		}
	default:
		return fmt.Errorf("unknown key %q", key)
	}
	if _, ok := p.open.keys[key]; ok {
		return fmt.Errorf("a second %s", key)
	}
	p.open.keys[key], p.open.lines[key], p.key = value, p.line, key
	return nil
}

// inherit fills in what the entry leaves out.
func (p *parser) inherit(e *entry) error {
	like, ok := e.keys["like"]
	if !ok || e.state == resolved {
		return nil
	}
	e.state = resolving
	from := p.byID[like]
	switch {
	case from == nil:
		return p.at(e.file, e.lines["like"], fmt.Errorf("there is no %s to be like", like))
	case from.state == resolving:
		return p.at(e.file, e.lines["like"], fmt.Errorf("being like %s leads back here", like))
	case from.keys["is"] != "":
		return p.at(e.file, e.lines["like"], fmt.Errorf("%s is a term", like))
	}
	if err := p.inherit(from); err != nil {
		return err
	}
	e.state = resolved
	for key, value := range from.keys {
		if _, own := e.keys[key]; !own {
			e.keys[key], e.lines[key] = value, e.line
		}
	}
	return nil
}

// build makes the texts of an entry.
func (p *parser) build(t *Texts, e *entry) error {
	isTerm := false
	for _, id := range e.ids {
		name, is := strings.CutPrefix(id, termPrefix)
		if is != strings.HasPrefix(e.ids[0], termPrefix) || is && len(e.ids) > 1 {
			return p.at(e.file, e.line, fmt.Errorf("%s: a term stands alone", id))
		}
		if is {
			spans, err := p.spans(e, "is")
			if err != nil {
				return err
			}
			if len(spans) == 0 || name == "" {
				return p.at(e.file, e.line, fmt.Errorf("%s says nothing", id))
			}
			t.terms[name], isTerm = Term{name, spans}, true
		}
	}
	if isTerm {
		return nil
	}
	text := Text{Short: e.keys["short"], values: e.keys["values"]}
	isTemplate := func(id string) bool { return strings.HasPrefix(id, templatePrefix) }
	if text.Short == "" && !all(e.ids, isTemplate) {
		return p.at(e.file, e.line, fmt.Errorf("%s has no short text", e.ids[0]))
	}
	if strings.ContainsAny(text.Short, "[]|") {
		return p.at(e.file, e.lines["short"], fmt.Errorf("a short text has no links"))
	}
	var err error
	if text.Long, err = p.spans(e, "long"); err != nil {
		return err
	}
	if text.Why, err = p.spans(e, "why"); err != nil {
		return err
	}
	if cites := e.keys["rfc"]; cites != "" {
		for cite := range strings.SplitSeq(cites, ";") {
			if cite = strings.TrimSpace(cite); !wellFormed(cite) {
				return p.at(e.file, e.lines["rfc"], fmt.Errorf("%q is no section: write RFC 8446, Section 4.1.2", cite))
			}
			text.RFC = append(text.RFC, cite)
		}
	}
	for _, id := range e.ids {
		if !isTemplate(id) {
			t.texts[trace.FieldID(id)] = text
		}
	}
	return nil
}

func all(ids []string, f func(string) bool) bool {
	return !slices.ContainsFunc(ids, func(id string) bool { return !f(id) })
}

// spans divides a text at its links.
func (p *parser) spans(e *entry, key string) ([]Span, error) {
	text, fail := e.keys[key], func(format string, a ...any) error {
		return p.at(e.file, e.lines[key], fmt.Errorf(format, a...))
	}
	var spans []Span
	for text != "" {
		i := strings.IndexAny(text, "[]|")
		if i < 0 {
			return append(spans, Span{Text: text}), nil
		}
		if text[i] != '[' {
			return nil, fail("a %q outside of a link", text[i])
		}
		if i > 0 {
			spans = append(spans, Span{Text: text[:i]})
		}
		link, rest, ok := strings.Cut(text[i+1:], "]")
		if !ok || strings.Contains(link, "[") {
			return nil, fail("a link is not closed")
		}
		shown, term, ok := strings.Cut(link, "|")
		if !ok {
			term = shown
		}
		if shown == "" || p.byID[termPrefix+term] == nil {
			return nil, fail("no term %q in the glossary", term)
		}
		spans, text = append(spans, Span{shown, term}), rest
	}
	return spans, nil
}
