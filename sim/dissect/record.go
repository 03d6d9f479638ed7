package dissect

import (
	"strconv"
	"strings"

	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// The content types (RFC 8446, Section 5.1; RFC 6520, Section 3).
const (
	typeChangeCipherSpec = 20
	typeAlert            = 21
	typeHandshake        = 22
	typeApplicationData  = 23
	typeHeartbeat        = 24
)

// HeaderLength is the size of a record's header (RFC 8446, Section 5.1).
const HeaderLength = 5

// The largest fragments (RFC 8446, Sections 5.1 and 5.2; RFC 5246, Section
// 6.2.3).
const (
	maxPlaintext    = 1 << 14
	maxCiphertext13 = 1<<14 + 256
	maxCiphertext12 = 1<<14 + 2048
)

// RecordLength is how many bytes the first record in b occupies, header
// included. It is not known (ok is false) while the header is incomplete or when
// it is not the header of a TLS record.
func RecordLength(b []byte) (total int, ok bool) {
	if len(b) < HeaderLength || !LooksLikeRecord(b) {
		return 0, false
	}
	return HeaderLength + int(b[3])<<8 + int(b[4]), true
}

// LooksLikeRecord reports whether b, even if it is only a beginning, can be that
// of a TLS record: a known content type and a version 3.x.
func LooksLikeRecord(b []byte) bool {
	return len(b) > 0 && b[0] >= typeChangeCipherSpec && b[0] <= typeHeartbeat && (len(b) == 1 || b[1] == 3)
}

// Shape tells how a protected fragment divides, without decrypting it.
type Shape struct {
	// ExplicitNonce is the length of nonce_explicit (RFC 5246, Section 6.2.3.3),
	// or of the IV of a block cipher (RFC 5246, Section 6.2.3.2).
	ExplicitNonce int
	// Tag is the length of the AEAD's authentication tag, or of a block cipher's MAC
	// when it is computed over the ciphertext (RFC 7366).
	Tag int
}

// Record dissects one whole wire record, header and fragment. When protected is
// nil the fragment is plaintext and is dissected in place; the messages that end
// in it are returned. Otherwise it is divided by its Shape.
//
//	struct {
//	    ContentType type;
//	    ProtocolVersion legacy_record_version;
//	    uint16 length;
//	    opaque fragment[TLSPlaintext.length];
//	} TLSPlaintext;                      RFC 8446, Section 5.1
func (c *Conversation) Record(from trace.Side, buf *trace.Buffer, protected *Shape) (root *trace.Node, msgs []trace.Message) {
	p := &parser{conv: c, from: from}
	d := c.side(from)
	first := !d.started
	d.started = true
	root = p.tree(&c.arena, buf, "record", func() {
		if first && LooksLikeSSL2(buf.Data) {
			p.ssl2Record()
			return
		}
		contentType := p.code8("record.type", registry.ContentType)
		p.code16("record.legacy_version", registry.Version)
		n := p.u16("record.length")
		if p.failed {
			return
		}
		limit := maxPlaintext
		if protected != nil {
			limit = maxCiphertext12
			if c.tls13() {
				limit = maxCiphertext13
			}
		}
		switch {
		case n > limit:
			p.wrong("at most " + count(limit) + " by the specification")
		case n == 0 && contentType != typeApplicationData:
			p.wrong("only application data may be empty")
		}
		if left := p.left(); n > left {
			p.wrong("truncated: " + count(n-left) + " missing")
		}
		p.part(n, func() {
			if protected != nil {
				p.protectedFragment(contentType, protected)
			} else {
				p.content(contentType)
			}
		})
	})
	root.Value = p.summary(root)
	return root, p.msgs
}

// summary is a record's value: what it carries.
func (p *parser) summary(root *trace.Node) string {
	if t := root.Find("record.type"); t != nil {
		return registry.ContentType(p.data[t.Off]) + ", " + count(max(0, root.Len-HeaderLength))
	}
	return count(root.Len)
}

// protectedFragment divides a fragment that stays encrypted.
//
//	struct {
//	    opaque nonce_explicit[SecurityParameters.record_iv_length];
//	    aead-ciphered struct { opaque content[TLSCompressed.length]; };
//	} GenericAEADCipher;                 RFC 5246, Section 6.2.3.3
//
// TLS 1.3 has no nonce_explicit; it calls the rest encrypted_record (RFC 8446,
// Section 5.2). A block cipher has an IV instead (RFC 5246, Section 6.2.3.2).
func (p *parser) protectedFragment(contentType uint8, s *Shape) {
	n := p.left()
	nonce, tag := max(0, s.ExplicitNonce), max(0, s.Tag)
	if n < nonce+tag {
		if n > 0 {
			p.all("record.encrypted_record")
			p.wrong("too short for a protected record: at least " + count(nonce+tag))
		}
		return
	}
	nonceID, tagID := trace.FieldID("record.nonce_explicit"), trace.FieldID("record.auth_tag")
	if strings.Contains(registry.Suite(p.conv.Suite), "_CBC") {
		nonceID, tagID = "record.iv", "record.mac"
	}
	p.bytes(nonceID, nonce)
	if p.bytes("record.encrypted_record", n-nonce-tag) != nil {
		p.is(strconv.Itoa(n-nonce-tag) + " bytes, encrypted")
	}
	p.bytes(tagID, tag)
	if p.conv.tls13() && contentType != typeApplicationData {
		p.wrong("a protected record of TLS 1.3 has type application_data")
	}
}

// content dissects a plaintext fragment up to the end of the innermost group.
func (p *parser) content(contentType uint8) {
	if d := p.conv.side(p.from); len(d.pending) > 0 && contentType != typeHandshake && p.more() {
		p.wrong("a " + registry.ContentType(contentType) + " record between the fragments of a handshake message (RFC 8446, Section 5.1)")
	}
	switch contentType {
	case typeChangeCipherSpec:
		p.changeCipherSpec()
	case typeAlert:
		p.alerts()
	case typeHandshake:
		p.handshakes()
	case typeApplicationData:
		p.applicationData()
	case typeHeartbeat:
		p.heartbeat()
	default:
		p.all("record.fragment")
	}
}
