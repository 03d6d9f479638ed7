package explain_test

import (
	"reflect"
	"strings"
	"testing"

	"tlsplay/sim/explain"
	"tlsplay/sim/explain/embedded"
	"tlsplay/sim/trace"
)

const sample = `// a comment
# a.one, a.two,
# a (x, y)
short: First line
 and its rest.
long: See [nonce] and [nonces|nonce].
why: Because.
rfc: RFC 8446, Section 4.1.2; FIPS 203, Section 7.1

# a.three
short: Another.
like: template.base

# template.base
long: Shared.
like: template.deeper

# template.deeper
long: Not seen.
rfc: draft-ietf-tls-esni, Appendix A.1

# term.nonce
is: A number used once. See [nonces|nonce].
`

func TestParse(t *testing.T) {
	texts, err := explain.Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	one := explain.Text{
		Short: "First line and its rest.",
		Long:  []explain.Span{{Text: "See "}, {Text: "nonce", Term: "nonce"}, {Text: " and "}, {Text: "nonces", Term: "nonce"}, {Text: "."}},
		Why:   []explain.Span{{Text: "Because."}},
		RFC:   []string{"RFC 8446, Section 4.1.2", "FIPS 203, Section 7.1"},
	}
	three := explain.Text{
		Short: "Another.", Long: []explain.Span{{Text: "Shared."}}, RFC: []string{"draft-ietf-tls-esni, Appendix A.1"},
	}
	for id, want := range map[trace.FieldID]explain.Text{"a.one": one, "a.two": one, "a (x, y)": one, "a.three": three} {
		if got, ok := texts.Lookup(id); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", id, got, want)
		}
	}
	for _, id := range []trace.FieldID{"template.base", "term.nonce", "a", "a.one_length"} {
		if _, ok := texts.Lookup(id); ok {
			t.Errorf("%s can be looked up", id)
		}
	}
	if term, ok := texts.Term("nonce"); !ok || explain.Words(term.Is) != "A number used once. See nonces." {
		t.Errorf("nonce is %+v", term)
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"not UTF-8", "# a\nshort: \xff\n", "not UTF-8"},
		{"unknown key", "# a\nshrt: x\n", "texts:2: unknown key"},
		{"no key", "# a\nwords\n", "texts:2: neither"},
		{"no value", "# a\nshort:\n", "texts:2: neither"},
		{"no ID", "short: x\n", "texts:1: short belongs to no ID"},
		{"after a blank line", "# a\nshort: x\n\nlong: y\n", "texts:4: long belongs to no ID"},
		{"key twice", "# a\nshort: x\nshort: y\n", "texts:3: a second short"},
		{"ID twice", "# a\nshort: x\n\n# a\nshort: y\n", "texts:4: a comes twice"},
		{"empty ID", "# a,,b\nshort: x\n", "texts:1: \"\" is no ID"},
		{"link in ID", "# a[b]\nshort: x\n", "is no ID"},
		{"no short text", "# a\nlong: x\n", "texts:1: a has no short text"},
		{"link in the short text", "# a\nshort: [x]\n", "texts:2: a short text has no links"},
		{"link to nothing", "# a\nshort: x\nlong: [nonce]\n", `texts:3: no term "nonce"`},
		{"link not closed", "# a\nshort: x\nlong: [nonce\n", "texts:3: a link is not closed"},
		{"link in a link", "# a\nshort: x\nwhy: [a [b]]\n", "texts:3: a link is not closed"},
		{"stray bracket", "# a\nshort: x\nwhy: b]\n", "outside of a link"},
		{"citation", "# a\nshort: x\nrfc: RFC 8446 Section 1\n", "texts:3: \"RFC 8446 Section 1\" is no section"},
		{"empty citation", "# a\nshort: x\nrfc: RFC 8446, Section 1;\n", "is no section"},
		{"continues nothing", " x\n", "texts:1: continues nothing"},
		{"like nothing", "# a\nshort: x\nlike: b\n", "texts:3: there is no b to be like"},
		{"like itself", "# a\nshort: x\nlike: a\n", "texts:3: being like a leads back here"},
		{"like each other", "# a\nshort: x\nlike: b\n\n# b\nshort: y\nlike: a\n", "texts:7: being like a leads back here"},
		{"like a term", "# a\nshort: x\nlike: term.b\n\n# term.b\nis: y\n", "is a term"},
		{"term with a short text", "# term.a\nshort: x\n", "a term has no short"},
		{"text with is", "# a\nis: x\n", "only a term has the key is"},
		{"term says nothing", "# term.a\n", "says nothing"},
		{"term without a name", "# term.\nis: x\n", "says nothing"},
		{"term in company", "# term.a, b\nis: x\n", "a term stands alone"},
		{"names the file", "@ one.txt\n# a\nshort: x\n@ two.txt\n\nshort: y\n", "two.txt:2: short belongs to no ID"},
	} {
		t.Run(c.name, func(t *testing.T) {
			texts, err := explain.Parse([]byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error is %v, want %q in it", err, c.want)
			}
			if !strings.HasPrefix(err.Error(), "explain: ") {
				t.Errorf("%q does not begin with the package's name", err)
			}
			if texts != nil {
				t.Error("texts and an error")
			}
		})
	}
}

