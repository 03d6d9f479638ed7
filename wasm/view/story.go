package view

import (
	"fmt"
	"strings"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// contrast is the client's request twice: as http: would have sent it, and as it
// crossed the wire in this run.
func contrast(t *trace.Trace, s State) html.Node {
	request, e := requestOf(t)
	var sent html.Node
	switch {
	case e != nil && s.At > e.Index && e.Protection != nil:
		body := e.Wire.Data[min(5, len(e.Wire.Data)):]
		sent = words("pre", "noise", wrap(printable(string(body[:min(len(body), 160)]), 160), 40))
	case e != nil && s.At > e.Index || s.Scenario.Client.Plain:
		sent = words("p", "nothing", "This client speaks no TLS: what crossed the wire is what stands above.")
	case e == nil && failedBefore(t, s):
		sent = words("p", "nothing", "Nothing. The handshake failed, so the request was never sent.")
	default:
		sent = words("p", "nothing", "Nothing yet: first the two shake hands.")
	}
	told := " this run, just now"
	if s.Stored {
		told = " a recorded run"
	}
	shown := strings.SplitN(strings.TrimRight(request, "\r\n"), "\n", maxRequest+1)
	return html.Group(
		words("h2", "", "One request, as everyone on the way sees it"),
		box("div", "wire-of epoch-plaintext",
			html.El("p", box("span", "chip", icon("eye"), html.Text("http://")), html.Text(" readable")),
			html.El("pre", html.Map(shown[:min(len(shown), maxRequest)], func(i int, line string) html.Node {
				line = printable(line, 60)
				secret := strings.HasPrefix(line, "Cookie:") || strings.HasPrefix(line, "Authorization:")
				return html.Group(html.If(i > 0, html.Text("\n")), html.If(secret, words("mark", "", line)), html.If(!secret, html.Text(line)))
			}))),
		box("div", "wire-of epoch-application",
			html.El("p", box("span", "chip", icon("lock"), html.Text("https://")), html.Text(told)),
			sent))
}

// maxRequest is how many lines of a request are shown: it may be a megabyte long.
const maxRequest = 6

// requestOf is the application data that the client sent first, with the event
// that carried it, or else what it would have sent.
func requestOf(t *trace.Trace) (string, *trace.Event) {
	for _, e := range t.Events {
		for _, m := range e.Messages {
			if m.Name == "application_data" && e.From == trace.Client {
				buf := messageBuffer(e, m)
				return string(buf.Data[m.Tree.Off:m.Tree.End()]), e
			}
		}
	}
	if sc, ok := t.Scenario.(scenario.Scenario); ok {
		return sc.Request, nil
	}
	return scenario.Default().Request, nil
}

func failedBefore(t *trace.Trace, s State) bool {
	for _, e := range shownEndpoints(t, s) {
		if e.Doing == endpoint.Failed {
			return true
		}
	}
	return false
}

// wrap breaks text into lines of width characters.
func wrap(text string, width int) string {
	var b strings.Builder
	for i := 0; i < len(text); i += width {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text[i:min(i+width, len(text))])
	}
	return b.String()
}

// fate is what a recording of the run yields to someone who steals a secret.
type fate struct {
	id    trace.FieldID // of the text
	title string
	loot  trace.Loot
}

// afterwards is recordings of this run in the wrong hands.
func afterwards(t *trace.Trace, s State) html.Node {
	for _, e := range shownEndpoints(t, s) {
		if e.Doing != endpoint.Done || t.Suite == "" || s.At < len(t.Events) {
			return html.Node{} // there is no whole conversation yet that could have been recorded
		}
	}
	return html.Group(
		words("h2", "", "And if someone recorded all this?"),
		words("p", "lead", "Both ends have forgotten the keys. The recording stays. Here a thief tries to read it, now, with what crossed the wire and one stolen secret:"),
		box("div", "fates", html.Map(fates(t), func(_ int, f fate) html.Node {
			text, _ := s.Texts.lookup(f.id)
			picture, class := "lock", "closed"
			if len(f.loot.Opened) > 0 {
				picture, class = "open", "opened"
			}
			return html.El("article", html.Class("fate", class),
				words("h3", "", f.title),
				box("p", "answer", icon(picture), html.Text(verdict(f.loot))),
				html.Map(plunder(f.loot), func(_ int, line string) html.Node {
					return box("p", "plunder", words("code", "", line))
				}),
				html.If(text.Short != "", html.Group(words("p", "", text.Short), prose("", text.Long), cites(text.RFC))))
		})))
}

