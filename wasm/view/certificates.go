package view

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tlsplay/sim/trace"
	"tlsplay/sim/x509view"
	"tlsplay/wasm/html"
)

// certificates shows each chain of the run, from the certificate of the end
// itself up to the root.
func certificates(t *trace.Trace, s State) html.Node {
	if len(t.Certificates) == 0 {
		return html.El("p", html.Class("empty"), html.Text("No certificate has crossed yet. Step on, or run to the end."))
	}
	clock := clockOf(t)
	return html.Map([]trace.Side{trace.Server, trace.Client}, func(_ int, from trace.Side) html.Node {
		var cards []html.Node
		for i, c := range t.Certificates {
			if c.From == from {
				cards = append(cards, html.El("li", certificateCard(c, strconv.Itoa(i+1), clock, s)))
			}
		}
		if cards == nil {
			return html.Node{}
		}
		return html.El("section", html.Class("chain-of"),
			html.El("h2", html.Text("The "+string(from)+"’s chain")),
			html.El("ol", html.Class("chain"), html.Group(cards...)))
	})
}

// certificateCard is a certificate at a glance; arg chooses it.
func certificateCard(c *trace.Certificate, arg string, clock time.Time, s State) html.Node {
	title, note := roleWords(c)
	field := func(name trace.FieldID, words func(string) string) html.Node {
		value := fieldOf(c, name)
		if value == "" {
			return html.Node{}
		}
		if words != nil {
			value = words(value)
		}
		return html.El("div", html.El("dt", html.Text(certificateTitles[string(name)])), html.El("dd", html.Text(clipped(value, 120))))
	}
	chosen := s.Reading.Object == 0 && strconv.Itoa(s.Reading.Certificate) == arg
	return html.El("article", html.Class("card", "certificate", "role-"+c.Role),
		html.El("header",
			html.El("p", html.Text(title)),
			html.El("h3", html.El("button", html.Attr("type", "button"), html.Attr("id", "certificate-"+arg), act(ActObject, arg),
				html.Attr("aria-pressed", strconv.FormatBool(chosen)), html.Text(clipped(nameOf(c), 100)))),
			html.El("p", html.Class("note"), html.Text(note))),
		html.If(c.Error != "", html.El("p", html.Class("bad"), html.Text(c.Error))),
		timeline(c, clock),
		html.El("dl",
			field("names", nil),
			field("issuer", commonName),
			field("public_key", nil),
			field("extended_key_usage", purposes),
			field("signature_algorithm", nil)),
		findings(c, clock, false))
}

// roleWords is what a certificate is to the run: its title, and how the other
// end came to it.
func roleWords(c *trace.Certificate) (title, note string) {
	switch c.Role {
	case "leaf":
		return "The " + string(c.From) + "’s own certificate", "Sent by the " + string(c.From) + ". Signed by the next one."
	case "intermediate":
		return "Intermediate authority", "Sent by the " + string(c.From) + " along with its own. Signed by the next one."
	case "root":
		return "Root authority", "Not sent: the " + string(c.From.Peer()) + " trusted it beforehand, and that is why it believes the rest."
	}
	return "Certificate", ""
}

// fieldOf is the value of a field by the last part of its ID, or empty.
func fieldOf(c *trace.Certificate, name trace.FieldID) string {
	for _, f := range c.Fields {
		if f.ID == "certificate_view."+name {
			return f.Value
		}
	}
	return ""
}

// nameOf is what a certificate is called.
func nameOf(c *trace.Certificate) string {
	if name := commonName(fieldOf(c, "subject")); name != "" {
		return name
	}
	if names := fieldOf(c, "names"); names != "" {
		return names
	}
	return "without a name"
}

