package view

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strconv"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// trust shows how each end came to believe the other's certificates, or not to:
// check by check, and path by path.
func trust(t *trace.Trace, s State) html.Node {
	if len(t.Certificates) == 0 {
		return html.Node{}
	}
	if len(t.Trust) == 0 {
		return html.El("section", html.Class("part trust"), html.El("h2", html.Text("Why it is believed")),
			html.El("p", html.Class("lead"), html.Text("Nobody checked: in this run the client accepts any certificate, so anyone could have answered in the server’s name.")))
	}
	return html.Map(t.Trust, func(_ int, j trace.Judgement) html.Node {
		return judged(t, j.Verification(), s)
	})
}

// judgement is a verification that is being drawn.
type judgement struct {
	*trace.Verification
	t  *trace.Trace
	s  State
	id string // before those of its parts
}

func judged(t *trace.Trace, v *trace.Verification, s State) html.Node {
	j := judgement{v, t, s, "trust-" + string(v.By)}
	other := string(v.By.Peer())
	verdict, mark, class := "accepted", "check", "good"
	if !v.OK {
		verdict, mark, class = "refused", "cross", "bad"
	}
	title := "Why the " + string(v.By) + " believes the " + other
	if !v.OK {
		title = "Why the " + string(v.By) + " does not believe the " + other
	}
	asked := "It judges by its own clock, " + v.Time.UTC().Format("2 Jan 2006 15:04:05 UTC") + ", and accepts certificates for " + purposes(joined(v.Usages)) + "."
	if v.Host != "" {
		asked = "It asked for " + v.Host + ". " + asked
	}
	return html.El("section", html.Class("part trust"), html.Attr("id", j.id),
		html.El("h2", html.Text(title)),
		html.El("p", html.Class("lead"), html.Text(asked)),
		html.El("div", html.Class("verdict-of", class), icon(mark), html.El("p",
			html.El("b", html.Text("The "+string(v.By)+" "+verdict+" it.")),
			html.If(v.Error != "", html.Group(html.Text(" In Go’s own words: "), html.El("code", html.Text(v.Error)))),
			html.If(!v.Agrees, html.El("span", html.Class("bad"), html.Text(" The checks below come to another verdict than crypto/x509: a fault of this page."))))),
		html.El("ol", html.Class("hops"),
			j.hop(j.id+"-itself", "The certificate by itself", "", v.Steps)),
		html.If(len(v.Paths) > 0, html.El("h3", html.Text(pathsTitle(len(v.Paths))))),
		html.Map(v.Paths[:min(len(v.Paths), maxPaths)], func(i int, p *trace.Path) html.Node { return j.path(i, p) }),
		html.If(len(v.Paths) > maxPaths, html.El("p", html.Class("hint"), html.Text(fmt.Sprintf("and %d more paths, none better", len(v.Paths)-maxPaths)))))
}

// maxPaths bounds the paths that are drawn: crypto/x509 tries up to 100.
const maxPaths = 12

func pathsTitle(n int) string {
	if n == 1 {
		return "The one path from it to a root"
	}
	return strconv.Itoa(n) + " paths were tried, from it towards a root"
}

func joined(names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += ", "
		}
		out += n
	}
	return out
}

func (j judgement) name(i int) string {
	if i < 0 || i >= len(j.Certificates) {
		return "the certificate"
	}
	if name := commonName(j.Certificates[i].Name); name != "" {
		return clipped(name, 60)
	}
	return "certificate " + strconv.Itoa(i+1)
}

// path is one path: its certificates in a row, then the checks hop by hop.
func (j judgement) path(at int, p *trace.Path) html.Node {
	id := j.id + "-" + strconv.Itoa(at+1)
	class, says := "reached", "It reaches a root that the "+string(j.By)+" trusts."
	if !p.OK {
		class, says = "stopped", "It ends here."
	}
	stop := -1
	if !p.OK && len(p.Steps) > 0 {
		last := p.Steps[len(p.Steps)-1]
		stop = last.Certificate
		says = "Stopped by: " + checkTitles[last.Check] + "."
	}
	var hops []html.Node
	var group []*trace.Step
	whole := false
	flush := func() {
		if len(group) == 0 {
			return
		}
		key := id + "-" + strconv.Itoa(len(hops)+1)
		if whole {
			hops = append(hops, j.hop(key, "The path as a whole", "", group))
		} else if first := group[0]; first.Issuer >= 0 {
			hops = append(hops, j.hop(key, j.name(first.Certificate), j.name(first.Issuer), group))
		} else {
			hops = append(hops, j.hop(key, "Who vouches for "+j.name(first.Certificate), "", group))
		}
		group = nil
	}
	for _, x := range p.Steps {
		if x.Check == "trust.issuer" || x.Check == "trust.trusted" {
			flush()
			whole = x.Check == "trust.trusted"
		}
		group = append(group, x)
	}
	flush()
	mark := "check"
	if !p.OK {
		mark = "cross"
	}
	return html.El("article", html.Class("path", class),
		html.El("ol", html.Class("route"), html.Attr("aria-label", "Path "+strconv.Itoa(at+1)), html.Map(p.Certificates, func(_ int, c int) html.Node {
			return html.El("li", html.Class(when(c == stop, "stop")), j.link(c))
		})),
		html.El("p", html.Class("says"), icon(mark), html.Text(says)),
		html.El("ol", html.Class("hops"), html.Group(hops...)))
}

