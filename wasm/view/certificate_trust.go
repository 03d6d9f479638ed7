package view

import (
	"bytes"
	"crypto/sha256"
	"strconv"
	"strings"

	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// trust shows how each end came to believe the other's certificates, or not to:
// check by check, and path by path.
func trust(t *trace.Trace, s *State) html.Node {
	if len(t.Certificates) == 0 {
		return html.Node{}
	}
	var all []html.Node
	for _, j := range t.Trust {
		all = append(all, judged(t, s, j.Verification()))
	}
	if all == nil {
		return box("section", "part trust", words("h2", "", "Why it is believed"),
			words("p", "lead", "Nobody checked: in this run the client accepts any certificate, so anyone could have answered in the server’s name."))
	}
	return html.Group(all...)
}

// judgement is a verification that is being drawn.
type judgement struct {
	*trace.Verification
	s   *State
	id  string                  // with which those of its parts begin
	who string                  // trusts the roots, with the verb
	own string                  // what the certificate in question is to them
	way func(sum []byte) string // the argument of ActObject for the certificate with that SHA-256, or empty
}

// judged is how an end of the run judged the other.
func judged(t *trace.Trace, s *State, v *trace.Verification) html.Node {
	by, other := string(v.By), string(v.By.Peer())
	j := &judgement{Verification: v, s: s, id: "trust-" + by, who: "the " + by + " trusts", own: "the " + other + "’s own", way: func(sum []byte) string {
		for n, c := range t.Certificates {
			if c.DER == nil || c.From != v.By.Peer() {
				continue
			}
			if is := sha256.Sum256(c.DER.Data); bytes.Equal(is[:], sum) {
				return strconv.Itoa(n + 1)
			}
		}
		return ""
	}}
	looks, ended := " This run’s client does not look at them either: the knob client.check_staple makes it demand a good OCSP response.", false
	if sc, ok := t.Scenario.(scenario.Scenario); ok && (sc.Client.CheckStaple || sc.Fault == scenario.Revoked) {
		looks, ended = " This run’s client demands a good OCSP response.", v.By == trace.Client && v.OK && !vouched(v)
	}
	title, accepted := "Why the "+by+" believes the "+other, "The "+by+" accepted it."
	switch {
	case ended:
		accepted = "No good OCSP response speaks for it, and the client demands one. The certificate itself it would accept."
		fallthrough
	case !j.OK:
		title = "Why the " + by + " does not believe the " + other
	}
	asked := "It judges by its own clock, " + j.Time.UTC().Format("2 Jan 2006 15:04:05 UTC") + ", and wants a certificate for " + purposes(strings.Join(j.Usages, ", ")) + "."
	if j.Host != "" {
		asked = "It asked for " + j.Host + ". " + asked
	}
	return box("section", "part trust", html.Attr("id", j.id),
		words("h2", "", title),
		words("p", "lead", asked),
		j.verdict(j.OK && !ended, accepted, "The "+by+" refused it."),
		j.paths(),
		j.statements("What was sent about it besides", "crypto/tls hands such statements to the program and checks none of them."+looks))
}

// vouched tells whether an OCSP response speaks for the certificate in question.
func vouched(v *trace.Verification) bool {
	for _, x := range v.Statements {
		if x.Kind == "ocsp" && x.OK && x.Steps[0].Certificate == 0 {
			return true
		}
	}
	return false
}

// verdict is crypto/x509's, in words that depend on it, with what all comes to.
func (j *judgement) verdict(ok bool, accepted, refused string) html.Node {
	verdict, class := accepted, "bad"
	if ok {
		class = "good"
	}
	if !j.OK {
		verdict = refused
	}
	var why []html.Node
	if j.Error != "" {
		why = append(why, html.Text(" In Go’s own words: "), words("code", "", j.Error))
	}
	if !j.Agrees {
		why = append(why, words("span", "bad", " The checks below come to another verdict than crypto/x509: that is a fault of this page."))
	}
	return box("div", "verdict-of "+class, resultIcon(ok), html.El("p", words("b", "", verdict), html.Group(why...)))
}

// paths is the checks: of the certificate by itself, then path by path.
func (j *judgement) paths() html.Node {
	var paths []html.Node
	for i, p := range j.Paths {
		if i == maxPaths {
			paths = append(paths, words("p", "hint", "and "+strconv.Itoa(len(j.Paths)-i)+" more paths, none better"))
			break
		}
		paths = append(paths, j.path(j.id+"-"+strconv.Itoa(i+1), p))
	}
	count := ""
	switch len(j.Paths) {
	case 0:
	case 1:
		count = "The one path from it towards a root"
	default:
		count = strconv.Itoa(len(j.Paths)) + " paths from it towards a root were tried"
	}
	return html.Group(
		box("ol", "hops", j.hop(j.id+"-itself", html.Text("The certificate by itself"), j.Steps)),
		words("h3", "", count),
		html.Group(paths...))
}

// statements is what others say about the certificates, each checked now, on its
// bytes.
func (j *judgement) statements(title, note string) html.Node {
	if len(j.Statements) == 0 {
		return html.Node{}
	}
	hops := make([]html.Node, len(j.Statements))
	for i, x := range j.Statements {
		hops[i] = j.statement(x, j.id+"-statement-"+strconv.Itoa(i+1))
	}
	return html.Group(words("h3", "", title), words("p", "hint", note), box("ol", "hops", hops...))
}

func (j *judgement) statement(x *trace.Statement, id string) html.Node {
	title := "Certificate timestamp (SCT) sent along"
	about := j.name(x.Steps[0].Certificate)
	switch {
	case x.Kind == "ocsp":
		title = "OCSP response"
	case x.At < 0:
		title = "Certificate timestamp (SCT) inside it"
	}
	return j.hop(id, html.Group(words("b", "", title), html.Text(" about "+about)), x.Steps)
}

// unchecked tells whether a check could not be made for want of a key.
func unchecked(x *trace.Step) bool {
	return !x.OK && (x.Check == "trust.sct_log" || x.Check == "trust.ocsp_responder" && x.Issuer < 0)
}

// maxPaths bounds the paths that are drawn: crypto/x509 tries up to 100.
const maxPaths = 12

func resultIcon(ok bool) html.Node {
	if ok {
		return icon("check")
	}
	return icon("cross")
}

func (j *judgement) name(i int) string {
	if i < 0 || i >= len(j.Certificates) {
		return "the certificate"
	}
	if name := commonName(j.Certificates[i].Name); name != "" {
		return clipped(name, 60)
	}
	return "certificate " + strconv.Itoa(i+1)
}

// path is one path: its certificates in a row, then the checks hop by hop.
func (j *judgement) path(id string, p *trace.Path) html.Node {
	class, says, stop := "path reached", "It reaches a root that "+j.who+".", -1
	if n := len(p.Steps); !p.OK && n > 0 {
		class, says, stop = "path stopped", "Stopped by the check “"+checkTitle(p.Steps[n-1])+"”.", p.Steps[n-1].Certificate
	}
	var route, hops []html.Node
	for _, c := range p.Certificates {
		route = append(route, box("li", when(c == stop, "stop"), j.link(c)))
	}
	for from := 0; from < len(p.Steps); {
		end := from + 1
		for end < len(p.Steps) && p.Steps[end].Check != "trust.issuer" && (p.Steps[end].Check != "trust.trusted" || p.Steps[end-1].Check == "trust.trusted") {
			end++
		}
		hops = append(hops, j.hop(id+"-"+strconv.Itoa(len(hops)+1), j.hopTitle(p.Steps[from]), p.Steps[from:end]))
		from = end
	}
	return box("article", class,
		box("ol", "route", route...),
		box("p", "says", resultIcon(p.OK), html.Text(says)),
		box("ol", "hops", hops...))
}

// hopTitle says what the checks from that one on are about.
func (j *judgement) hopTitle(first *trace.Step) html.Node {
	switch {
	case first.Check == "trust.trusted":
		return html.Text("The path as a whole")
	case first.Issuer < 0:
		return html.Text("Who vouches for " + j.name(first.Certificate) + "?")
	}
	return html.Group(html.Text("Does "), words("b", "", j.name(first.Issuer)), html.Text(" vouch for "), words("b", "", j.name(first.Certificate)), html.Text("?"))
}

// link is a certificate of the verification, as the way to it where the page
// shows it.
func (j *judgement) link(i int) html.Node {
	what := "sent along"
	switch j.Certificates[i].Role {
	case "leaf":
		what = j.own
	case "root":
		what = "trusted beforehand"
	}
	name := html.Group(words("b", "", j.name(i)), words("small", "", what))
	if arg := j.way(j.Certificates[i].SHA256); arg != "" {
		return press("", ActObject, arg, name)
	}
	return html.El("span", name)
}

// hop is checks that belong together, folded while all is well.
func (j *judgement) hop(id string, title html.Node, steps []*trace.Step) html.Node {
	ok := true
	items := make([]html.Node, len(steps))
	for i, x := range steps {
		ok = ok && x.OK
		items[i] = j.step(x)
	}
	class, count, mark := "hop", "all "+strconv.Itoa(len(steps))+" checks passed", resultIcon(ok)
	if len(steps) == 1 {
		count = "1 check passed"
	}
	switch {
	case !ok && unchecked(steps[len(steps)-1]):
		class, count, mark = "hop unsure", "not checked", icon("note")
	case !ok:
		class, count = "hop failed", "a check failed"
	}
	return box("li", class,
		html.El("details", html.Attr("id", id), html.Flag("open", !ok && class != "hop unsure"),
			html.El("summary", mark, html.El("span", title), words("small", "", count)),
			box("ul", "checks", items...)))
}

// step is one check with its reason and, where it failed or in detail, what it
// means and its rule.
func (j *judgement) step(x *trace.Step) html.Node {
	class, mark := "yes", resultIcon(x.OK)
	switch {
	case unchecked(x):
		class, mark = "unsure", icon("note")
	case !x.OK:
		class = "failed"
	}
	kids := []html.Node{words("b", "", checkTitle(x)), words("span", "reason", " "+x.Reason)}
	if j.s.Detailed || !x.OK {
		text, _ := j.s.Texts.lookup(x.Check)
		kids = append(kids, html.El("small", html.Text(text.Short+" "), cite(x.Rule)))
	}
	if j.s.Detailed {
		for _, v := range x.Values {
			kids = append(kids, html.El("small", html.Text(v.Name+" "), words("code", "", v.Value.String())))
		}
	}
	return box("li", class, mark, html.El("span", kids...))
}

func checkTitle(x *trace.Step) string {
	if title := wordOf(checkTitles, x.Check.Name()); title != "" {
		return title
	}
	return x.Check.Name()
}

// checkTitles is the checks of package trust in plain words.
const checkTitles = `
readable:Readable
critical_extensions:Critical extensions
validity:Validity
host_name:Host name
trusted:Trusted root
issuer:Issuer
loop:No circle
key:Kind of key
limit:Effort
basic_constraints:Authority
key_usage:Right to sign
signature:Signature
path_length:Path length
policies:Policies
extended_key_usage:Purpose
name_constraints:Allowed names
ocsp_response:An answer
ocsp_certificate:Whom it is about
ocsp_responder:Right to answer
ocsp_signature:Signature
ocsp_update:Time
ocsp_status:Status
sct_log:Log
sct_time:Time
sct_signature:Signature
`
