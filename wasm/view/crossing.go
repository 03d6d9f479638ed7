package view

import (
	"fmt"
	"strings"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// outside is what anyone can measure of the record without a key.
func outside(e *trace.Event, s State) html.Node {
	if e.Kind == trace.KindClose {
		return html.Text("connection closed by the " + string(e.From))
	}
	what := e.Type
	if e.Kind == trace.KindBytes {
		what = "no TLS"
	}
	return html.Group(epochChip(e), html.If(len(e.Attack) > 0, words("span", "chip deed", strings.Join(e.Attack, ", "))), html.If(s.Detailed && e.Kind != trace.KindPacket, html.El("b", breakable(what))), html.Text(fmt.Sprintf("%d bytes", len(e.Wire.Data))))
}

// overheard is what an eavesdropper learns from the record: facts, or noise.
func overheard(e *trace.Event) html.Node {
	if e.Wire == nil {
		return html.Node{}
	}
	if e.Protection != nil {
		body := e.Wire.Data[min(5, len(e.Wire.Data)):]
		return box("span", "noise", html.Attr("aria-hidden", "true"), html.Text(printable(string(body[:min(len(body), 96)]), 96)))
	}
	if facts := learned(e); len(facts) > 0 {
		return box("span", "learned", breakable(strings.Join(facts, ", ")))
	}
	return html.Node{}
}

// learned is what a record without encryption tells everyone.
func learned(e *trace.Event) []string {
	var facts []string
	for _, m := range e.Messages {
		if hiddenHello(m) {
			continue
		}
		add := func(ids ...trace.FieldID) {
			for _, id := range ids {
				if v := strings.Trim(valueIn(m, id), `"`); v != "" {
					facts = append(facts, v)
				}
			}
		}
		switch m.Name {
		case "client_hello":
			add("server_name.host_name", "application_layer_protocol_negotiation.protocol_name")
		case "server_hello", "hello_retry_request":
			add("server_hello.cipher_suite")
		case "server_key_exchange":
			add("server_key_exchange.named_curve")
		case "alert":
			facts = append(facts, m.Note)
		case "application_data":
			facts = append(facts, firstLine(messageBuffer(e, m), m.Tree))
		}
	}
	return facts
}

func epochChip(e *trace.Event) html.Node {
	level := "" // of QUIC, which is on the packet
	if e.Kind == trace.KindPacket {
		level = e.Type
	}
	if e.Protection == nil {
		return box("span", "chip", icon("eye"), html.Text(strings.TrimPrefix(level+", readable", ", ")))
	}
	if level != "" {
		return box("span", "chip", icon("lock"), html.Text(level+" key"))
	}
	return box("span", "chip", icon("lock"), html.Text(keyName(e.Protection.Epoch)))
}

// recordsOf is what crosses in a run: records, or packets of QUIC.
func recordsOf(t *trace.Trace) string {
	if len(t.Events) > 0 && t.Events[0].Kind == trace.KindPacket {
		return "packets"
	}
	return "records"
}

// keyName is an epoch as the chips have it.
func keyName(e trace.Epoch) string {
	if e == trace.EpochPlaintext {
		return "readable"
	}
	return string(e) + " key"
}

func epochClass(e *trace.Event) string {
	if e.Protection == nil {
		return "epoch-plaintext"
	}
	return "epoch-" + string(e.Protection.Epoch)
}
