package view

import (
	"bytes"
	"crypto/sha256"
	"strconv"
	"strings"

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
		all = append(all, judged(&judgement{j.Verification(), t, s}))
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
	t *trace.Trace
	s *State
}

func judged(j *judgement) html.Node {
	by, other, id := string(j.By), string(j.By.Peer()), "trust-"+string(j.By)
	title, verdict, class := "Why the "+by+" believes the "+other, "The "+by+" accepted it.", "good"
	if !j.OK {
		title, verdict, class = "Why the "+by+" does not believe the "+other, "The "+by+" refused it.", "bad"
	}
	asked := "It judges by its own clock, " + j.Time.UTC().Format("2 Jan 2006 15:04:05 UTC") + ", and wants a certificate for " + purposes(strings.Join(j.Usages, ", ")) + "."
	if j.Host != "" {
		asked = "It asked for " + j.Host + ". " + asked
	}
	var why, paths []html.Node
	if j.Error != "" {
		why = append(why, html.Text(" In Go’s own words: "), words("code", "", j.Error))
	}
	if !j.Agrees {
		why = append(why, words("span", "bad", " The checks below come to another verdict than crypto/x509: that is a fault of this page."))
	}
	for i, p := range j.Paths {
		if i == maxPaths {
			paths = append(paths, words("p", "hint", "and "+strconv.Itoa(len(j.Paths)-i)+" more paths, none better"))
			break
		}
		paths = append(paths, j.path(id+"-"+strconv.Itoa(i+1), p))
	}
	count := ""
	switch len(j.Paths) {
	case 0:
	case 1:
		count = "The one path from it towards a root"
	default:
		count = strconv.Itoa(len(j.Paths)) + " paths from it towards a root were tried"
	}
	return box("section", "part trust", html.Attr("id", id),
		words("h2", "", title),
		words("p", "lead", asked),
		box("div", "verdict-of "+class, resultIcon(j.OK), html.El("p", words("b", "", verdict), html.Group(why...))),
		box("ol", "hops", j.hop(id+"-itself", html.Text("The certificate by itself"), j.Steps)),
		words("h3", "", count),
		html.Group(paths...))
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
	class, says, stop := "path reached", "It reaches a root that the "+string(j.By)+" trusts.", -1
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

// link is a certificate of the verification, as the way to it where the run
// shows it.
func (j *judgement) link(i int) html.Node {
	what := "sent along"
	switch j.Certificates[i].Role {
	case "leaf":
		what = "the " + string(j.By.Peer()) + "’s own"
	case "root":
		what = "trusted beforehand"
	}
	name := html.Group(words("b", "", j.name(i)), words("small", "", what))
	for n, c := range j.t.Certificates {
		if c.DER == nil || c.From != j.By.Peer() {
			continue
		}
		if sum := sha256.Sum256(c.DER.Data); bytes.Equal(sum[:], j.Certificates[i].SHA256) {
			return press("", ActObject, strconv.Itoa(n+1), name)
		}
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
	class, count := "hop", "all "+strconv.Itoa(len(steps))+" checks passed"
	if len(steps) == 1 {
		count = "1 check passed"
	}
	if !ok {
		class, count = "hop failed", "a check failed"
	}
	return box("li", class,
		html.El("details", html.Attr("id", id), html.Flag("open", !ok),
			html.El("summary", resultIcon(ok), html.El("span", title), words("small", "", count)),
			box("ul", "checks", items...)))
}

// step is one check with its reason and, where it failed or in detail, what it
// means and its rule.
func (j *judgement) step(x *trace.Step) html.Node {
	class := "yes"
	if !x.OK {
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
	return box("li", class, resultIcon(x.OK), html.El("span", kids...))
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
`
