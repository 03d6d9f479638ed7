package explain_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"tlsplay/sim/explain"
	"tlsplay/sim/explain/embedded"
	"tlsplay/sim/trace"
)

// How long texts may be, in characters.
const (
	maxShort = 140
	maxLong  = 420
)

// uncited is what no RFC describes: other bodies' work, trials that left no
// document, and what is the page's own.
var uncited = regexp.MustCompile(`^(extension\.TLMSP.*|CABFOrganizationIdentifier.*|value\.oid\.(cabf.*|.*-validat.*)|` +
	`value\.group\.(CECPQ.|.*OQS.*)|value\.quic_parameter\.(loss_bits|enable_timestamp|discard|initial_rtt|google.*|user_agent)|` +
	`value\.knob\..*|value\.(version\.TLCP.*|version\.TLS 1\.3 \(…\)|protocol\.SPDY|client_certificate_type\.ibc_params|ech_version\.draft.*))$`)

// A text is a short line, further sentences, the reason, and where it is written.
// Of values, whose field says the rest, only the line and the citation are asked.
func TestStyle(t *testing.T) {
	texts := embedded.Texts()
	for _, id := range texts.IDs() {
		text, _ := texts.Lookup(id)
		for _, problem := range style(id, text) {
			t.Errorf("%s: %s", id, problem)
		}
	}
	for _, name := range texts.Terms() {
		term, _ := texts.Term(name)
		if p := prose(explain.Words(term.Is), maxLong); p != "" {
			t.Errorf("term %s: %s", name, p)
		}
	}
}

var citation = regexp.MustCompile(`^(RFC [1-9]\d{3,4}|FIPS \d{3}(-\d)?|draft-[a-z0-9-]+), (Section [1-9]\d*(\.[1-9]\d*)*|Appendix [A-Z](\.[1-9]\d*)*)$`)

func style(id trace.FieldID, text explain.Text) (problems []string) {
	add := func(what string) {
		if what != "" {
			problems = append(problems, what)
		}
	}
	add(prose(text.Short, maxShort))
	if strings.Count(text.Short, ". ") > 1 {
		add("the short text has more than two sentences")
	}
	isValue := strings.HasPrefix(string(id), "value.")
	for name, words := range map[string][]explain.Span{"long": text.Long, "why": text.Why} {
		if len(words) > 0 {
			if p := prose(explain.Words(words), maxLong); p != "" {
				add(name + ": " + p)
			}
		} else if !isValue {
			add("has no " + name + " text")
		}
	}
	if explain.Words(text.Long) == text.Short {
		add("the long text says what the short one does")
	}
	if len(text.RFC) == 0 && !uncited.MatchString(string(id)) {
		add("cites nothing")
	}
	if len(text.RFC) > 0 && uncited.MatchString(string(id)) {
		add("is listed as citing nothing")
	}
	for _, c := range text.RFC {
		if !citation.MatchString(c) {
			add(c + " is no citation")
		}
	}
	return problems
}

var (
	ending   = regexp.MustCompile(`[.?!…]["”)]?$`)
	markup   = regexp.MustCompile("[<>`{}\\[\\]|\\\\]|https?:|&[a-z#]|\\*\\*|__")
	spacing  = regexp.MustCompile(`  | [.,;:!?]( |$)|[–—]`)
	american = regexp.MustCompile(`(?i)\b(colors?|behaviors?|favors?|centers?|recogni[z]e\w*|organi[z]ation\w*|reali[z]e\w*|defense|fulfill|catalog|gray|neighbor)\b`)
	hype     = regexp.MustCompile(`(?i)\b(simply|just works|obviously|amazing|powerful|robust|military.grade|unbreakable|blazing\w*|seamless\w*|state.of.the.art)\b`)
)

// officialNames is what is spelled as its owner does.
var officialNames = strings.NewReplacer("organization-validated", "")

// prose is what is wrong with a text, or nothing.
func prose(s string, most int) string {
	first, _ := utf8.DecodeRuneInString(s)
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return "is empty"
	case n > most:
		return "is too long by " + strings.Repeat("x", n-most) + ": " + s
	case !ending.MatchString(s):
		return "has no end: " + s
	case markup.MatchString(s):
		return "has markup: " + s
	case spacing.MatchString(s):
		return "is spaced wrongly: " + s
	case american.MatchString(officialNames.Replace(s)):
		return "is spelled otherwise elsewhere: " + s
	case hype.MatchString(s):
		return "praises: " + s
	case strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "has characters that cannot be seen: " + s
	case unicode.IsLower(first) && !strings.Contains(strings.Fields(s)[0], ":") && !lowerStart[strings.Fields(s)[0]]:
		return "begins in lower case: " + s
	}
	return ""
}

// lowerStart is names with which a sentence may begin.
var lowerStart = map[string]bool{"signature_algorithms": true, "record_size_limit": true, "key_share": true, "serverAuth": true, "certificateHold": true, "good": true, "ocsp": true}

// Every link of a text leads to a term (the parser sees to it), every term is
// linked from elsewhere, and no text links to itself.
func TestGlossary(t *testing.T) {
	texts := embedded.Texts()
	linked := map[string]bool{}
	for _, id := range texts.IDs() {
		text, _ := texts.Lookup(id)
		for _, words := range [][]explain.Span{text.Long, text.Why} {
			for _, w := range words {
				linked[w.Term] = true
			}
		}
	}
	for _, name := range texts.Terms() {
		term, _ := texts.Term(name)
		for _, w := range term.Is {
			if w.Term == name {
				t.Errorf("%s links to itself", name)
			}
			linked[w.Term] = true
		}
	}
	for _, name := range texts.Terms() {
		if !linked[name] {
			t.Errorf("nothing links to %s", name)
		}
	}
}

// maxSize bounds what the page fetches beside the program, compressed.
const maxSize = 70 << 10

func TestSize(t *testing.T) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(z, sorted(t)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if b.Len() > maxSize {
		t.Errorf("the texts take %d bytes compressed, more than %d", b.Len(), maxSize)
	}
}