// verdict is how much of the recording was decrypted.
func verdict(l trace.Loot) string {
	switch n := len(l.Opened); {
	case n == 0:
		return fmt.Sprintf("none of %d encrypted records opens", l.Protected)
	case n == l.Protected:
		return fmt.Sprintf("all %d encrypted records open", n)
	default:
		return fmt.Sprintf("%d of %d encrypted records open", n, l.Protected)
	}
}

// plunder is the first line of what either end said, as far as the thief read it.
func plunder(l trace.Loot) (lines []string) {
	said := map[trace.Side]bool{}
	for _, e := range l.Opened {
		for _, m := range e.Messages {
			if m.Name == "application_data" && !said[e.From] {
				said[e.From] = true
				lines = append(lines, firstLine(messageBuffer(e, m), m.Tree))
			}
		}
	}
	return lines
}

// fates is what each theft from the run came to.
func fates(t *trace.Trace) (all []fate) {
	for _, theft := range t.Thefts {
		f := fate{loot: theft.Loot()}
		opened := len(f.loot.Opened) > 0
		switch theft.What {
		case trace.StolenServerKey:
			f.id, f.title = "story.server_key", "The server's private key is stolen"
			if opened {
				f.id = "story.server_key_rsa"
			}
		case trace.StolenTrafficSecret:
			f.id, f.title = "story.session_key", "A session key leaks"
			if t.Version == "TLS 1.3" {
				f.id, f.title = "story.traffic_secret", "One of the session keys leaks"
			}
		case trace.StolenTicketKey:
			f.id, f.title = "story.ticket_key", "The key of the session tickets is stolen"
			if t.Version == "TLS 1.3" {
				f.id = "story.ticket_key_13"
			}
			if t.Version != "TLS 1.3" && !opened {
				continue // no ticket was given out or used
			}
		case trace.StolenECDHKey:
			f.id, f.title = "story.quantum_hybrid", "A quantum computer is built"
			switch {
			case strings.HasPrefix(t.Suite, "TLS_RSA_"):
				f.id = "story.quantum_rsa"
			case opened:
				f.id = "story.quantum"
			}
		}
		all = append(all, f)
	}
	return all
}

// opens tells whether a theft from the run yields anything.
func opens(t *trace.Trace, what string) bool {
	for _, theft := range t.Thefts {
		if theft.What == what {
			return len(theft.Loot().Opened) > 0
		}
	}
	return false
}

// versions is the protocol's history.
var versions = []struct{ year, name string }{
	{"1995", "SSL 2.0"}, {"1996", "SSL 3.0"}, {"1999", "TLS 1.0"}, {"2006", "TLS 1.1"}, {"2008", "TLS 1.2"}, {"2018", "TLS 1.3"},
}

// history is the way from SSL to the version of this run.
func history(t *trace.Trace, s State) html.Node {
	return html.Group(
		words("h2", "", "From SSL to TLS 1.3"),
		box("ol", "history", html.Map(versions, func(_ int, v struct{ year, name string }) html.Node {
			text, _ := s.Texts.value("version", v.name)
			return box("li", when(v.name == t.Version, "current"),
				words("p", "year", v.year),
				html.El("h3", html.Text(v.name), html.If(v.name == t.Version, words("small", "", " this run"))),
				words("p", "", text.Short))
		})))
}
