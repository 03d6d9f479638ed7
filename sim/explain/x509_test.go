//go:build x509

// The packages below come with the branch x509. When it has been merged, the line
// at the top goes, and this test holds their texts to be complete as well.

package explain_test

import (
	"regexp"
	"slices"
	"testing"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/explain/embedded"
	"tlsplay/sim/trace"
	"tlsplay/sim/trust"
	"tlsplay/sim/x509view"
)

// Everything that can be seen of a certificate has a text, and every such text
// something to be seen: see ofASN1 in TestComplete, which leaves these out.
func TestCompleteX509(t *testing.T) {
	texts := embedded.Texts()
	ids := slices.Concat(asn1view.FieldIDs(), x509view.FieldIDs(), trust.FieldIDs())
	for _, id := range ids {
		if _, ok := texts.Lookup(id); !ok {
			t.Errorf("%s has no text", id)
		}
	}
	names := find(t, `(?:^|\s)[0-9.]+ ([\w-]+)`, "../asn1view/oid.go")
	isName := regexp.MustCompile(`^value\.oid\.`)
	for _, id := range texts.IDs() {
		switch {
		case isName.MatchString(string(id)):
			if !slices.Contains(names, string(id[len("value.oid."):])) {
				t.Errorf("%s has a text, but no object identifier has that name", id)
			}
		case ofASN1.MatchString(string(id)) && !slices.Contains(ids, id):
			t.Errorf("%s has a text, but nothing has that name", id)
		}
	}
	for value, says := range map[string]trace.FieldID{
		"2.5.29.17 (subjectAltName)": "GeneralNames", "1.3.6.1.5.5.7.3.1 (serverAuth)": "value.oid.serverAuth", "1.2.3": "",
	} {
		got, ok := texts.ValueOf("Extension.extnID", value)
		want, _ := texts.Lookup(says)
		if ok != (says != "") || got.Short != want.Short {
			t.Errorf("%s: says %q, want that of %s", value, got.Short, says)
		}
	}
}
