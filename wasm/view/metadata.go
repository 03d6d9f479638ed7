package view

import (
	"strconv"
	"strings"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// fact is something that whoever listens knows, or does not.
type fact struct {
	name, value string
	known       bool
}

// encrypted is the value of a fact that is.
const encrypted = "encrypted"

// metadata is what an eavesdropper knows of the conversation all the same.
func metadata(t *trace.Trace, s State) html.Node {
	if len(t.Events) == 0 || s.At < len(t.Events) || t.State != trace.Finished || t.Suite == "" {
		return html.Node{}
	}
	return html.Group(
		words("h2", "", "What an eavesdropper knows all the same"),
		words("p", "lead", "He has no key. This he reads, counts and times:"),
		box("dl", "metadata", html.Map(overheardFacts(t), func(_ int, f fact) html.Node {
			var picture html.Node
			switch {
			case f.known:
				picture = html.Group(icon("eye"), html.Text(" "))
			case f.value == encrypted:
				picture = html.Group(icon("lock"), html.Text(" "))
			}
			return box("div", when(f.known, "known"), words("dt", "", f.name), html.El("dd", picture, breakable(f.value)))
		})))
}

// hiddenHello tells that a message is the one inside an encrypted ClientHello.
func hiddenHello(m trace.Message) bool { return strings.HasPrefix(m.Note, "inside the encrypted") }

// overheardFacts is the same facts for every run, so that two can be compared.
func overheardFacts(t *trace.Trace) []fact {
	name := fact{"the site's name", "not in the hello", false}
	offered := fact{"protocols offered (ALPN)", "nothing offered", false}
	chosen := fact{"protocol chosen (ALPN)", "none", false}
	how := fact{"version and ciphers", "", false}
	site := fact{"the server's certificate", "none was sent", false}
	visitor := fact{"who the visitor is", "no certificate asked for", false}
	again := fact{"whether he was here before", "no ticket shown", false}
	program := fact{"which program he uses", "", false}
	sizes := map[trace.Side]int{}
	records := 0
	for _, e := range t.Events {
		if e.Protection != nil && (e.Inner == "application_data" || e.Kind == trace.KindPacket) && e.Protection.Epoch != trace.EpochHandshake {
			sizes[e.From] += len(e.Wire.Data)
			records++
		}
		for _, m := range e.Messages {
			readable := e.Protection == nil
			switch m.Name {
			case "client_hello":
				if hiddenHello(m) {
					break
				}
				if v := strings.Trim(valueIn(m, "server_name.host_name"), `"`); v != "" {
					name.value, name.known = v, true
				}
				if m.Tree.Find("ech_client_hello.payload") != nil {
					name.value += ", in the place of one that is encrypted"
				}
				if v := valuesIn(m, "application_layer_protocol_negotiation.protocol_name"); v != "" {
					offered.value, offered.known = v, true
				}
				for _, f := range m.Fingerprints {
					if f.Name == "JA4" {
						program.value, program.known = "recognised by its JA4, "+f.Value, true
					}
				}
				if valueIn(m, "psk_identity.identity") != "" || valueIn(m, "session_ticket.ticket") != "" {
					again.value, again.known = "yes, it shows a ticket", true
				}
			case "server_hello":
				how.value, how.known = t.Version+", "+t.Suite, true
				if v := valuesIn(m, "application_layer_protocol_negotiation.protocol_name"); v != "" {
					chosen.value, chosen.known = v, true
				}
			case "encrypted_extensions":
				if valuesIn(m, "application_layer_protocol_negotiation.protocol_name") != "" {
					chosen.value = encrypted
				}
			case "certificate":
				of := &site
				if e.From == trace.Client {
					of = &visitor
				}
				of.value, of.known = encrypted, readable
				if readable {
					of.value = "readable: " + namesOf(t, e.From)
				}
			}
		}
	}
	how.value = strings.TrimSuffix(how.value, ", ")
	much := fact{"how much was said", "nothing", false}
	if records > 0 {
		much.value = plural(sizes[trace.Client], "byte") + " from the client, " + strconv.Itoa(sizes[trace.Server]) + " from the server, encrypted"
		much.known = true
	}
	return []fact{name, offered, chosen, site, visitor, again, how, program, much}
}

// namesOf is what a side's own certificate says whom it is for.
func namesOf(t *trace.Trace, from trace.Side) string {
	names := "no certificate"
	for _, c := range t.Certificates {
		if c.From != from || c.Role != "leaf" {
			continue
		}
		for _, f := range c.Certificate().Fields {
			if f.ID == "certificate_view.names" || f.ID == "certificate_view.subject" && f.Value != "" && names == "no certificate" {
				names = f.Value
			}
		}
	}
	return names
}

// valuesIn is the texts of all fields in m with that ID.
func valuesIn(m trace.Message, id trace.FieldID) string {
	var all []string
	m.Tree.Walk(func(n *trace.Node) bool {
		if n.ID == id {
			value, _, _ := strings.Cut(strings.TrimPrefix(n.Value, `"`), `"`)
			all = append(all, value)
		}
		return true
	})
	return strings.Join(all, ", ")
}
