package view

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/sim/x509view"
	"tlsplay/wasm/html"
)

// form is the fields of the chosen certificate, with what they say.
func (b *workbench) form() html.Node {
	var fields []html.Node
	for _, field := range scenario.Fields(b.of) {
		fields = append(fields, b.field(b.of, field))
	}
	name := strings.Join(b.plan.Get(b.of, "subject"), " ")
	return html.El("fieldset", html.Class("edits", "form"), html.Attr("id", "edit-form"),
		words("legend", "", b.role(b.of)+when(name != "", ": "+clipped(name, 60))), html.Group(fields...))
}

// editWords is the fields in plain words, what the RFCs call them, the text that
// explains them, and what else there is to say.
const editWords = `
subject:Whom it is for|subject, commonName|certificate_view.subject|
names:Names it covers|subjectAltName|certificate_view.names|DNS names, IP addresses, e-mail addresses and URIs, divided by spaces.
not-before:Valid from|notBefore||Counted from the run’s clock.
not-after:Valid until|notAfter||Counted from the run’s clock.
key:Its key|subjectPublicKeyInfo|certificate_view.public_key|
key-usage:The key may|keyUsage|certificate_view.key_usage|
ext-key-usage:Purpose|extKeyUsage|certificate_view.extended_key_usage|
ca:May it sign others?|basicConstraints|certificate_view.basic_constraints|
path-length:Authorities below it, at most|pathLenConstraint||How many may stand between it and the end’s own certificate. Empty is no limit.
permitted:Names it may sign for|permittedSubtrees|certificate_view.name_constraints|Domains, and ranges of IP addresses such as 192.0.2.0/24, divided by spaces.
excluded:Names it must not sign for|excludedSubtrees||Domains, and ranges of IP addresses such as 192.0.2.0/24, divided by spaces.
must-staple:Needs a stapled response?|TLS feature|certificate_view.tls_feature|
trusted:Is it trusted?|trust store|trust.trusted|
`

// editChoices is what fields may say that have few ways.
const editChoices = `
ca:yes=yes, it is an authority|no=no|absent=it does not say
must-staple:no=no|yes=yes
trusted:yes=yes, beforehand|no=no
key:ecdsa-p256=ECDSA P-256|rsa-2048=RSA 2048|ed25519=Ed25519
`

// field is one field: its name, a control with what it says, and what it means.
func (b *workbench) field(of, field string) html.Node {
	where := of + " " + field
	arg := string(b.side) + " " + where
	id := "edit-" + strings.ReplaceAll(arg, " ", "-")
	values := b.plan.Get(of, field)
	value := strings.Join(values, " ")
	usual := strings.Join(scenario.Plan{Usual: b.plan.Usual}.Get(of, field), " ")
	at, _ := b.at(b.s.Refused.Knob)
	bad := at == where
	if bad {
		value = b.s.Refused.Value
	}

	about := strings.Split(wordOf(editWords, field), "|")
	title, also, hint := about[0], about[1], about[3]
	if b.s.Detailed {
		title, also = also, title
	}
	label := html.Group(html.Text(title), words("small", "", " "+also))
	common := html.Group(html.Attr("id", id), act(ActEdit, arg), html.Attr("aria-describedby", id+"-hint"), html.If(bad, html.Attr("aria-invalid", "true")))
	input := func(kind string) html.Node {
		return html.El("input", common, html.Attr("type", kind), html.Attr("value", value), html.Attr("spellcheck", "false"), html.Attr("autocomplete", "off"))
	}
	var control html.Node
	var options []string // that are pressed or not
	names := keyUsageWords
	switch field {
	case "not-before", "not-after":
		if !bad {
			value = b.days(of, field, value)
		}
		control = box("span", "days", input("number"), html.Text("days: "+b.date(value)))
	case "path-length":
		control = input("number")
	case "key-usage":
		options = scenario.KeyUsages
	case "ext-key-usage":
		options, names = scenario.ExtKeyUsages, purposeWords
	case "ca", "trusted", "must-staple", "key":
		var all []html.Node
		for _, choice := range strings.Split(wordOf(editChoices, field), "|") {
			v, text, _ := strings.Cut(choice, "=")
			all = append(all, html.El("option", html.Attr("value", v), html.Flag("selected", v == value), html.Text(text)))
		}
		control = html.El("select", common, html.Group(all...))
	default:
		control = input("text")
	}
	if options != nil {
		control = b.several(id, arg, options, values, names)
	}
	text, _ := b.s.Texts.lookup(trace.FieldID(about[2]))
	group := options != nil
	caption := html.El("label", html.Attr("for", id), label)
	if group {
		caption = box("span", "caption", html.Attr("id", id), label)
	}
	var reset html.Node
	turned := strings.Join(values, " ") != usual
	if turned {
		then := id
		if group {
			then += "-" + options[0]
		}
		reset = press(id+"-reset", ActEdit, arg+"="+usual, html.Class("link"), html.Data("then", then), html.Text("as usual"), words("span", "hidden", ": "+title))
	}
	wide := group || where == "second subject"
	return box("div", "edit"+when(turned, " turned")+when(wide, " wide"),
		html.If(group, html.Group(html.Attr("role", "group"), html.Attr("aria-labelledby", id))),
		box("div", "heading", caption, reset), control, b.why(where),
		box("p", "hint", html.Attr("id", id+"-hint"), html.Text(text.Short+" "+hint), html.If(b.s.Detailed && len(text.Long) > 0, html.Group(html.Text(" "), spans(text.Long)))))
}

// several is a field that says any of some words.
func (b *workbench) several(id, arg string, options, values []string, names string) html.Node {
	var all []html.Node
	for _, v := range options {
		said, on := "", slices.Contains(values, v)
		for _, o := range options { // what it says with this one turned
			if slices.Contains(values, o) != (o == v) {
				said += " " + o
			}
		}
		name := wordOf(names, v)
		if b.s.Detailed {
			name = v
		}
		all = append(all, press(id+"-"+v, ActEdit, arg+"="+strings.TrimSpace(said), pressed(on), html.Text(name)))
	}
	return box("div", "spoil", all...)
}

// days is what a date says in days from the run's clock. An authority that is
// not made anew for the run is as old as it is.
func (b *workbench) days(of, field, value string) string {
	clock := ClockOf(b.t)
	if b.plan.Remade(of) || of != "root" && of != "intermediate" || clock.IsZero() {
		return value
	}
	name := strings.Join(b.plan.Get(of, "subject"), " ")
	for _, l := range b.t.Certificates {
		c := l.Certificate()
		if c.From != b.side || c.Tree == nil || nameOf(c) != name {
			continue
		}
		from, to := x509view.Validity(c)
		if field == "not-after" {
			from = to
		}
		return strconv.Itoa(int((from.Unix() - clock.Unix()) / 86400))
	}
	return value
}

// date is the day that is so many days from the run's clock.
func (b *workbench) date(days string) string {
	n, err := strconv.Atoi(days)
	if clock := ClockOf(b.t); err == nil && !clock.IsZero() && max(n, -n) < 1e6 {
		return date(clock.Add(time.Duration(n) * 24 * time.Hour))
	}
	return ""
}

// keyUsageWords is scenario.KeyUsages in plain words.
const keyUsageWords = `
digitalSignature:sign
nonRepudiation:sign for good
keyEncipherment:encrypt keys
dataEncipherment:encrypt data
keyAgreement:agree on keys
keyCertSign:sign certificates
cRLSign:sign revocation lists
encipherOnly:only encrypt
decipherOnly:only decrypt
`
