package view

import (
	"fmt"
	"strconv"
	"strings"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// lanes draws the run: client, wire and server, and every record as an arrow
// between them.
func lanes(t *trace.Trace, s State) html.Node {
	shown := shownEndpoints(t, s)
	var rows []html.Node
	at, from := -1, trace.Side("")
	for i, e := range t.Events[:min(s.At, len(t.Events))] {
		if n := stepOf(e); n >= 0 && n != at {
			at, from = n, ""
			rows = append(rows, band(n, s))
		}
		rows = append(rows, row(t, s, i, e, e.From == from))
		from = e.From
	}
	if n, ok := next(t, s); ok {
		rows = append(rows, waiting(n))
	}
	return html.Group(
		html.El("div", html.Class("lane-heads"),
			head("Client", "the browser", shown[0], s, t),
			html.El("div", html.Class("head wire"), html.El("h3", html.Text("Wire")),
				html.El("p", html.Text("what an eavesdropper sees"))),
			head("Server", "the web site", shown[1], s, t)),
		html.El("ol", html.Class("events"), html.Attr("id", "events"), html.Attr("aria-label", "Records in the order in which they crossed the wire"), html.Group(rows...)))
}

func head(name, who string, e trace.Endpoint, s State, t *trace.Trace) html.Node {
	doing := ""
	switch e.Doing {
	case endpoint.Waiting:
		doing = "waits for a record"
	case endpoint.Done:
		doing = "done, keys discarded"
	case endpoint.Failed:
		doing = "gave up"
	case endpoint.Cut:
		doing = "stopped"
	}
	facts := []html.Node{}
	fact := func(on bool, yes, no string) {
		mark, text := "○ ", no
		if on {
			mark, text = "✓ ", yes
		}
		facts = append(facts, html.El("li", html.Class(tick(on)), html.Text(mark+text)))
	}
	if e.Side == trace.Client {
		fact(e.PeerVerified, "knows the server", "server not verified")
	}
	fact(e.HandshakeComplete, "handshake complete", "handshake open")
	return html.El("div", html.Class("head", string(e.Side)),
		html.El("h3", html.Text(name), html.Text(" "), html.El("small", html.Text(who))),
		html.El("p", html.Class("doing", e.Doing), html.Text(doing)),
		html.El("ul", html.Class("facts"), html.Group(facts...)))
}

func tick(on bool) string {
	if on {
		return "yes"
	}
	return "no"
}

// row is one event: what the sender said, what crossed, and that it arrived.
func row(t *trace.Trace, s State, i int, e *trace.Event, sameFlight bool) html.Node {
	chosen := i == s.Event
	return html.El("li", html.Class("event", string(e.From), epochClass(e), when(sameFlight, "same-flight")),
		html.El("button", html.Attr("type", "button"), html.Attr("id", "event-"+strconv.Itoa(i)), html.Class("record"),
			act(ActEvent, strconv.Itoa(i)), html.Attr("aria-pressed", strconv.FormatBool(chosen)), html.Attr("aria-label", spoken(e)),
			html.El("span", html.Class("said"), said(e)),
			html.El("span", html.Class("crossing"),
				html.El("span", html.Class("arrow"), html.Attr("aria-hidden", "true")),
				html.El("span", html.Class("outside"), outside(e)),
				preview(e)),
			html.El("span", html.Class("heard"), heard(t, i, e))))
}

func when(on bool, name string) string {
	if on {
		return name
	}
	return ""
}

// said is the messages of an event, as its sender knows them.
func said(e *trace.Event) html.Node {
	if e.Kind == trace.KindClose {
		return html.El("span", html.Class("message"), html.Text("end of stream"))
	}
	if len(e.Messages) == 0 {
		text := "part of a message"
		if e.Kind == trace.KindBytes {
			text = "bytes without a record"
		} else if e.Protection != nil && !e.Protection.Opened {
			text = "not decrypted"
		}
		return html.El("span", html.Class("message"), html.Text(text))
	}
	return html.Map(e.Messages, func(_ int, m trace.Message) html.Node {
		return html.Group(html.El("span", html.Class("message"), breakable(m.Name)),
			html.If(gist(e, m) != "", html.El("span", html.Class("gist"), breakable(gist(e, m)))))
	})
}

// breakable is a name of the RFCs that may be broken behind its underscores.
func breakable(name string) html.Node {
	parts := strings.SplitAfter(name, "_")
	return html.Map(parts, func(i int, p string) html.Node {
		return html.Group(html.If(i > 0, html.El("wbr")), html.Text(p))
	})
}

// gist is the one thing in a message that is worth a look from afar.
func gist(e *trace.Event, m trace.Message) string {
	buf := messageBuffer(e, m)
	value := func(ids ...trace.FieldID) string {
		for _, id := range ids {
			if n := m.Tree.Find(id); n != nil {
				name, _, _ := strings.Cut(n.Value, " (0x")
				return name
			}
		}
		return ""
	}
	switch m.Name {
	case "client_hello":
		return value("server_name.host_name")
	case "server_hello", "hello_retry_request":
		return value("server_hello.cipher_suite")
	case "application_data":
		return firstLine(buf, m.Tree)
	case "alert":
		return m.Note
	case "certificate_verify":
		return value("certificate_verify.algorithm")
	}
	return m.Note
}

func messageBuffer(e *trace.Event, m trace.Message) *trace.Buffer {
	switch {
	case m.Buffer != nil:
		return m.Buffer
	case e.Plain != nil:
		return e.Plain
	}
	return e.Wire
}

func firstLine(buf *trace.Buffer, n *trace.Node) string {
	if n == nil || buf == nil || n.Buf != buf.ID {
		return ""
	}
	line, _, _ := strings.Cut(string(buf.Data[n.Off:n.End()]), "\n")
	return printable(line, 48)
}

// outside is what anyone can read off the record without a key.
func outside(e *trace.Event) html.Node {
	if e.Kind == trace.KindClose {
		return html.Text("connection closed by the " + string(e.From))
	}
	what := e.Type
	if e.Kind == trace.KindBytes {
		what = "no TLS"
	}
	return html.Group(html.El("b", breakable(what)), html.Text(fmt.Sprintf(", %d bytes", len(e.Wire.Data))), epochChip(e))
}

// preview is the first bytes as an eavesdropper sees them.
func preview(e *trace.Event) html.Node {
	if e.Wire == nil {
		return html.Node{}
	}
	body := e.Wire.Data
	if len(body) > 5 {
		body = body[5:]
	}
	return html.El("span", html.Class("bytes"), html.Attr("aria-hidden", "true"), html.Text(printable(string(body[:min(len(body), 96)]), 96)))
}

func epochChip(e *trace.Event) html.Node {
	if e.Protection == nil {
		return html.El("span", html.Class("chip"), html.Text("readable"))
	}
	return html.El("span", html.Class("chip"), html.Text("🔒 "+string(e.Protection.Epoch)+" key"))
}

func epochClass(e *trace.Event) string {
	if e.Protection == nil {
		return "epoch-plaintext"
	}
	return "epoch-" + string(e.Protection.Epoch)
}

// heard is what changed at the receiver.
func heard(t *trace.Trace, i int, e *trace.Event) html.Node {
	to := e.From.Peer()
	before, after := endpointAt(t, i-1, to), endpointAt(t, i, to)
	var news []string
	if after.PeerVerified && !before.PeerVerified {
		news = append(news, "certificate accepted")
	}
	if after.HandshakeComplete && !before.HandshakeComplete {
		news = append(news, "handshake complete")
	}
	if n := after.Received - before.Received; n > 0 {
		news = append(news, fmt.Sprintf("reads %d bytes", n))
	}
	if after.Doing != before.Doing {
		switch after.Doing {
		case endpoint.Done:
			news = append(news, "closes")
		case endpoint.Failed:
			news = append(news, "gives up")
		}
	}
	return html.Map(news, func(_ int, n string) html.Node {
		return html.El("span", html.Class("news"), html.Text(n))
	})
}

func endpointAt(t *trace.Trace, i int, side trace.Side) trace.Endpoint {
	if i >= 0 && i < len(t.Events) {
		for _, e := range t.Events[i].After {
			if e.Side == side {
				return e
			}
		}
	}
	return trace.Endpoint{Side: side, Doing: endpoint.Waiting}
}

// spoken is a row for those who hear the page.
func spoken(e *trace.Event) string {
	var names []string
	for _, m := range e.Messages {
		names = append(names, m.Name)
	}
	switch {
	case e.Kind == trace.KindClose:
		return fmt.Sprintf("%d: the %s closes its side of the connection", e.Index+1, e.From)
	case e.Protection == nil:
		return fmt.Sprintf("%d: %s to %s, %s, %d bytes, readable by anyone", e.Index+1, e.From, e.From.Peer(), strings.Join(names, ", "), len(e.Wire.Data))
	}
	return fmt.Sprintf("%d: %s to %s, %s, %d bytes, encrypted under the %s key", e.Index+1, e.From, e.From.Peer(), strings.Join(names, ", "), len(e.Wire.Data), e.Protection.Epoch)
}

// next is the record that the next step delivers.
func next(t *trace.Trace, s State) (trace.InFlight, bool) {
	if s.At < len(t.Events) {
		e := t.Events[s.At]
		f := trace.InFlight{From: e.From, Kind: e.Kind, Type: e.Type}
		if e.Wire != nil {
			f.Length = len(e.Wire.Data)
		}
		return f, true
	}
	if len(t.InFlight) > 0 {
		return t.InFlight[0], true
	}
	return trace.InFlight{}, false
}

func waiting(f trace.InFlight) html.Node {
	what := fmt.Sprintf("%s, %d bytes, on its way to the %s", f.Type, f.Length, f.From.Peer())
	if f.Kind == trace.KindClose {
		what = "end of stream on its way to the " + string(f.From.Peer())
	}
	return html.El("li", html.Class("event in-flight", string(f.From)),
		html.El("button", html.Attr("type", "button"), html.Attr("id", "event-next"), html.Class("record"), act(ActStep, ""),
			html.Attr("title", "Deliver it"),
			html.El("span", html.Class("said")),
			html.El("span", html.Class("crossing"), html.El("span", html.Class("arrow"), html.Attr("aria-hidden", "true")),
				html.El("span", html.Class("outside"), html.Text(what))),
			html.El("span", html.Class("heard"), html.El("span", html.Class("news"), html.Text("waits")))))
}

// printable is the start of s with everything that is not plain text as a dot.
func printable(s string, most int) string {
	b := make([]byte, 0, min(len(s), most))
	for i := 0; i < len(s) && i < most; i++ {
		c := s[i]
		if c < 0x20 || c > 0x7e {
			if c == '\r' {
				continue
			}
			c = '.'
		}
		b = append(b, c)
	}
	return string(b)
}