// link is a certificate of the verification, as the way to it where the run
// shows it.
func (j judgement) link(i int) html.Node {
	name := html.Group(html.El("b", html.Text(j.name(i))), html.El("small", html.Text(partyWords(j.Certificates[i].Role, j.By))))
	for n, c := range j.t.Certificates {
		if c.DER == nil {
			continue
		}
		if sum := sha256.Sum256(c.DER.Data); c.From == j.By.Peer() && bytes.Equal(sum[:], j.Certificates[i].SHA256) {
			return html.El("button", html.Attr("type", "button"), act(ActObject, strconv.Itoa(n+1)), name)
		}
	}
	return html.El("span", name)
}

func partyWords(role string, by trace.Side) string {
	switch role {
	case "leaf":
		return "the " + string(by.Peer()) + "’s own"
	case "root":
		return "trusted beforehand"
	}
	return "sent along"
}

// hop is checks that belong together, folded while all is well.
func (j judgement) hop(id, who, issuer string, steps []*trace.Step) html.Node {
	failed := 0
	for _, x := range steps {
		if !x.OK {
			failed++
		}
	}
	mark, class := "check", "yes"
	count := checksWords(len(steps)) + " passed"
	if failed > 0 {
		mark, class, count = "cross", "failed", strconv.Itoa(failed)+" of "+checksWords(len(steps))+" failed"
	}
	title := html.Text(who)
	if issuer != "" {
		title = html.Group(html.El("b", html.Text(who)), html.Text(" is vouched for by "), html.El("b", html.Text(issuer)))
		if failed > 0 {
			title = html.Group(html.Text("Is "), html.El("b", html.Text(who)), html.Text(" vouched for by "), html.El("b", html.Text(issuer)), html.Text("?"))
		}
	}
	return html.El("li", html.Class("hop", class),
		html.El("details", html.Attr("id", id), html.Flag("open", failed > 0),
			html.El("summary", icon(mark), html.El("span", title), html.El("small", html.Text(count))),
			html.El("ul", html.Class("checks"), html.Map(steps, func(_ int, x *trace.Step) html.Node { return j.step(x) }))))
}

func checksWords(n int) string {
	if n == 1 {
		return "1 check"
	}
	return strconv.Itoa(n) + " checks"
}

// step is one check with its reason, what it means, and its rule.
func (j judgement) step(x *trace.Step) html.Node {
	mark, class := "check", "yes"
	if !x.OK {
		mark, class = "cross", "failed"
	}
	title := checkTitles[x.Check]
	if title == "" {
		title = x.Check.Name()
	}
	text, _ := j.s.Texts.lookup(x.Check)
	return html.El("li", html.Class(class), icon(mark),
		html.El("span", html.El("b", html.Text(title)), html.Text(" "),
			html.El("span", html.Class("reason"), html.Text(x.Reason)),
			html.If(text.Short != "" && (j.s.Detailed || !x.OK), html.El("small", html.Text(text.Short))),
			html.If(j.s.Detailed && len(x.Values) > 0, html.El("dl", html.Class("pairs"), html.Map(x.Values, func(_ int, n trace.NamedBytes) html.Node {
				return html.Group(html.El("dt", html.Text(n.Name)), html.El("dd", bytesOf(n.Value)))
			})))),
		html.If(j.s.Detailed || !x.OK, cite(x.Rule)))
}

// checkTitles is the checks of package trust in plain words.
var checkTitles = map[trace.FieldID]string{
	"trust.readable":            "Readable",
	"trust.critical_extensions": "Nothing critical unknown",
	"trust.validity":            "Validity",
	"trust.host_name":           "Host name",
	"trust.trusted":             "Trusted root",
	"trust.issuer":              "Issuer",
	"trust.loop":                "No circle",
	"trust.key":                 "Kind of key",
	"trust.limit":               "Effort",
	"trust.basic_constraints":   "Authority",
	"trust.key_usage":           "Right to sign",
	"trust.signature":           "Signature",
	"trust.path_length":         "Path length",
	"trust.policies":            "Policies",
	"trust.extended_key_usage":  "Purpose",
	"trust.name_constraints":    "Allowed names",
}
