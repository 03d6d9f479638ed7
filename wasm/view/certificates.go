package view

import (
	"strconv"
	"strings"
	"time"

	"tlsplay/sim/trace"
	"tlsplay/sim/x509view"
	"tlsplay/wasm/html"
)

// certificates shows each chain of the run, from the certificate of the end
// itself up to the root.
func certificates(t *trace.Trace, s *State) html.Node {
	if len(t.Certificates) == 0 {
		return words("p", "empty", "No certificate has crossed yet. Step on, or run to the end.")
	}
	return html.Group(chainOf(t, s, trace.Server), chainOf(t, s, trace.Client))
}

func chainOf(t *trace.Trace, s *State, from trace.Side) html.Node {
	var cards []html.Node
	for i, c := range t.Certificates {
		if c.From == from {
			cards = append(cards, html.El("li", certificateCard(c.Certificate(), strconv.Itoa(i+1), ClockOf(t), s)))
		}
	}
	if cards == nil {
		return html.Node{}
	}
	return box("section", "chain-of", words("h2", "", "The "+string(from)+"’s chain"), box("ol", "chain", cards...))
}

// certificateCard is a certificate at a glance; arg chooses it.
func certificateCard(c *trace.Certificate, arg string, clock time.Time, s *State) html.Node {
	title, note := roleWords(c)
	var fields []html.Node
	for _, name := range []string{"names", "issuer", "public_key", "extended_key_usage", "signature_algorithm"} {
		value := fieldOf(c, name)
		switch name {
		case "issuer":
			value = commonName(value)
		case "extended_key_usage":
			value = purposes(value)
		}
		if value != "" {
			fields = append(fields, pair(wordOf(certificateTitles, name), clipped(value, 120)))
		}
	}
	return box("article", "card certificate role-"+c.Role,
		html.El("header", words("p", "", title),
			html.El("h3", press("certificate-"+arg, ActObject, arg,
				pressed(s.Reading.Object == 0 && strconv.Itoa(s.Reading.Certificate) == arg), html.Text(clipped(nameOf(c), 100)))),
			words("p", "note", note)),
		warned(c.Error),
		timeline(c, clock),
		html.El("dl", fields...),
		findings(c, clock, false))
}

// warned is what is wrong, if anything is.
func warned(problem string) html.Node {
	if problem == "" {
		return html.Node{}
	}
	return words("p", "bad panel-note", problem)
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
func fieldOf(c *trace.Certificate, name string) string {
	for _, f := range c.Fields {
		if f.ID.Name() == name {
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
		if word := wordOf(purposeWords, name); word != "" {
			name = word
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

const purposeWords = `
anyExtendedKeyUsage:anything
serverAuth:TLS servers
clientAuth:TLS clients
codeSigning:signing code
emailProtection:e-mail
timeStamping:time stamps
OCSPSigning:OCSP responses
`

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

func date(t time.Time) string { return t.UTC().Format("2 Jan 2006") }

// timeline draws the time during which a certificate is valid, with the run's
// clock as a mark.
func timeline(c *trace.Certificate, clock time.Time) html.Node {
	if c.Tree == nil || clock.IsZero() {
		return html.Node{}
	}
	from, to := x509view.Validity(c)
	if from.IsZero() || to.IsZero() {
		return html.Node{}
	}
	class := "good"
	if clock.Before(from) || clock.After(to) {
		class = "bad"
	}
	// Seconds, since a Duration ends after 292 years and certificates need not.
	a, b, now := from.Unix(), to.Unix(), clock.Unix()
	first := min(a, now)
	whole := max(b, now) - first
	at := func(t int64) int { return 20 + int(960*(t-first)/max(whole, 1)) }
	return box("div", "validity",
		box("div", "ends",
			html.El("span", words("small", "", "Valid from"), html.Text(" "+date(from))),
			words("b", class, x509view.Standing(from, to, clock)),
			html.El("span", words("small", "", "Valid until"), html.Text(" "+date(to)))),
		html.El("svg", html.Class("timeline", class), html.Attr("role", "img"), html.Attr("aria-label", "The run’s clock says "+date(clock)),
			bar("all", 0, 1000), bar("span", at(a), at(b)), html.If(class == "good", bar("gone", at(a), at(now))), bar("now", at(now)-3, at(now)+3)))
}

// bar is a stretch of a timeline, in thousandths of its width.
func bar(class string, from, to int) html.Node {
	percent := func(n int) string { return strconv.Itoa(n/10) + "." + strconv.Itoa(n%10) + "%" }
	return box("rect", class, html.Attr("x", percent(from)), html.Attr("width", percent(max(to-from, 4))))
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
	items := make([]html.Node, len(all))
	for i, f := range all {
		mark, word := "note", "Note: "
		if f.Severity == trace.Error {
			mark, word = "warning", "Problem: "
		}
		var way html.Node
		if linked && f.Length < c.Tree.Len {
			way = press("", ActNode, pathOfSpan(c.Tree, rootPath(c.Tree.Buf), f.Offset, f.Length), html.Class("link"), html.Text("its bytes"))
		}
		items[i] = box("li", string(f.Severity), icon(mark), html.El("span", words("b", "", word), html.Text(clipped(f.Text, 400)+" "), cite(f.Rule)), way)
	}
	return box("ul", "findings", items...)
}

// certificateTitles puts the fields of package x509view into plain words.
const certificateTitles = `
subject:Whom it is for
names:Names it covers
issuer:Who vouches
issuer_alt_name:More names of the issuer
not_before:Valid from
not_after:Valid until
public_key:Public key
key_usage:The key may
extended_key_usage:Purpose
basic_constraints:Kind
name_constraints:Names it may sign for
policies:Policies
policy_mappings:Policies it renames
policy_constraints:Policies it demands
inhibit_any_policy:Any policy counts
authority_info_access:More about the issuer
subject_info_access:More from the authority
crl_distribution_points:Revocation lists
freshest_crl:Newest changes to them
tls_feature:The server must send
scts:Logged publicly
other_extension:Other extension
signature_algorithm:Signed with
signature:Signature
serial_number:Serial number
subject_key_id:Key identifier
authority_key_id:Issuer’s key identifier
version:Version
responseStatus:Answer
responderID:Who answers
producedAt:Signed
serialNumber:About the serial number
certStatus:Its status
revocationTime:Revoked
revocationReason:Reason
thisUpdate:Holds from
nextUpdate:Holds until
revokedCertificates:Revoked
sha256:SHA-256 fingerprint
sha1:SHA-1 fingerprint
`
