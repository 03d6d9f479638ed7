package view

import (
	"fmt"
	"strconv"
	"strings"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// lanes draws the run: client, wire and server, every record as an arrow
// between them, in the five steps of the story.
func lanes(t *trace.Trace, s State) html.Node {
	shown := shownEndpoints(t, s)
	browser, site := "the browser", "the web site"
	if s.Scenario.Middle != "" { // who takes the other's place in each connection
		if s.Leg == 0 {
			site = "Mallory"
		} else {
			browser = "Mallory"
		}
	}
	return html.Group(
		box("div", "lane-heads",
			endHead("Client", browser, "person", shown[0], t, s),
			wireHead(t, s),
			endHead("Server", site, "server", shown[1], t, s)),
		box("ol", "events", html.Attr("id", "events"), html.Attr("aria-label", "Records in the order in which they crossed the wire"),
			connecting(t, s), html.Group(rows(t, s)...)),
		html.If(s.Live && s.Leg == 0 && len(t.Events) > 0 && s.At >= len(t.Events) && t.State == trace.Finished, box("p", "hands",
			html.El("button", html.Attr("type", "button"), html.Attr("id", "hands"), html.Class("tamper"), act(ActHands, ""), html.Text("Attack it yourself")),
			html.Text("The same run again, stopped before its first record, with your hands on the wire."))))
}

// rows is the shown events under the headings of their steps, and the one that
// is on its way. Long stretches of application data are folded: a megabyte has
// a record for every 16 kB, or thousands of small ones.
func rows(t *trace.Trace, s State) []html.Node {
	var out []html.Node
	step, from := -1, trace.Side("")
	events := t.Events[:min(s.At, len(t.Events))]
	begin, end := 0, 0 // of the stretch that the event is part of
	for i := 0; i < len(events); i++ {
		if i >= end {
			begin, end = i, max(stretch(events, i), i+1)
		}
		if to := folded(i, begin, end, s); to > i {
			out = append(out, fold(events, i, to, blockOf(i, begin)))
			i = to - 1
			continue
		}
		e := events[i]
		if n := stepOf(e); n > step { // a server that has taken early data answers before the client's Finished
			step, from = n, ""
			out = append(out, band(n, failedBefore(t, s), s))
		}
		out = append(out, row(t, s, i, e, e.From == from))
		from = e.From
	}
	if n, ok := next(t, s); ok {
		out = append(out, waiting(t, n, s))
	}
	return out
}

// foldEnds is how many records stay in view at both ends of a stretch, and on both
// sides of the chosen one; unfolding shows foldBlock more of them. partFold is what
// State.Open files that under, before the first index of the block.
const (
	foldEnds  = 2
	foldBlock = 100
	partFold  = "fold-"
)

// folded is where the fold that begins with the event at i ends, in a stretch from
// begin to end; i itself where there is none.
func folded(i, begin, end int, s State) int {
	to := i
	for to >= begin+foldEnds && to < end-foldEnds && (to < s.Event-foldEnds || to > s.Event+foldEnds) && !s.Open[blockOf(to, begin)] {
		to++
	}
	if to-i <= foldEnds {
		return i
	}
	return to
}

// blockOf is what State.Open files the event at i under.
func blockOf(i, begin int) string {
	first := begin + foldEnds
	return partFold + strconv.Itoa(first+max(0, i-first)/foldBlock*foldBlock)
}

// stretch is where the application data of one side that the event at i is part
// of ends; i itself where it is none.
func stretch(events []*trace.Event, i int) int {
	end := i
	for end < len(events) && events[end].From == events[i].From && isData(events[end]) {
		end++
	}
	return end
}

func isData(e *trace.Event) bool {
	return len(e.Messages) == 1 && e.Messages[0].Name == "application_data" || len(e.Messages) == 0 && e.Protection != nil && e.Protection.Epoch != trace.EpochHandshake
}

func fold(events []*trace.Event, from, to int, block string) html.Node {
	bytes := 0
	for _, e := range events[from:to] {
		bytes += len(e.Wire.Data)
	}
	return html.El("li", html.Class("event fold", epochClass(events[from])),
		html.El("button", html.Attr("type", "button"), html.Attr("id", partFold+strconv.Itoa(from)), act(ActToggle, block),
			html.Text(fmt.Sprintf("%d more records, %s", to-from, size(bytes)))))
}

// endHead is one end: who it is, what it does, what it knows by now.
func endHead(name, who, picture string, e trace.Endpoint, t *trace.Trace, s State) html.Node {
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
	var facts []html.Node
	fact := func(on bool, yes, no string) {
		mark, class, text := html.Text("○ "), "no", no
		if on {
			mark, class, text = icon("check"), "yes", yes
		}
		facts = append(facts, box("li", class, mark, html.Text(text)))
	}
	if e.Side == trace.Client {
		fact(e.PeerVerified, "knows the server", "server not verified")
	}
	fact(e.HandshakeComplete, "handshake complete", "handshake open")
	if held := heldKeys(t, s); e.Doing == endpoint.Waiting && len(held) > 0 {
		facts = append(facts, box("li", "held", html.Map(held, func(_ int, k trace.Epoch) html.Node {
			return html.El("span", html.Class("chip", "epoch-"+string(k)), icon("key"), html.Text(keyName(k)))
		})))
	}
	return html.El("div", html.Class("head", string(e.Side)),
		html.El("h3", icon(picture), html.Text(name), html.Text(" "), words("small", "", who)),
		html.El("p", html.Class("doing", e.Doing), html.Text(doing)),
		box("ul", "facts", html.Group(facts...)))
}

// heldKeys is the epochs whose keys exist after the shown events.
func heldKeys(t *trace.Trace, s State) []trace.Epoch {
	var held []trace.Epoch
	for _, d := range t.Derivations {
		if d.Event >= s.At {
			continue
		}
		if e := epochOf(d.ID); e != "" && e != trace.EpochPlaintext && (len(held) == 0 || held[len(held)-1] != e) {
			held = append(held, e)
		}
	}
	return held
}

// wireHead is the eavesdropper, who has no keys.
func wireHead(t *trace.Trace, s State) html.Node {
	read, all := 0, 0
	for _, e := range t.Events[:min(s.At, len(t.Events))] {
		if e.Kind == trace.KindClose {
			continue
		}
		if all++; e.Protection == nil {
			read++
		}
	}
	return box("div", "head wire", html.El("h3", icon("eye"), html.Text("Wire")),
		words("p", "", "what an eavesdropper sees"),
		html.If(all > 0, words("p", "tally", fmt.Sprintf("can read %d of %d %s", read, all, recordsOf(t)))))
}

// row is one event: what the sender said, what crossed, and what it did to the
// receiver.
func row(t *trace.Trace, s State, i int, e *trace.Event, sameFlight bool) html.Node {
	return html.El("li", html.Class("event", string(e.From), epochClass(e), when(sameFlight, "same-flight"), when(ceremony(e), "ceremony"), when(e.Lost, "lost"), when(len(e.Attack) > 0, "tampered")),
		html.El("button", html.Attr("type", "button"), html.Attr("id", "event-"+strconv.Itoa(i)), html.Class("record"),
			act(ActEvent, strconv.Itoa(i)), html.Attr("aria-pressed", strconv.FormatBool(i == s.Event)), html.Attr("aria-label", spoken(e, s)),
			box("span", "said", said(e, s)),
			box("span", "crossing",
				box("span", "arrow", html.Attr("aria-hidden", "true")),
				box("span", "outside", outside(e, s), moment(t, e)),
				overheard(e)),
			box("span", "heard", heard(t, i, e))))
}

// connecting is what TCP needs before anything can cross, where the link takes
// time. RFC 9293, Section 3.5.
func connecting(t *trace.Trace, s State) html.Node {
	if s.At == 0 || t.Began.IsZero() || !t.Events[0].Sent.After(t.Began) {
		return html.Node{}
	}
	return words("li", "connecting", "First TCP connects, one round trip: "+milliseconds(t.Events[0].Sent.Sub(t.Began)))
}

// moment is how long after the client began to connect an event arrived, where the
// link takes time.
func moment(t *trace.Trace, e *trace.Event) html.Node {
	if t.Began.IsZero() || !t.Events[len(t.Events)-1].Time.After(t.Began) {
		return html.Node{}
	}
	return words("span", "moment", "after "+milliseconds(e.Time.Sub(t.Began)))
}

// ceremony is a record that says nothing and is there for old devices on the
// way only. RFC 8446, Appendix D.4.
func ceremony(e *trace.Event) bool {
	return len(e.Messages) == 1 && e.Messages[0].Name == "change_cipher_spec"
}

func when(on bool, name string) string {
	if on {
		return name
	}
	return ""
}

// said is the messages of an event, as its sender knows them.
func said(e *trace.Event, s State) html.Node {
	message := func(name string) html.Node { return box("span", "message", breakable(name)) }
	if e.Kind == trace.KindClose {
		return message("end of stream")
	}
	if len(e.Messages) == 0 {
		switch {
		case e.Kind == trace.KindBytes:
			return message("bytes without a record")
		case e.Protection != nil && !e.Protection.Opened:
			return message("not decrypted")
		}
		return message("part of a message")
	}
	return html.Map(e.Messages, func(_ int, m trace.Message) html.Node {
		g := gist(e, m)
		if s.Detailed {
			return html.Group(message(m.Name), html.If(g != "", box("span", "gist", breakable(g))))
		}
		return html.Group(message(plainName(e, m)), html.If(g != "", box("span", "gist", breakable(g))))
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
	switch m.Name {
	case "client_hello":
		return strings.Trim(valueIn(m, "server_name.host_name"), `"`)
	case "alert":
		return strings.TrimPrefix(m.Note, "warning ")
	case "server_hello", "hello_retry_request":
		return valueIn(m, "server_hello.cipher_suite")
	case "application_data":
		return firstLine(messageBuffer(e, m), m.Tree)
	case "certificate_verify":
		return valueIn(m, "certificate_verify.algorithm")
	}
	return m.Note
}

// valueIn is the value of the first field in m with that ID, without what stands
// in brackets behind it.
func valueIn(m trace.Message, id trace.FieldID) string {
	n := m.Tree.Find(id)
	if n == nil {
		return ""
	}
	name, _, _ := strings.Cut(n.Value, " (")
	return name
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

// heard is what changed at the receiver.
func heard(t *trace.Trace, i int, e *trace.Event) html.Node {
	to := e.From.Peer()
	before, after := endpointAt(t, i-1, to), endpointAt(t, i, to)
	var news []string
	failed := ""
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
			failed = "gives up"
		}
	}
	return html.Group(
		html.Map(news, func(_ int, n string) html.Node { return words("span", "news", n) }),
		html.If(failed != "", html.El("span", html.Class("news", "failed"), html.Text(failed))))
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
func spoken(e *trace.Event, s State) string {
	var names []string
	for _, m := range e.Messages {
		if s.Detailed {
			names = append(names, m.Name)
		} else {
			names = append(names, plainName(e, m))
		}
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

// waiting is the packet on its way, to be delivered or, while the run stands
// still, to be laid hands on.
func waiting(t *trace.Trace, f trace.InFlight, s State) html.Node {
	_, free := held(t, s)
	what := fmt.Sprintf("%s, %d bytes, on its way to the %s", f.Type, f.Length, f.From.Peer())
	if f.Kind == trace.KindClose {
		what = "end of stream on its way to the " + string(f.From.Peer())
	}
	return html.El("li", html.Class("event in-flight", string(f.From)),
		html.El("button", html.Attr("type", "button"), html.Attr("id", "event-next"), html.Class("record"), act(ActStep, ""),
			html.Attr("title", "Deliver it"),
			box("span", "said"),
			box("span", "crossing", box("span", "arrow", html.Attr("aria-hidden", "true")),
				words("span", "outside", what)),
			box("span", "heard", words("span", "news", "waits"))),
		html.If(free, html.El("button", html.Attr("type", "button"), html.Attr("id", "tamper"), html.Class("tamper"), act(ActEvent, "held"),
			html.Attr("aria-pressed", strconv.FormatBool(s.Event == EventHeld)), html.Text("Tamper with it"))))
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
