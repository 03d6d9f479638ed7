package view

import (
	"fmt"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// inspector shows the chosen record: its fields beside its bytes, and where it
// was encrypted the plaintext beside the ciphertext.
func inspector(t *trace.Trace, s State) html.Node {
	if s.Event < 0 || s.Event >= len(t.Events) {
		return html.El("p", html.Class("empty"), html.Text("Choose a record to see its bytes and what they mean."))
	}
	e := t.Events[s.Event]
	if e.Wire == nil {
		return html.Group(title(e), html.El("p", html.Class("empty"),
			html.Text(fmt.Sprintf("The %s has closed its half of the connection (a TCP FIN). No record says so: that is why TLS has close_notify, which can't be forged.", e.From))))
	}
	cols, width := columns(e, s)
	return html.Group(
		title(e),
		protection(e, s),
		facts(t, e),
		explanation(e, s),
		html.El("div", html.Class("bytes-and-fields"),
			tree(roots(e), s),
			hexView(cols, width, s)))
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
	return []column{*plain, wire}, 8
}

func title(e *trace.Event) html.Node {
	var name html.Node
	if len(e.Messages) > 0 {
		name = html.Map(e.Messages, func(i int, m trace.Message) html.Node {
			return html.Group(html.If(i > 0, html.Text(", ")), html.Text(m.Name))
		})
	} else if e.Kind == trace.KindClose {
		name = html.Text("end of stream")
	} else {
		name = html.Text(e.Type)
	}
	return html.El("header", html.Class("inspected", epochClass(e)),
		html.El("h3", name),
		html.El("p", html.Text(fmt.Sprintf("Record %d, %s to %s", e.Index+1, e.From, e.From.Peer())), epochChip(e)))
}

// protection says how the record is encrypted and with what.
func protection(e *trace.Event, s State) html.Node {
	p := e.Protection
	if p == nil {
		return html.Node{}
	}
	item := func(id trace.FieldID, name, value string) html.Node {
		text, _ := s.Texts.lookup("protection." + id)
		return html.If(value != "", html.Group(html.El("dt", html.Text(name)),
			html.El("dd", html.El("code", html.Text(value)), html.If(text.Short != "", html.El("small", html.Text(text.Short))))))
	}
	return html.El("details", html.Class("protection"),
		html.El("summary", html.Text("Encrypted with "+p.Suite+", "), html.Text(fmt.Sprintf("record %d under this key", p.Seq))),
		html.If(p.Reason != "", html.El("p", html.Class("bad"), html.Text("Not decrypted: "+p.Reason))),
		html.El("dl",
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
func facts(t *trace.Trace, e *trace.Event) html.Node {
	var rows []html.Node
	for _, m := range e.Messages {
		if h := m.Transcript; h != nil {
			rows = append(rows, html.El("dt", html.Text("transcript hash, "+h.Covers)), html.El("dd", bytes(h.Hash)))
		}
		for _, f := range m.Fingerprints {
			rows = append(rows, html.El("dt", html.Text(f.Name)),
				html.El("dd", html.El("code", html.Text(f.Value)), html.If(f.How != "", html.El("small", html.Text(f.How)))))
		}
	}
	var verified []html.Node
	for _, c := range t.Checks {
		if c.Event == e.Index {
			verified = append(verified, check(c))
		}
	}
	return html.Group(
		html.If(len(verified) > 0, html.El("ul", html.Class("checks"), html.Group(verified...))),
		html.If(len(rows) > 0, html.El("details", html.Class("protection"),
			html.El("summary", html.Text("What it is bound to and recognised by")),
			html.El("dl", html.Group(rows...)))))
}
