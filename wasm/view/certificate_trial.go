package view

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// Trial is how a pasted certificate is judged, with the others for what was sent
// along. Objects are counted from 1.
type Trial struct {
	Leaf  int    // the certificate in question, 0 while there is none
	Asked bool   // the visitor has chosen something of all this
	Usage string // one of Usages
	Host  string // the name that is asked for; empty asks for none
	Clock string // as FormatTrialClock writes it; empty is the run's clock

	Time    time.Time // the same as a time
	Refused string    // a clock that can't be read, or empty
	OCSP    []int     // the responses, in the order of the verification's statements
	Left    int       // certificates that take no part, for there are too many or too large
	// Judgement is by whoever would be at the other end.
	Judgement trace.Judgement

	Key     int    // the private key of Leaf, 0 if there is none
	KeyNote string // why there is none
	Problem string // why the last ActUse could not be carried out
}

// Usages are what a pasted certificate can be wanted for.
var Usages = []string{"server", "client", "any"}

var usageNames = map[string]string{"server": "a TLS server", "client": "a TLS client", "any": "anything"}

// FormatTrialClock writes a time as Trial.Clock, in UTC.
func FormatTrialClock(t time.Time) string { return t.UTC().Format(time.DateTime) }

// ParseTrialClock reads what FormatTrialClock writes, also with a T and a Z in it
// as in RFC 3339, or without a time of day or its seconds.
func ParseTrialClock(text string) (t time.Time, ok bool) {
	text = strings.TrimSuffix(strings.Replace(text, "T", " ", 1), "Z")
	for _, form := range []string{time.DateTime, time.DateTime[:len("2006-01-02 15:04")], time.DateOnly} {
		if t, err := time.Parse(form, text); err == nil {
			return t, true
		}
	}
	return t, false
}

// Name is what a pasted object is called, for lists.
func (p *Pasted) Name() string {
	switch {
	case p.Parsed != nil && p.Parsed.Subject.CommonName != "":
		return asn1view.Visible(p.Parsed.Subject.CommonName)
	case p.Parsed != nil && len(p.Parsed.DNSNames) > 0:
		return asn1view.Visible(p.Parsed.DNSNames[0])
	case p.Certificate != nil && p.Certificate.Fields != nil:
		return nameOf(p.Certificate)
	}
	return ""
}

// trial is how the pasted certificates are judged, with all that the visitor can
// choose about it.
func trial(t *trace.Trace, s *State) html.Node {
	r := &s.Reading
	if r.Trial.Leaf == 0 {
		return inUse(s)
	}
	v := r.Trial.Judgement.Verification()
	j := &judgement{Verification: v, s: s, id: "trial", own: "in question", who: "you trust", way: pastedWay(r)}
	return html.Group(
		words("h2", "", "Would it be believed?"),
		words("p", "lead", "The same checks as for the run’s certificates, on what you pasted, as if it had been sent."),
		trialForm(t, s),
		j.verdict(j.OK, "Accepted.", "Refused"+when(!rooted(r), ", as nothing is trusted yet")+"."),
		j.paths(),
		j.statements("What was pasted about it besides", "An OCSP response or a timestamp does not change the verdict: crypto/x509 looks at neither."),
		identity(s))
}

// responseChecks is what became of the chosen OCSP response in the trial.
func responseChecks(s *State) html.Node {
	r := &s.Reading
	at := slices.Index(r.Trial.OCSP, r.Object)
	if at < 0 || r.Trial.Leaf == 0 {
		return words("p", "panel-note", "Paste the certificate that it is about and its issuer’s beside it, and its signature, time and status are checked.")
	}
	j := &judgement{Verification: r.Trial.Judgement.Verification(), s: s, id: "object"}
	for i, x := range j.Statements {
		if x.Kind == "ocsp" && x.At == at {
			return box("ol", "hops panel-note", j.statement(x, "object-statement-"+strconv.Itoa(i+1)))
		}
	}
	return html.Node{}
}

// pastedWay is the way to a pasted certificate by its SHA-256.
func pastedWay(r *Reading) func(sum []byte) string {
	return func(sum []byte) string {
		for i, p := range r.Pasted {
			if p.Judged && bytes.Equal(p.sum(), sum) {
				return "p" + strconv.Itoa(i+1)
			}
		}
		return ""
	}
}

