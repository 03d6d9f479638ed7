package dissect

import (
	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// Plaintext dissects a decrypted record. When inner is set, it is a
// TLSInnerPlaintext, whose real type stands behind the content; otherwise
// contentType is the record's.
//
//	struct {
//	    opaque content[TLSPlaintext.length];
//	    ContentType type;
//	    uint8 zeros[length_of_padding];
//	} TLSInnerPlaintext;                 RFC 8446, Section 5.2
func (c *Conversation) Plaintext(from trace.Side, buf *trace.Buffer, contentType uint8, inner bool) (root *trace.Node, msgs []trace.Message) {
	if !inner {
		return c.PlaintextMAC(from, buf, contentType, 0, 0)
	}
	p := &parser{conv: c, from: from}
	root = p.tree(&c.arena, buf, "inner_plaintext", func() {
		end := len(buf.Data)
		for end > 0 && buf.Data[end-1] == 0 {
			end--
		}
		if end == 0 {
			p.fail("no content type: nothing but zeros")
			return
		}
		contentType = buf.Data[end-1]
		p.part(end-1, func() { p.decrypted(contentType) })
		p.code8("inner_plaintext.type", registry.ContentType)
		if n := p.left(); n > 0 {
			p.all("inner_plaintext.zeros")
			p.is(count(n) + " of padding")
		}
	})
	root.Value = registry.ContentType(contentType) + ", " + count(root.Len)
	return root, p.msgs
}

// PlaintextMAC dissects all that a block or stream cipher decrypted: the content,
// mac bytes of MAC, and padding bytes of padding, the padding_length byte included.
//
//	block-ciphered struct {
//	    opaque content[TLSCompressed.length];
//	    opaque MAC[SecurityParameters.mac_length];
//	    uint8 padding[GenericBlockCipher.padding_length];
//	    uint8 padding_length;
//	};                                   RFC 5246, Section 6.2.3.2
//
// With encrypt-then-mac (RFC 7366) the MAC is not among it.
func (c *Conversation) PlaintextMAC(from trace.Side, buf *trace.Buffer, contentType uint8, mac, padding int) (root *trace.Node, msgs []trace.Message) {
	p := &parser{conv: c, from: from}
	root = p.tree(&c.arena, buf, "plaintext", func() {
		mac, padding = max(0, mac), max(0, padding)
		if mac+padding > p.left() {
			p.fail("too short for " + count(mac) + " of MAC and " + count(padding) + " of padding")
			return
		}
		p.part(p.left()-mac-padding, func() { p.decrypted(contentType) })
		p.bytes("plaintext.mac", mac)
		if padding > 0 {
			p.bytes("plaintext.padding", padding-1)
			p.u8("plaintext.padding_length")
		}
	})
	root.Value = registry.ContentType(contentType) + ", " + count(root.Len)
	return root, p.msgs
}

// decrypted dissects decrypted content.
func (p *parser) decrypted(contentType uint8) {
	if d := p.conv.side(p.from); len(d.pending) > 0 && !d.decrypted {
		d.drop()
		p.wrong("the keys changed within a handshake message (RFC 8446, Section 5.1)")
	}
	p.conv.side(p.from).decrypted = true
	p.content(contentType)
}
