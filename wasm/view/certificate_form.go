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
		html.El("legend", html.Text(b.role(b.of)+when(name != "", ": "+clipped(name, 60)))), html.Group(fields...))
}

// editTitles is the fields in plain words, what the RFCs call them, and the text
// that explains them, or words of their own.
var editTitles = map[string][3]string{
	"subject":       {"Whom it is for", "subject, commonName", "certificate_view.subject"},
	"names":         {"Names it covers", "subjectAltName", "certificate_view.names"},
	"not-before":    {"Valid from", "notBefore", ""},
	"not-after":     {"Valid until", "notAfter", ""},
	"key":           {"Its key", "subjectPublicKeyInfo", "certificate_view.public_key"},
	"key-usage":     {"The key may", "keyUsage", "certificate_view.key_usage"},
	"ext-key-usage": {"Purpose", "extKeyUsage", "certificate_view.extended_key_usage"},
	"ca":            {"May it sign others?", "basicConstraints, cA", "certificate_view.basic_constraints"},
	"path-length":   {"Authorities below it, at most", "pathLenConstraint", ""},
	"permitted":     {"Names it may sign for", "permittedSubtrees", "certificate_view.name_constraints"},
	"excluded":      {"Names it must not sign for", "excludedSubtrees", ""},
	"must-staple":   {"Must the server staple?", "TLS feature", "certificate_view.tls_feature"},
	"trusted":       {"Is it trusted?", "trust store", "trust.trusted"},
}

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

	title, also := editTitles[field][0], editTitles[field][1]
	if b.s.Detailed && also != "" {
		title, also = also, title
	}
	label := html.Group(html.Text(title), html.If(also != "", words("small", "", " "+also)))
	control, hint := html.Node{}, ""
	var options []string // that are pressed or not
	input := func(kind string, more ...html.Node) html.Node {
		return html.El("input", html.Attr("id", id), act(ActEdit, arg), html.Attr("type", kind), html.Attr("spellcheck", "false"), html.Attr("autocomplete", "off"),
			html.Attr("value", value), html.Attr("aria-describedby", id+"-hint"), html.If(bad, html.Attr("aria-invalid", "true")), html.Group(more...))
	}
	pick := func(options ...option) html.Node {
		return html.El("select", html.Attr("id", id), act(ActEdit, arg), html.Attr("aria-describedby", id+"-hint"), html.Map(options, func(_ int, o option) html.Node {
			return html.El("option", html.Attr("value", o.value), html.Flag("selected", o.value == value), html.Text(o.text))
		}))
	}
	several := func(all []string, names string) {
		options = all
		control = box("div", "spoil", html.Map(all, func(_ int, v string) html.Node {
			chosen := slices.DeleteFunc(slices.Clone(all), func(o string) bool { return slices.Contains(values, o) == (o == v) })
			name := wordOf(names, v)
			if name == "" || b.s.Detailed {
				name = v
			}
			return press(id+"-"+v, ActEdit, arg+"="+strings.Join(chosen, " "), pressed(slices.Contains(values, v)), html.Text(name))
		}))
	}
	switch field {
	case "subject":
		control = input("text")
	case "names":
		control, hint = input("text"), "DNS names, IP addresses, e-mail addresses and URIs, divided by spaces."
	case "permitted", "excluded":
		control, hint = input("text"), "Domains, and ranges of IP addresses such as 192.0.2.0/24, divided by spaces."
	case "not-before", "not-after":
		if !bad {
			value = b.days(of, field, value)
		}
		control, hint = box("span", "days", input("number", html.Attr("step", "1")), html.Text("days: "+b.date(value))), "Counted from the run’s clock."
	case "path-length":
		control, hint = input("number", html.Attr("min", "0"), html.Attr("placeholder", "no limit")), "How many may stand between it and the end’s own certificate. Empty is no limit."
	case "key-usage":
		several(scenario.KeyUsages, keyUsageWords)
	case "ext-key-usage":
		several(scenario.ExtKeyUsages, purposeWords)
	case "ca":
		control = pick(option{"yes", "yes, it is an authority"}, option{"no", "no"}, option{"absent", "it does not say"})
	case "trusted":
		control = pick(option{"yes", "yes, by the " + string(b.side.Peer())}, option{"no", "no"})
	case "must-staple":
		control = pick(option{"no", "no"}, option{"yes", "yes"})
	case "key":
		control = pick(named(scenario.AuthorityKeys, certificateNames)...)
	}
	text, _ := b.s.Texts.lookup(trace.FieldID(editTitles[field][2]))
	group := options != nil
	caption := html.El("label", html.Attr("for", id), label)
	if group {
		caption = html.El("span", html.Class("caption"), html.Attr("id", id), label)
	}
	var reset, why html.Node
	if strings.Join(values, " ") != usual {
		then := id
		if group {
			then += "-" + options[0]
		}
		reset = press(id+"-reset", ActEdit, arg+"="+usual, html.Class("link"), html.Data("then", then), html.Text("as usual"), words("span", "hidden", ": "+title))
	}
	if bad {
		why = html.El("p", html.Class("bad"), html.Attr("role", "alert"), html.Text(sentence(b.s.Refused.Why)))
	}
	wide := group || where == "second subject"
	return box("div", "edit"+when(strings.Join(values, " ") != usual, " turned")+when(wide, " wide"),
		html.If(group, html.Group(html.Attr("role", "group"), html.Attr("aria-labelledby", id))),
		box("div", "heading", caption, reset), control, why,
		html.El("p", html.Class("hint"), html.Attr("id", id+"-hint"), html.Text(text.Short+when(text.Short != "" && hint != "", " ")+hint), html.If(b.s.Detailed && len(text.Long) > 0, html.Group(html.Text(" "), spans(text.Long)))))
}

// days is what a date says in days from the run's clock. An authority that is
// not made anew for the run is as old as it is.
func (b *workbench) days(of, field, value string) string {
	clock := clockOf(b.t)
	if b.plan.Remade(of) || of != "root" && of != "intermediate" || clock.IsZero() {
		return value
	}
	name := strings.Join(b.plan.Get(of, "subject"), " ")
	for _, c := range b.t.Certificates {
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
	if clock := clockOf(b.t); err == nil && !clock.IsZero() && max(n, -n) < 1e6 {
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
