package view

import (
	"fmt"
	"strconv"
	"strings"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// inspector shows the chosen record: what it means, its fields beside its bytes,
// and where it was encrypted the plaintext beside the ciphertext.
func inspector(t *trace.Trace, s State) html.Node {
	if s.Event == EventHeld {
		return attackPanel(t, s)
	}
	if s.Event < 0 || s.Event >= len(t.Events) {
		return words("p", "empty", "Choose a record to see its bytes and what they mean.")
	}
	e := t.Events[s.Event]
	if e.Wire == nil {
		return html.Group(title(e, s), words("p", "empty", fmt.Sprintf("The %s has closed its half of the connection (a TCP FIN). No record says so: that is why TLS has close_notify, which can't be forged.", e.From)))
	}
	return html.Group(
		title(e, s),
		attacked(e),
		explanation(e, s),
		content(e),
		protection(t, e, s),
		facts(t, e, s),
		anatomy(e, s))
}

// anatomy is the record taken apart. In plain words it waits to be asked for.
func anatomy(e *trace.Event, s State) html.Node {
	open := s.Detailed || s.Node != ""
	if asked, ok := s.Open[partAnatomy]; ok {
		open = asked
	}
	var inside html.Node
	if open {
		cols, width := columns(e, s)
		inside = box("div", "bytes-and-fields", tree(roots(e), s), hexView(cols, width, s))
	}
	return html.Group(
		box("div", "anatomy",
			html.El("button", html.Attr("type", "button"), html.Attr("id", partAnatomy), html.Class("fold-button"), act(ActToggle, partAnatomy),
				html.Attr("aria-expanded", strconv.FormatBool(open)), html.Text("Every field and byte")),
			html.If(open, copyButtons())),
		inside)
}

// partAnatomy is what State.Open files the anatomy under.
const partAnatomy = "anatomy"

// content is application data as text: what all of this is for.
func content(e *trace.Event) html.Node {
	for _, m := range e.Messages {
		if m.Name == "application_data" {
			buf := messageBuffer(e, m)
			data := buf.Data[m.Tree.Off:m.Tree.End()]
			if m.Tree.Buf != buf.ID || len(data) == 0 {
				return html.Node{}
			}
			text := lines(data[:min(len(data), maxContent)])
			return box("pre", "content", html.Attr("tabindex", "0"), html.Text(text),
				html.If(len(data) > maxContent, html.Text(fmt.Sprintf("\n… %d bytes more", len(data)-maxContent))))
		}
	}
	return html.Node{}
}

const maxContent = 2000 // bytes

// lines is bytes as lines of ASCII, a dot for each that has no picture.
func lines(b []byte) string {
	out := make([]byte, 0, len(b))
	for _, c := range b {
		switch {
		case c == '\n', c >= 0x20 && c <= 0x7e:
			out = append(out, c)
		case c != '\r':
			out = append(out, '.')
		}
	}
	return string(out)
}

// columns chooses what to set side by side: the decrypted record and the wire,
// or the chosen message and the wire record that it ended in.
func columns(e *trace.Event, s State) ([]column, int) {
	wire := column{buf: e.Wire, root: e.Tree, class: "on-wire", title: "on the wire"}
	var plain *column
	if e.Plain != nil && e.PlainTree != nil {
		plain = &column{buf: e.Plain, root: e.PlainTree, class: "decrypted", title: "decrypted"}
		wire.title = "on the wire, encrypted"
		if n := e.Tree.Find("record.encrypted_record"); n != nil {
			wire.before = n.Off
		}
	}
	for _, m := range e.Messages {
		if m.Buffer != nil && under(s.Node, rootPath(m.Buffer.ID)) {
			plain = &column{buf: m.Buffer, root: m.Tree, class: "decrypted", title: m.Name + ", from several records"}
			wire.before = 0
		}
	}
	if plain == nil {
		return []column{wire}, 16
	}
	wire.digits = true // there is no room for more
	return []column{*plain, wire}, 8
}

func title(e *trace.Event, s State) html.Node {
	var name html.Node
	switch {
	case len(e.Messages) > 0:
		name = html.Map(e.Messages, func(i int, m trace.Message) html.Node {
			plain := plainName(e, m)
			return html.Group(html.If(i > 0, html.Text(", ")),
				html.If(s.Detailed || plain == m.Name, breakable(m.Name)),
				html.If(!s.Detailed && plain != m.Name, html.Group(html.Text(plain+" "), html.El("small", breakable(m.Name)))))
		})
	case e.Kind == trace.KindClose:
		name = html.Text("end of stream")
	default:
		name = html.Text(e.Type)
	}
	return html.El("header", html.Class("inspected", epochClass(e)),
		html.El("h2", name),
		html.El("p", html.Text(fmt.Sprintf("%s %d, %s to %s", strings.ToUpper(unit(e)[:1])+unit(e)[1:], e.Index+1, e.From, e.From.Peer())), html.If(e.Wire != nil, epochChip(e))),
		html.El("button", html.Attr("type", "button"), html.Class("close"), act(ActClose, ""), html.Attr("aria-label", "Close"), icon("cross")))
}

// unit is what an event is one of.
func unit(e *trace.Event) string {
	if e.Kind == trace.KindPacket {
		return "packet"
	}
	return "record"
}

// protection says how the record is encrypted and with what.
func protection(t *trace.Trace, e *trace.Event, s State) html.Node {
	p := e.Protection
	if p == nil {
		return html.Node{}
	}
	item := func(id trace.FieldID, name, value string) html.Node {
		text, _ := s.Texts.lookup("protection." + id)
		return html.If(value != "", html.Group(words("dt", "", name),
			html.El("dd", words("code", "", value), html.If(text.Short != "", words("small", "", text.Short)))))
	}
	key := keyOf(t, p)
	return box("details", "protection", html.Attr("id", "protection"),
		html.El("summary", html.Text("Encrypted with "+p.Suite+", "), html.Text(fmt.Sprintf("%s %d under this key", unit(e), p.Seq))),
		html.If(p.Reason != "", words("p", "bad", "Not decrypted: "+p.Reason)),
		html.If(key != "", html.El("p", html.El("a", html.Attr("href", s.to(Place{View: ViewKeys, Secret: key})), icon("key"), html.Text("Where this key comes from")))),
		box("dl", "pairs",
			item("secret", "secret", p.Secret),
			item("key", "key", p.Key.String()),
			item("iv", "iv", p.IV.String()),
			item("nonce", "nonce", p.Nonce.String()),
			item("aad", "additional data", p.AAD.String()),
			item("tag", "tag", p.Tag.String()),
			item("mac_key", "MAC key", p.MACKey.String()),
			item("mac", "MAC", p.MAC.String()),
			item("padding", "padding", p.Padding.String())))
}

// facts is what the record's messages are bound to and recognised by.
func facts(t *trace.Trace, e *trace.Event, s State) html.Node {
	var pairs []html.Node
	for _, m := range e.Messages {
		if h := m.Transcript; h != nil {
			pairs = append(pairs, words("dt", "", "transcript hash"), html.El("dd", bytesOf(h.Hash), words("small", "", "over "+h.Covers)))
		}
		for _, f := range m.Fingerprints {
			pairs = append(pairs, words("dt", "", f.Name),
				html.El("dd", words("code", "", f.Value), html.If(f.How != "", words("small", "", f.How))))
		}
	}
	var verified []html.Node
	for _, c := range t.Checks {
		if c.Event == e.Index {
			verified = append(verified, check(c, false, s))
		}
	}
	return html.Group(
		html.If(len(verified) > 0, box("ul", "checks", html.Group(verified...))),
		html.If(len(pairs) > 0, box("details", "protection", html.Attr("id", "facts"),
			words("summary", "", "What it is bound to and recognised by"),
			box("dl", "pairs", html.Group(pairs...)))))
}