func trialForm(t *trace.Trace, s *State) html.Node {
	r := &s.Reading
	var which []option
	var roots []html.Node
	selfSigned := false
	for i, p := range r.Pasted {
		if !p.Judged {
			continue
		}
		n := strconv.Itoa(i + 1)
		which = append(which, option{n, n + ": " + clipped(p.Name(), 60)})
		trusted, own := p.Root, p.SelfSigned
		selfSigned = selfSigned || own && !trusted
		if i+1 == r.Trial.Leaf && !own && !trusted {
			continue
		}
		roots = append(roots, box("label", "root",
			html.El("input", html.Attr("type", "checkbox"), html.Attr("id", "root-"+n), act(ActTrial, "root "+n), html.Flag("checked", trusted)),
			html.El("span", html.Text(clipped(p.Name(), 60)), html.If(own, words("small", "", " self-signed")))))
	}
	field := func(name, label, value string) html.Node {
		return box("label", "choice", words("span", "", label),
			html.El("input", html.Attr("id", "trial-"+name), html.Attr("type", "text"), html.Attr("spellcheck", "false"), html.Attr("autocomplete", "off"), act(ActTrial, name), html.Attr("value", value)))
	}
	clock, misread := FormatTrialClock(r.Trial.Time), ""
	if r.Trial.Refused != "" {
		clock, misread = r.Trial.Refused, "Write the clock as 2026-03-31 12:00:00."
	}
	if roots == nil {
		roots = append(roots, words("p", "hint", "Paste the certificate of the root beside this one, and you can trust it here."))
	}
	clocks := box("div", "clocks",
		press("trial-clock-run", ActTrial, "clock=", pressed(r.Trial.Clock == ""), html.Text("the run’s")),
		press("trial-clock-now", ActTrial, "clock=now", html.Text("now")))
	var left html.Node
	if n := r.Trial.Left; n > 0 {
		left = words("p", "hint", plural(n, "certificate")+" of what you pasted take no part: there are too many, or they are too large.")
	}
	var offer html.Node
	if selfSigned {
		offer = press("trust-self-signed", ActTrial, "root self-signed=true", html.Text("Trust the self-signed"))
	}
	return html.Group(
		box("div", "making",
			html.If(len(which) > 1, choice("trial-leaf", ActTrial, "leaf", "The certificate in question", strconv.Itoa(r.Trial.Leaf), which)),
			choice("trial-usage", ActTrial, "usage", "It is to serve as", r.Trial.Usage, named(Usages, usageNames)),
			html.If(r.Trial.Usage == "server", field("host", "Name that is asked for", r.Trial.Host)),
			html.El("div", field("clock", "Clock, UTC", clock), clocks, warned(misread))),
		box("fieldset", "roots", words("legend", "", "Trusted beforehand"),
			words("p", "hint", "This page has no list of the roots that browsers and systems trust, so nothing is trusted until you say so."),
			box("div", "root-list", roots...), offer),
		left)
}

// rooted tells whether any root is trusted.
func rooted(r *Reading) bool {
	return slices.ContainsFunc(r.Pasted, func(p *Pasted) bool { return p.Root })
}

// identity is how the certificate in question can be put into a real handshake.
func identity(s *State) html.Node {
	r := &s.Reading
	var keyed html.Node
	if r.Trial.Key > 0 {
		keyed = html.Group(
			box("p", "panel-note", icon("key"), html.Text(" The private key that belongs to it is here ("+r.Pasted[r.Trial.Key-1].Where+"). Client and server run in this page, so it never leaves it.")),
			box("div", "use",
				press("use-server", ActUse, "server", html.Text("Use as the server’s identity")),
				press("use-client", ActUse, "client", html.Text("Use as the client’s identity"))),
			words("p", "hint", "The run takes over the name, the clock and the trusted roots from above. A link to it leaves certificate and key out; its own files, under Files, hold them."))
	} else {
		keyed = box("p", "panel-note", icon("key"), html.Text(" "+r.Trial.KeyNote))
	}
	var trusting html.Node
	if rooted(r) {
		trusting = box("div", "use",
			press("use-client-roots", ActUse, "client.roots", html.Text("Let the client trust these roots")),
			press("use-server-roots", ActUse, "server.roots", html.Text("Let the server trust them")))
	}
	return html.Group(words("h3", "", "In a real handshake"), keyed, trusting, warned(r.Trial.Problem), inUse(s))
}

// inUse says what of the run is the visitor's own, with the way back.
func inUse(s *State) html.Node {
	var own []string
	for _, k := range []struct{ knob, says string }{
		{"server.identity", "the server has your certificate and key"},
		{"client.identity", "the client has your certificate and key"},
		{"client.roots", "the client trusts your roots, too"},
		{"server.roots", "the server trusts your roots, too"},
	} {
		if s.Scenario.Get(k.knob) != "" {
			own = append(own, k.says)
		}
	}
	if own == nil {
		return html.Node{}
	}
	return box("div", "in-use", icon("check"),
		words("p", "", "In the run above, "+strings.Join(own, "; ")+"."),
		press("use-none", ActUse, "", html.Text("Take it back")))
}
