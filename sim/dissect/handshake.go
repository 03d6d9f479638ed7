package dissect

import (
	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// The handshake types (RFC 8446, Section 4; RFC 5246, Section 7.4; RFC 6066,
// Section 8; RFC 8879, Section 4).
const (
	helloRequest          = 0
	clientHello           = 1
	serverHello           = 2
	helloVerifyRequest    = 3
	newSessionTicket      = 4
	endOfEarlyData        = 5
	helloRetryRequest     = 6
	encryptedExtensions   = 8
	certificate           = 11
	serverKeyExchange     = 12
	certificateRequest    = 13
	serverHelloDone       = 14
	certificateVerify     = 15
	clientKeyExchange     = 16
	finished              = 20
	certificateURL        = 21
	certificateStatus     = 22
	supplementalData      = 23
	keyUpdate             = 24
	compressedCertificate = 25
	nextProtocol          = 67
	messageHash           = 254
)

const handshakeHeader = 4

func (d *direction) drop() { d.pending, d.origin = nil, nil }

// handshakes cuts a handshake record's content into messages. They need not end
// where records end (RFC 8446, Section 5.1): a message that is not whole here is
// kept until it is.
func (p *parser) handshakes() {
	d := p.conv.side(p.from)
	if len(d.pending) > 0 {
		p.resume(d)
	}
	for p.more() {
		b := p.rest()
		if registry.HandshakeType(b[0]) == "" {
			p.fail("no handshake message begins with " + registry.Label("", uint32(b[0]), 2) + " (encrypted?)")
			return
		}
		if len(b) < handshakeHeader || len(b) < handshakeHeader+u24(b[1:]) {
			p.keep(d, len(b))
			return
		}
		m := p.structure("handshake", p.handshake)
		if m == nil {
			return
		}
		p.msgs = append(p.msgs, p.finish(m))
	}
}

// resume adds this record's bytes to the message that is under way, and dissects
// it when it is complete.
func (p *parser) resume(d *direction) {
	b := p.rest()
	need := handshakeHeader
	if len(d.pending) >= handshakeHeader {
		need += u24(d.pending[1:])
	} else if len(d.pending)+len(b) >= handshakeHeader {
		var h [handshakeHeader]byte
		copy(h[copy(h[:], d.pending):], b)
		need += u24(h[1:])
	}
	p.keep(d, min(need-len(d.pending), len(b)))
	if p.failed || len(d.pending) < handshakeHeader || len(d.pending) < handshakeHeader+u24(d.pending[1:]) {
		return
	}
	data, origin := d.pending, d.origin
	d.drop()
	buf := p.conv.buffer(registry.HandshakeType(data[0])+", reassembled", data, origin)
	q := &parser{conv: p.conv, from: p.from}
	q.msg.Buffer = buf
	tree := q.tree(&p.conv.arena, buf, "handshake", q.handshake)
	p.msgs = append(p.msgs, q.finish(tree))
}

// keep makes a leaf of n bytes of a message that is not whole, and remembers
// them.
func (p *parser) keep(d *direction, n int) {
	if n == 0 {
		return
	}
	off := p.off
	first := len(d.pending) == 0
	b := p.take("handshake.fragment", n)
	if b == nil {
		return
	}
	d.pending = append(d.pending, b...)
	d.origin = append(d.origin, trace.Span{Buffer: p.buf, Offset: off, Length: n})
	name := registry.HandshakeType(d.pending[0])
	if first {
		p.is(count(n) + ", the beginning of " + name)
	} else {
		p.is(count(n) + ", continues " + name)
	}
}

func u24(b []byte) int { return int(b[0])<<16 | int(b[1])<<8 | int(b[2]) }

// handshake reads one whole message.
//
//	struct {
//	    HandshakeType msg_type;
//	    uint24 length;
//	    select (Handshake.msg_type) { … };
//	} Handshake;                         RFC 8446, Section 4
func (p *parser) handshake() {
	t := p.code8("handshake.msg_type", registry.HandshakeType)
	n := p.u24("handshake.length")
	p.msg.Type = int(t)
	p.msg.Name, p.msg.Note = registry.HandshakeType(t), ""
	if t == serverHello && isRetry(p.rest()) {
		p.msg.Name = "hello_retry_request"
	}
	if n == 0 && t != helloRequest && t != serverHelloDone && t != endOfEarlyData {
		p.wrong("this message cannot be empty")
		return
	}
	p.sized(bodyID(t, p.msg.Name), n, func() { p.body(t) })
}

// finish is the message that was just read, over its tree.
func (p *parser) finish(tree *trace.Node) trace.Message {
	tree.Value = p.msg.Name
	p.msg.Tree = tree
	return p.msg
}

// body reads the inside of a message.
func (p *parser) body(t uint8) {
	switch t {
	case clientHello:
		p.clientHello()
	case serverHello, helloRetryRequest:
		p.serverHello()
	case helloVerifyRequest:
		p.helloVerifyRequest()
	case newSessionTicket:
		p.newSessionTicket()
	case encryptedExtensions:
		p.encryptedExtensions()
	case certificate:
		p.certificate()
	case serverKeyExchange:
		p.serverKeyExchange()
	case certificateRequest:
		p.certificateRequest()
	case certificateVerify:
		p.certificateVerify()
	case clientKeyExchange:
		p.clientKeyExchange()
	case finished:
		p.finished()
	case certificateURL:
		p.certificateURL()
	case certificateStatus:
		p.certificateStatus()
	case supplementalData:
		p.supplementalData()
	case keyUpdate:
		p.keyUpdate()
	case compressedCertificate:
		p.compressedCertificate()
	case nextProtocol:
		p.nextProtocol()
	case messageHash:
		p.all("message_hash.hash")
	case helloRequest, serverHelloDone, endOfEarlyData:
		// struct { } HelloRequest, ServerHelloDone (RFC 5246, Sections 7.4.1.1 and
		// 7.4.5), EndOfEarlyData (RFC 8446, Section 4.5).
		if p.all("handshake.body") != nil {
			p.wrong("this message is empty by the specification")
		}
	default:
		p.all("handshake.body")
	}
}

// bodyID is the node around the inside of a message: the RFC's name of its
// struct.
func bodyID(t uint8, name string) trace.FieldID {
	switch t {
	case 0xcb, 9, 10, 17, 26: // known by name only
		return "handshake_body"
	}
	return trace.FieldID(name)
}
