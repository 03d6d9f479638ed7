package view

import (
	"slices"
	"strconv"
	"strings"

	"tlsplay/sim/explain"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// workbench is the visitor's own certificate authority: the certificates of one
// end, one of which is being edited.
type workbench struct {
	t    *trace.Trace
	s    *State
	side trace.Side
	of   string // one of scenario.Links
	plan scenario.Plan
}

// bench lays out what is chosen. What the plan has not got is left for the leaf.
func bench(t *trace.Trace, s *State) *workbench {
	side, of, _ := strings.Cut(s.Reading.Making, ".")
	b := &workbench{t: t, s: s, side: trace.Server, of: of}
	if side == string(trace.Client) {
		b.side = trace.Client
	}
	b.plan = s.Scenario.Plan(b.side == trace.Client)
	if !slices.Contains(b.links(), of) {
		b.of = "leaf"
	}
	return b
}

// links is the certificates that there are, from the root down.
func (b *workbench) links() []string {
	all := slices.Clone(scenario.Links)
	return slices.Delete(all, 1+b.plan.Intermediates(), 3)
}

// ToWorkshop, in place of a certificate, is the way to the workshop.
const ToWorkshop = "workshop"

// ChooseMaking chooses the certificate to be edited: "server.leaf", "client.root".
func ChooseMaking(s *State, arg string) {
	if side, of, _ := strings.Cut(arg, "."); (side == "server" || side == "client") && slices.Contains(scenario.Links, of) {
		s.Reading.Making = arg
	}
}

// workshop is the ways in which certificates can be made and spoiled, each a real
// run.
func workshop(t *trace.Trace, s *State) html.Node {
	b := bench(t, s)
	ends := func(side, name string) html.Node {
		return press("make-"+side, ActMake, side+".leaf", pressed(string(b.side) == side), html.Text(name))
	}
	body := html.Group(b.wrong(), b.authority(), b.form(), b.sends())
	if !b.has() {
		body = words("p", "hint", "The client has no certificate. Give it one, and what it says can be edited here.")
	}
	return html.Group(
		words("h2", "", "Make it otherwise"),
		box("p", "lead", spans([]explain.Span{
			{Text: "Be the "},
			{Text: "certificate authority", Term: "CA"},
			{Text: ". Each change makes new certificates and a new handshake between the real ends, and below stands what comes of it. The "},
			{Text: "private keys", Term: "private key"},
			{Text: " stay the same: they are fixed and public, so that nobody waits for new ones and a run can be repeated."},
		})),
		term(*s),
		box("div", "switch ends-of", html.Attr("role", "group"), html.Attr("aria-label", "Whose certificates"), ends("server", "The server’s"), ends("client", "The client’s")),
		b.effect(), b.refused(), b.settings(), body,
		words("p", "hint", "A chain and key of your own can take its place: paste them below."))
}

// has tells whether the end has certificates that are made here.
func (b *workbench) has() bool {
	return b.side == trace.Server || b.s.Scenario.Client.Certificate != ""
}

// effect is what the run came to.
func (b *workbench) effect() html.Node {
	by := b.side.Peer()
	class, verdict := "calm", "The "+string(by)+" did not ask for a certificate."
	if b.side == trace.Server {
		verdict = "The client came to no verdict: it saw no certificate, or does not care."
	}
	for _, j := range b.t.Trust {
		if j.By != by {
			continue
		}
		if v := j.Verification(); v.OK {
			class, verdict = "good", "The "+string(by)+" accepted the certificate."
		} else {
			class, verdict = "bad", "The "+string(by)+" refused the certificate"
			if x := stoppedBy(v); x != nil {
				verdict += ": stopped by the check “" + checkTitle(x) + "”"
			}
			verdict += "."
		}
	}
	var mark html.Node
	if class != "calm" {
		mark = resultIcon(class == "good")
	}
	var ends []html.Node
	for _, e := range b.t.Endpoints {
		said, sent := e.Error, "sent no alert"
		if said == "" {
			said = "no error"
		}
		if e.Alert != "" {
			sent = "sent the alert " + e.Alert
		}
		ends = append(ends, box("div", "", words("dt", "", sentenceCase(string(e.Side))), box("dd", "", words("code", "", said), words("small", "", sent))))
	}
	// Where the bar stays in view, which says the same of the ends, css hides it here.
	return html.Group(box("p", "effect "+class, mark, words("b", "", verdict)), box("dl", "effect-ends", html.Group(ends...)))
}

// stoppedBy is the check that a verification failed at, of several paths on the
// first.
func stoppedBy(v *trace.Verification) *trace.Step {
	all := [][]*trace.Step{v.Steps}
	for _, p := range v.Paths {
		all = append(all, p.Steps)
	}
	for _, steps := range all {
		if n := len(steps); n > 0 && !steps[n-1].OK {
			return steps[n-1]
		}
	}
	return nil
}

// refused is why a knob could not be taken; an edit's reason stands at its field.
func (b *workbench) refused() html.Node {
	r := b.s.Refused
	if _, isKnob := b.at(r.Knob); isKnob {
		return html.Node{}
	}
	return warned(strings.TrimPrefix(r.Why, "scenario: "))
}

// at is the part and field of a refused edit, if it is one of this end.
func (b *workbench) at(knob string) (field string, ok bool) {
	return strings.CutPrefix(knob, string(b.side)+" ")
}

// settings is what stands beside the certificates themselves.
func (b *workbench) settings() html.Node {
	knob := func(name, label, none string, options []string, names map[string]string) html.Node {
		var all []option
		if none != "" {
			all = append(all, option{"", none})
		}
		return choice("workshop-"+name, ActKnob, name, label, b.s.Scenario.Get(name), append(all, named(options, names)...))
	}
	depth := choice("workshop-intermediates", ActEdit, string(b.side)+" chain intermediates", "Intermediate authorities", strconv.Itoa(b.plan.Intermediates()),
		[]option{{"0", "none: the root signs by itself"}, {"1", "one"}, {"2", "two, one beneath the other"}})
	if b.side == trace.Server {
		return box("div", "making",
			knob("certificate", "The server’s key", "", scenario.Certificates, certificateNames),
			knob("server.staple", "Stapled OCSP response", "none", scenario.Staples, nil), depth)
	}
	return box("div", "making",
		knob("client.certificate", "The client’s certificate has a key of", "none: it has no certificate", scenario.Certificates, certificateNames),
		knob("server.client_auth", "The server asks for it", "no", scenario.ClientAuths, authNames), html.If(b.has(), depth))
}

var authNames = map[string]string{
	"request":            "yes, any or none will do",
	"require-any":        "yes, any will do",
	"verify-if-given":    "yes, and verifies it if there is one",
	"require-and-verify": "yes, and demands a valid one",
}

// wrong is the ready-made faults.
func (b *workbench) wrong() html.Node {
	knob, id, now, faults := "fault", "spoil-", b.s.Scenario.Fault, scenario.CertificateFaults
	if b.side == trace.Client {
		knob, id, now, faults = "client.fault", "spoil-client-", b.s.Scenario.Client.Fault, scenario.ClientFaults
	}
	var spoil []html.Node
	for _, fault := range append([]string{""}, faults...) {
		name := faultNames[fault]
		if fault == "" {
			name = "nothing"
		}
		spoil = append(spoil, press(id+fault, ActKnob, knob+"="+fault, pressed(now == fault), html.Text(strings.TrimPrefix(name, "certificate "))))
	}
	title := "What is wrong with it, ready-made"
	return html.Group(words("h3", "", title), b.pills("", title, spoil...))
}

// authority is the chain from the root down, of which one certificate is chosen.
func (b *workbench) authority() html.Node {
	var items []html.Node
	for _, of := range b.links() {
		name := strings.Join(b.plan.Get(of, "subject"), " ")
		if name == "" {
			name = "without a name"
		}
		var mark html.Node
		if slices.ContainsFunc(b.plan.Changes, func(e scenario.Edit) bool { return e.Of == of }) {
			mark = words("small", "edited", "changed")
		}
		id := string(b.side) + "." + of
		items = append(items, html.El("li", press("make-"+id, ActMake, id, pressed(of == b.of),
			words("small", "", b.role(of)), words("b", "", clipped(name, 60)), mark)))
	}
	var undo html.Node
	if chain := string(b.side) + ".chain"; b.s.Scenario.Get(chain) != "" {
		undo = press("undo-edits", ActKnob, chain+"=", html.Class("link"), html.Data("then", "make-"+string(b.side)+"."+b.of), html.Text("Undo all edits"))
	}
	return html.Group(
		box("div", "heading", words("h3", "", "What the certificates say"), undo),
		box("ol", "authority", html.Attr("aria-label", "The chain, from the root down"), html.Group(items...)))
}

// role is what a certificate of the chain is.
func (b *workbench) role(of string) string {
	switch of {
	case "root":
		return "Root authority"
	case "intermediate":
		return "Intermediate authority"
	case "second":
		return "Second intermediate"
	}
	return "The " + string(b.side) + "’s own"
}

// sends is how long the chain is and what of it crosses.
func (b *workbench) sends() html.Node {
	sent := b.plan.Get("chain", "sends")
	set := func(id, list, label, name string) html.Node {
		return press("sends-"+id, ActEdit, string(b.side)+" chain sends="+strings.TrimSpace(list), html.Data("then", "sends-add-leaf"), html.Text(label), words("span", "hidden", name))
	}
	var items, more []html.Node
	before := "" // those that are sent before this one
	for i, of := range sent {
		n, name, after := strconv.Itoa(i+1), b.role(of), strings.Join(sent[i+1:], " ")
		var up, out html.Node
		if i > 0 {
			last := sent[i-1]
			up = set("up-"+n, strings.TrimSuffix(before, last+" ")+of+" "+last+" "+after, "earlier", " "+name)
		}
		if len(sent) > 1 {
			out = set("out-"+n, before+after, "leave out", " "+name)
		}
		items = append(items, box("li", "", words("span", "", name), up, out))
		before += of + " "
	}
	for _, of := range b.links() {
		more = append(more, set("add-"+of, before+of, b.role(of), ""))
	}
	return html.Group(
		words("h3", "", "What the "+string(b.side)+" sends, in this order"),
		box("ol", "sent", items...),
		b.pills("add", "Send another", words("span", "", "Add"), html.Group(more...)),
		b.why("chain sends"), b.why("chain intermediates"))
}

// pills is buttons that belong together.
func (b *workbench) pills(class, label string, kids ...html.Node) html.Node {
	return box("div", "spoil "+class, html.Attr("role", "group"), html.Attr("aria-label", label), html.Group(kids...))
}

// why is why an edit that belongs to no field of the form was refused.
func (b *workbench) why(field string) html.Node {
	if at, ok := b.at(b.s.Refused.Knob); ok && at == field {
		return box("p", "bad", html.Attr("role", "alert"), html.Text(sentence(b.s.Refused.Why)))
	}
	return html.Node{}
}

func sentenceCase(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