// commonName is the common name of a distinguished name, or the whole where it
// does not begin with one that is easily told.
func commonName(name string) string {
	cn, ok := strings.CutPrefix(name, "CN=")
	if !ok || strings.Contains(cn, `\`) {
		return name
	}
	cn, _, _ = strings.Cut(cn, ",")
	return cn
}

// purposes is extended key usages in words.
func purposes(names string) string {
	var out []string
	for name := range strings.SplitSeq(names, ", ") {
		if words := purposeWords[name]; words != "" {
			name = words
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

var purposeWords = map[string]string{
	"serverAuth":      "TLS servers",
	"clientAuth":      "TLS clients",
	"codeSigning":     "signing code",
	"emailProtection": "e-mail",
	"timeStamping":    "time stamps",
	"OCSPSigning":     "OCSP responses",
}

// clipped is at most so many characters of s.
func clipped(s string, most int) string {
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}

const dateForm = "2 Jan 2006"

// timeline draws the time during which a certificate is valid, with the run's
// clock as a mark.
func timeline(c *trace.Certificate, clock time.Time) html.Node {
	if c.Tree == nil {
		return html.Node{}
	}
	from, to := x509view.Validity(c)
	if from.IsZero() || to.IsZero() {
		return html.Node{}
	}
	standing, class := "", ""
	if !clock.IsZero() {
		standing = x509view.Standing(from, to, clock)
		class = "good"
		if clock.Before(from) || clock.After(to) {
			class = "bad"
		}
	}
	first, last := from, to
	if !clock.IsZero() && clock.Before(first) {
		first = clock
	}
	if clock.After(last) {
		last = clock
	}
	const margin = 0.02
	// Seconds, since a Duration ends after 292 years and certificates need not.
	whole := float64(max(last.Unix()-first.Unix(), 1))
	at := func(t time.Time) float64 {
		return 100 * (margin + (1-2*margin)*float64(t.Unix()-first.Unix())/whole)
	}
	percent := func(x float64) string { return fmt.Sprintf("%.2f%%", x) }
	rect := func(name string, x, width float64) html.Node {
		return html.El("rect", html.Class(name), html.Attr("x", percent(x)), html.Attr("width", percent(max(width, 0.4))))
	}
	return html.El("div", html.Class("validity"),
		html.El("div", html.Class("ends"),
			html.El("span", html.El("small", html.Text("Valid from")), html.Text(" "+from.UTC().Format(dateForm))),
			html.If(standing != "", html.El("b", html.Class(class), html.Text(standing))),
			html.El("span", html.El("small", html.Text("Valid until")), html.Text(" "+to.UTC().Format(dateForm)))),
		html.El("svg", html.Class("timeline", class), html.Attr("role", "img"),
			html.Attr("aria-label", "Valid from "+from.UTC().Format(dateForm)+" to "+to.UTC().Format(dateForm)+when(!clock.IsZero(), ", the run’s clock says "+clock.UTC().Format(dateForm))),
			rect("all", 0, 100),
			html.If(!to.Before(from), rect("span", at(from), at(to)-at(from))),
			html.If(!clock.IsZero(), html.Group(
				html.If(class == "good", rect("gone", at(from), at(clock)-at(from))),
				html.El("line", html.Class("now"), html.Attr("x1", percent(at(clock))), html.Attr("x2", percent(at(clock))), html.Attr("y1", "0"), html.Attr("y2", "100%"))))))
}

// findings is what is remarkable about a certificate, each with its rule and, in
// the panel, the way to its bytes.
func findings(c *trace.Certificate, clock time.Time, linked bool) html.Node {
	if c.Tree == nil || clock.IsZero() {
		return html.Node{}
	}
	all := x509view.Findings(c, clock)
	if len(all) == 0 {
		return html.Node{}
	}
	return html.El("ul", html.Class("findings"), html.Map(all, func(_ int, f trace.Finding) html.Node {
		mark, word := "note", "Note"
		if f.Severity == trace.Error {
			mark, word = "warning", "Problem"
		}
		return html.El("li", html.Class(string(f.Severity)), icon(mark),
			html.El("span", html.El("b", html.Text(word+": ")), html.Text(clipped(f.Text, 400)+" "), cite(f.Rule)),
			html.If(linked && f.Length < c.Tree.Len, html.El("button", html.Attr("type", "button"), html.Class("link"),
				act(ActNode, pathOfSpan(c.Tree, rootPath(c.Tree.Buf), f.Offset, f.Length)), html.Text("its bytes"))))
	}))
}

// certificateTitles puts the fields of package x509view into plain words.
var certificateTitles = map[string]string{
	"subject":                 "Whom it is for",
	"names":                   "Names it covers",
	"issuer":                  "Who vouches",
	"not_before":              "Valid from",
	"not_after":               "Valid until",
	"public_key":              "Public key",
	"key_usage":               "The key may",
	"extended_key_usage":      "Purpose",
	"basic_constraints":       "Kind",
	"name_constraints":        "Names it may sign for",
	"policies":                "Policies",
	"policy_mappings":         "Policies it renames",
	"policy_constraints":      "Policies it demands",
	"inhibit_any_policy":      "Any policy counts",
	"authority_info_access":   "More about the issuer",
	"crl_distribution_points": "Revocation lists",
	"freshest_crl":            "Newest changes to them",
	"tls_feature":             "The server must send",
	"scts":                    "Logged publicly",
	"other_extension":         "Other extension",
	"signature_algorithm":     "Signed with",
	"signature":               "Signature",
	"serial_number":           "Serial number",
	"subject_key_id":          "Key identifier",
	"authority_key_id":        "Issuer’s key identifier",
	"version":                 "Version",
	"sha256":                  "SHA-256 fingerprint",
	"sha1":                    "SHA-1 fingerprint",
}
