package explain

import (
	"strconv"
	"strings"

	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// Kinds of value that need more than a look-up under value.<kind>.
const (
	kindSuite    = "suite"    // by its name or by the class that it belongs to, and word for word
	kindRandom   = "random"   // what it says stands in brackets: "3f…01 (DOWNGRD 01)"
	kindProtocol = "protocol" // likewise: "\"h2\" (HTTP/2)"
	kindOID      = "oid"      // likewise: "2.5.29.17 (subjectAltName)"
)

// homes is where the texts of a kind are filed if not under value.<kind>.
var homes = map[string]string{
	"alert":     "alert.",
	"extension": "extension.",
	"message":   "",
}

// ValueOf is what the value of a node means. It takes values as a dissection
// gives them ("X25519 (0x001d)").
func (t *Texts) ValueOf(id trace.FieldID, value string) (Text, bool) {
	kind := ""
	if e, ok := t.entry(string(id)); ok {
		kind = e.keys[values]
	}
	name, number := unlabel(value)
	switch {
	case kind == "":
		return Text{}, false
	case kind == kindRandom || kind == kindProtocol || kind == kindOID:
		name = inBrackets(value)
	}
	if name == registry.GREASE || name == unknown {
		return t.Value("any", name)
	}
	if kind == kindSuite {
		return t.suite(name, number)
	}
	home, ok := homes[kind]
	if !ok {
		home = "value." + kind + "."
	}
	if text, ok := t.Lookup(trace.FieldID(home + name)); ok {
		return text, true
	}
	// One text serves all drafts of a version: "TLS 1.3 (draft 28)".
	base, _, ok := strings.Cut(name, " (")
	if !ok {
		return Text{}, false
	}
	return t.Lookup(trace.FieldID(home + base + " (…)"))
}

// unknown is how [registry.Label] calls a number without a name.
const unknown = "unknown"

// unlabel undoes [registry.Label]. Without a label the whole value is the name.
func unlabel(value string) (name, number string) {
	if i := strings.LastIndex(value, " (0x"); i >= 0 && strings.HasSuffix(value, ")") {
		return value[:i], value[i+len(" (0x") : len(value)-1]
	}
	return value, ""
}

func inBrackets(value string) string {
	i := strings.LastIndex(value, " (")
	if i < 0 || !strings.HasSuffix(value, ")") {
		return ""
	}
	return value[i+len(" (") : len(value)-1]
}

// suite says of a cipher suite what it is and what each word in its name means.
func (t *Texts) suite(name, number string) (Text, bool) {
	text, ok := t.Value(kindSuite, name)
	if !ok {
		text, ok = t.Value(kindSuite, suiteClass(name))
	}
	if id, err := strconv.ParseUint(number, 16, 32); err == nil && id < 1<<16 {
		text.Parts = registry.SuiteParts(uint16(id))
	}
	return text, ok
}

// suiteClass sorts a cipher suite by the worst that can be said of it.
func suiteClass(name string) string {
	words := strings.Split(name, "_")
	has := func(any ...string) bool {
		for _, w := range words {
			for _, a := range any {
				if w == a {
					return true
				}
			}
		}
		return false
	}
	short := !has("WITH") // of TLS 1.3, or of a draft
	switch {
	case has("NULL"):
		return "no encryption"
	case short && len(words) == 3 && has("SHA256", "SHA384") && words[1] == words[2]:
		return "integrity only"
	case has("anon"):
		return "anonymous"
	case strings.Contains(name, "EXPORT"):
		return "export"
	case has("RC4", "RC2", "DES", "3DES", "DES40", "IDEA"):
		return "weak cipher"
	case short && words[0] == "TLS":
		return "TLS 1.3"
	case short || has("KRB5", "SRP", "ECCPWD", "GOSTR341094", "GOSTR341001", "GOSTR341112", "FORTEZZA", "ESTREAM", "SALSA20"):
		return "rare"
	case !has("DHE", "ECDHE"):
		return "fixed keys"
	case has("GCM", "CCM", "POLY1305"):
		return "fresh keys and AEAD"
	}
	return "fresh keys and CBC"
}
