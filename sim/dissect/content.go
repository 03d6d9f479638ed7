package dissect

import (
	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// message reports a message that ends in this record.
func (p *parser) message(name, note string, tree *trace.Node, handshakeType int) {
	if tree != nil {
		p.msgs = append(p.msgs, trace.Message{Name: name, Note: note, Tree: tree, Type: handshakeType})
	}
}

// changeCipherSpec: struct { enum { change_cipher_spec(1), (255) } type; }
// ChangeCipherSpec. RFC 5246, Section 7.1; in TLS 1.3 it means nothing (RFC 8446,
// Section 5).
func (p *parser) changeCipherSpec() {
	m := p.structure("change_cipher_spec", func() {
		if v := p.u8("change_cipher_spec.type"); v != 1 {
			p.wrong("must be 1")
		}
	})
	p.message("change_cipher_spec", "", m, -1)
}

// alerts: struct { AlertLevel level; AlertDescription description; } Alert. RFC
// 8446, Section 6. Before TLS 1.3 a record may hold several.
func (p *parser) alerts() {
	if n := p.left(); n > 2 && (n%2 != 0 || registry.AlertLevel(p.rest()[0]) == "") {
		p.fail("not an alert: an alert has two bytes (encrypted?)")
		return
	}
	p.list(func() {
		var level, description uint8
		m := p.structure("alert", func() {
			level = p.code8("alert.level", registry.AlertLevel)
			description = p.code8("alert.description", registry.Alert)
		})
		note := words(registry.AlertLevel(level)) + " " + words(registry.Alert(description))
		if m != nil && !p.failed {
			m.Value = note
			p.message("alert", note, m, -1)
		}
	})
}

func words(name string) string {
	if name == "" {
		return "unknown"
	}
	return name
}

// applicationData: RFC 8446, Section 5.
func (p *parser) applicationData() {
	n := p.left()
	b := p.take("application_data", n)
	if b == nil {
		return
	}
	value := count(n)
	if printable(b[:min(n, 16)]) && n > 0 {
		value += ": " + quoteShort(b, 48)
	}
	p.is(value)
	p.message("application_data", count(n), p.last, -1)
}

func printable(b []byte) bool {
	for _, c := range b {
		if (c < 0x20 || c > 0x7e) && c != '\r' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// heartbeat:
//
//	struct {
//	    HeartbeatMessageType type;
//	    uint16 payload_length;
//	    opaque payload[HeartbeatMessage.payload_length];
//	    opaque padding[padding_length];
//	} HeartbeatMessage;                  RFC 6520, Section 4
func (p *parser) heartbeat() {
	note := ""
	m := p.structure("heartbeat", func() {
		note = registry.HeartbeatType(p.code8("heartbeat.type", registry.HeartbeatType))
		n := p.u16("heartbeat.payload_length")
		if n > p.left() {
			p.wrong("more than the record holds: whoever answers this by the length alone leaks memory (Heartbleed)")
			n = p.left()
		}
		p.bytes("heartbeat.payload", n)
		p.all("heartbeat.padding")
	})
	p.message("heartbeat", note, m, -1)
}
