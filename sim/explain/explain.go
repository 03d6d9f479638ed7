// Package explain holds what the page says about fields, messages, alerts,
// secrets, steps and values. The texts are data, read by [Parse] or [Open]; this package
// knows none of them. Package explain/embedded carries them for programs that
// don't fetch them.
//
// # Format
//
// An entry is a line with one or more IDs, divided by commas, and lines "key:
// value" below it. A line that begins with a space continues the one before.
// Lines that begin with // are comments. "@ name" says in which file the lines
// that follow stand, for errors.
//
//	# client_hello.random
//	short: 32 fresh random bytes.
//	long: They go into the keys, so that no two [handshakes|handshake] share them.
//	why: An attacker could replay a recorded conversation.
//	rfc: RFC 8446, Section 4.1.2; RFC 5246, Section 7.4.1.2
//
// The keys of an entry:
//
//   - short: one sentence, without markup.
//   - long: a few sentences.
//   - why: what it is there for, or what an attacker could do without it.
//   - rfc: sections, divided by semicolons.
//   - values: the kind of value that the field holds, see [Texts.ValueOf].
//   - like: another entry, which gives all that this one leaves out.
//
// IDs that begin with "template." are there to be like, and are not looked up.
// IDs that begin with "term." are the glossary: they have the key "is" and no
// other. In long, why and is, [name] or [shown words|name] links to term.name.
//
// # IDs
//
// Fields, messages and extensions go by their [trace.FieldID]. The others:
//
//	any.length              the length of a field ("cookie.cookie_length")
//	alert.<description>     alert.close_notify
//	epoch.<epoch>           epoch.handshake
//	finding.<rule>          finding.expired, of a certificate
//	function.<function>     function.HKDF-Extract, of a derivation
//	key.<derivation>        key.client_write_key
//	keylog.<label>          keylog.CLIENT_RANDOM
//	protection.<field>      protection.nonce, as in the JSON of a trace
//	step.<step>             step.hello, of the story
//	trust.<check>           trust.signature, of path validation
//	value.<kind>.<value>    value.group.X25519, see [Texts.Value]
//
// What a value means is filed under value.<kind>.<value>, but for alerts, messages
// and extensions, which have IDs already. Kinds of value that need more than a
// look-up are suite, random, protocol and oid: see [Texts.ValueOf].
package explain

import (
	"slices"
	"strings"

	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// Text is what is said about one thing.
type Text struct {
	Short string   // one sentence
	Long  []Span   // a few more, can be empty
	Why   []Span   // what it is there for, can be empty
	RFC   []string // "RFC 8446, Section 4.1.2", see [RFCAddress]

	// Parts is the words of a cipher suite's name, set by [Texts.ValueOf] alone.
	Parts []registry.Part

	values string // the kind of value that the field holds
}

// Span is a run of words. When Term is set they link to that term.
type Span struct {
	Text, Term string
}

// Term is an entry of the glossary.
type Term struct {
	Name string
	Is   []Span
}

// Texts is a set of texts, ready to be looked up. It does not change.
type Texts struct {
	byID   map[string]*entry
	sorted string // of opened texts, of which byID has those that were looked up
}

// entry is the one of a text or, behind termPrefix, of a term.
func (t *Texts) entry(id string) (*entry, bool) {
	e := t.at(id)
	return e, e != nil && !strings.HasPrefix(id, templatePrefix)
}

// Lookup is the text for a field, message, alert, secret, step …: see the
// package documentation for the IDs.
func (t *Texts) Lookup(id trace.FieldID) (Text, bool) {
	e, ok := t.entry(string(id))
	if of, isLength := strings.CutSuffix(string(id), "_length"); !ok && isLength {
		if _, ok = t.entry(of); ok {
			e, ok = t.entry(anyLength)
		}
	}
	if !ok || e.keys[is] != "" {
		return Text{}, false
	}
	return e.text(), true
}

// anyLength is the text of each length of a field that has a text.
const anyLength = "any.length"

// Value is what a value means: Value("group", "X25519"). The kinds are those of
// the IDs that begin with "value.".
func (t *Texts) Value(kind, value string) (Text, bool) {
	return t.Lookup(trace.FieldID("value." + kind + "." + value))
}

// Term is an entry of the glossary by its name.
func (t *Texts) Term(name string) (Term, bool) {
	e, ok := t.entry(termPrefix + name)
	if !ok {
		return Term{}, false
	}
	spans, _ := e.spans(is)
	return Term{name, spans}, true
}

// Terms is the names of all terms, in alphabetical order.
func (t *Texts) Terms() []string {
	var names []string
	for id := range t.ids() {
		if name, ok := strings.CutPrefix(id, termPrefix); ok {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		if c := strings.Compare(strings.ToLower(a), strings.ToLower(b)); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return names
}

// IDs is all IDs that can be looked up, sorted.
func (t *Texts) IDs() []trace.FieldID {
	var ids []trace.FieldID
	for id := range t.ids() {
		if e, ok := t.entry(id); ok && e.keys[is] == "" {
			ids = append(ids, trace.FieldID(id))
		}
	}
	slices.Sort(ids)
	return ids
}

// Words is the spans without their links.
func Words(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}