func TestRFCAddress(t *testing.T) {
	for cite, want := range map[string]string{
		"RFC 8446, Section 4.1.2":             "https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2",
		"RFC 8446, Appendix D.4":              "https://www.rfc-editor.org/rfc/rfc8446#appendix-D.4",
		"draft-ietf-tls-esni, Section 6.1":    "https://datatracker.ietf.org/doc/html/draft-ietf-tls-esni#section-6.1",
		"FIPS 203, Section 7.1":               "",
		"RFC 8446":                            "",
		"RFC 8446, Section":                   "",
		"RFC 8446, Section 04":                "",
		"RFC 8446, Section 4.":                "",
		"RFC 0, Section 1":                    "",
		"RFC 123456, Section 1":               "",
		"RFC 8446, Section 4.1.2\"onclick=x":  "",
		"draft-<script>, Section 1":           "",
		"RFC 8446, Appendix d.4":              "",
		"javascript:alert(1), Section 1":      "",
		"RFC 8446, Section 4.1.2; RFC 1, x y": "",
	} {
		if got := explain.RFCAddress(cite); got != want {
			t.Errorf("%s: %q, want %q", cite, got, want)
		}
	}
}

// FuzzParse: the parser never fails otherwise than with an error, and what it
// accepts keeps its promises.
func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add("# a\nshort: x\nvalues: suite\n")
	for part := range strings.SplitSeq(string(embedded.Data()), "\n@ ") {
		f.Add("@ " + part[:min(len(part), 2000)])
	}
	f.Fuzz(func(t *testing.T, data string) {
		texts, err := explain.Parse([]byte(data))
		if err != nil {
			if texts != nil || !strings.HasPrefix(err.Error(), "explain: ") {
				t.Fatal(err)
			}
			return
		}
		check := func(words []explain.Span) {
			for _, w := range words {
				if w.Text == "" || strings.ContainsAny(w.Text+w.Term, "[]|") {
					t.Fatalf("span %+v", w)
				}
				if _, ok := texts.Term(w.Term); w.Term != "" && !ok {
					t.Fatalf("link to %q, which is not there", w.Term)
				}
			}
		}
		for _, id := range texts.IDs() {
			text, ok := texts.Lookup(id)
			if !ok || text.Short == "" {
				t.Fatalf("%q has no text", id)
			}
			check(text.Long)
			check(text.Why)
			for _, value := range []string{"", "x (y) (0x1d)", "TLS_AES_128_GCM_SHA256 (0x1301)", data} {
				texts.ValueOf(id, value)
			}
		}
		for _, name := range texts.Terms() {
			term, _ := texts.Term(name)
			check(term.Is)
		}
	})
}
