package dissect

import (
	"strconv"

	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// ConnectionIDLength is how long the connection IDs of a run are. A short header
// does not say: who chose the ID knows. RFC 9000, Section 17.3.1.
const ConnectionIDLength = 8

// PacketType is the type of a QUIC packet by its first byte, in the words of RFC
// 9000, Section 17.
func PacketType(first byte) string {
	if first&0x80 == 0 {
		return "1-RTT"
	}
	return [...]string{"Initial", "0-RTT", "Handshake", "Retry"}[first>>4&3]
}

// Packet dissects a packet of QUIC version 1 whose header is not protected. Unless
// tag is negative its payload is, and ends with a tag of that length.
//
//	Long Header Packet {
//	  Header Form (1) = 1, Fixed Bit (1) = 1, Long Packet Type (2), Reserved Bits (2),
//	  Packet Number Length (2), Version (32),
//	  Destination Connection ID Length (8), Destination Connection ID (0..160),
//	  Source Connection ID Length (8), Source Connection ID (0..160),
//	  [Token Length (i), Token (..),]      of Initial packets
//	  Length (i), Packet Number (8..32), Packet Payload (8..),
//	}                                    RFC 9000, Sections 17.2.2 to 17.2.4
//	1-RTT Packet {
//	  Header Form (1) = 0, Fixed Bit (1) = 1, Spin Bit (1), Reserved Bits (2), Key Phase (1),
//	  Packet Number Length (2), Destination Connection ID (0..160),
//	  Packet Number (8..32), Packet Payload (8..),
//	}                                    RFC 9000, Section 17.3.1
func (c *Conversation) Packet(from trace.Side, buf *trace.Buffer, tag int) (root *trace.Node, msgs []trace.Message) {
	p := &parser{conv: c, from: from}
	root = p.tree(&c.arena, buf, "packet", func() {
		first := byte(p.u8("packet.first_byte"))
		p.is(PacketType(first) + ", packet number of " + count(int(first&3)+1))
		if first&0x80 == 0 {
			p.bytes("packet.destination_connection_id", ConnectionIDLength)
		} else {
			p.bytes("packet.version", 4)
			p.opaque(1, "packet.destination_connection_id", 0, 20)
			p.opaque(1, "packet.source_connection_id", 0, 20)
			if PacketType(first) == "Initial" {
				if n := p.varint("packet.token_length"); n > 0 {
					p.bytes("packet.token", int(min(n, 1<<20)))
				}
			}
			if n := p.varint("packet.length"); !p.failed && n != uint64(p.left()) {
				p.wrong(count(p.left()) + " follow")
			}
		}
		p.uint("packet.number", int(first&3)+1)
		switch n := p.left(); {
		case tag < 0:
			p.frames()
		case n < tag:
			p.all("packet.payload")
			p.wrong("too short for a protected payload: at least " + count(tag))
		default:
			p.bytes("packet.payload", n-tag)
			p.bytes("packet.auth_tag", tag)
		}
	})
	if len(buf.Data) > 0 {
		root.Value = PacketType(buf.Data[0]) + ", " + count(root.Len)
	}
	return root, p.msgs
}

// Frames dissects the payload of a packet.
func (c *Conversation) Frames(from trace.Side, buf *trace.Buffer) (root *trace.Node, msgs []trace.Message) {
	p := &parser{conv: c, from: from}
	root = p.tree(&c.arena, buf, "packet_payload", p.frames)
	return root, p.msgs
}

// The frames that a run uses, RFC 9000, Section 19; the others stay whole.
const (
	framePadding         = 0x00
	frameCrypto          = 0x06
	frameStream          = 0x08 // to 0x0f: its flags tell what it has
	frameClose           = 0x1c
	frameCloseByApp      = 0x1d
	frameHandshakeDone   = 0x1e
	streamFin            = 0x01
	streamLen            = 0x02
	streamOff            = 0x04
	firstCryptoError     = 0x100 // RFC 9001, Section 4.8: an alert is added to it
	lastCryptoError      = 0x1ff
	applicationNoProblem = 0
)

func (p *parser) frames() {
	p.list(func() {
		switch t := p.rest()[0]; {
		case t == framePadding:
			n := 0
			for b := p.rest(); n < len(b) && b[n] == framePadding; n++ {
			}
			p.take("padding_frames", n)
			p.is(count(n))
		case t == frameCrypto:
			p.structure("crypto_frame", p.cryptoFrame)
		case t&^7 == frameStream:
			p.structure("stream_frame", p.streamFrame)
		case t == frameClose, t == frameCloseByApp:
			p.connectionClose()
		case t == frameHandshakeDone:
			m := p.structure("handshake_done", func() { p.varint("frame.type") })
			p.message("handshake_done", "", m, -1)
		default:
			p.fail("no frame that is known here")
		}
	})
}

// cryptoFrame: CRYPTO Frame { Type (i) = 0x06, Offset (i), Length (i), Crypto Data
// (..) }. RFC 9000, Section 19.6. What it carries are handshake messages without
// records around them.
func (p *parser) cryptoFrame() {
	p.varint("frame.type")
	p.varint("crypto_frame.offset")
	n := p.frameLength(p.varint("crypto_frame.length"))
	p.part(n, p.handshakes)
}

// streamFrame: STREAM Frame { Type (i) = 0x08..0x0f, Stream ID (i), [Offset (i)],
// [Length (i)], Stream Data (..) }. RFC 9000, Section 19.8.
func (p *parser) streamFrame() {
	t := p.varint("frame.type")
	p.varint("stream_frame.stream_id")
	if t&streamOff != 0 {
		p.varint("stream_frame.offset")
	}
	n := p.left()
	if t&streamLen != 0 {
		n = p.frameLength(p.varint("stream_frame.length"))
	}
	if n > 0 {
		p.part(n, p.applicationData)
	}
}

// frameLength is a length that a frame announces, at most what is there.
func (p *parser) frameLength(n uint64) int {
	if left := uint64(p.left()); n > left {
		p.wrong("truncated: " + strconv.FormatUint(n-left, 10) + " bytes missing")
		n = left
	}
	return int(n)
}

// connectionClose: CONNECTION_CLOSE Frame { Type (i) = 0x1c..0x1d, Error Code (i),
// [Frame Type (i)], Reason Phrase Length (i), Reason Phrase (..) }. RFC 9000,
// Section 19.19. QUIC has no other place for the alerts of TLS.
func (p *parser) connectionClose() {
	var code uint64
	m := p.structure("connection_close", func() {
		t := p.varint("frame.type")
		code = p.varint("connection_close.error_code")
		if t == frameClose && code >= firstCryptoError && code <= lastCryptoError {
			p.is("CRYPTO_ERROR, " + words(registry.Alert(uint8(code))) + " (0x" + strconv.FormatUint(code, 16) + ")")
		}
		if t == frameClose {
			p.varint("connection_close.frame_type")
		} else {
			code = applicationNoProblem
		}
		n := p.frameLength(p.varint("connection_close.reason_length"))
		p.bytes("connection_close.reason", n)
	})
	if code >= firstCryptoError && code <= lastCryptoError {
		p.message("alert", "fatal "+words(registry.Alert(uint8(code))), m, -1)
	} else {
		p.message("connection_close", "", m, -1)
	}
}
