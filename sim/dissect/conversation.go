// Package dissect turns the bytes of a TLS connection into trees of fields
// ([trace.Node]) that cover every byte. It sees no keys and no endpoints: who
// decrypts hands the decrypted records in.
//
// Each message's parser reads like the RFC's definition of the message; the
// cursor underneath makes a node of whatever is read (see cursor.go). Malformed
// data yields diagnostics on a partial tree, and bytes that nothing explains
// become nodes called opaque.
package dissect

import "tlsplay/sim/trace"

// Conversation is what dissection must remember along one connection. Its records
// must be handed in in the order in which they were sent, by one goroutine.
type Conversation struct {
	// Version is the negotiated protocol version, 0 before a ServerHello.
	Version uint16
	// Suite is the negotiated cipher suite.
	Suite uint16
	// Group is the negotiated group, from the ServerHello's key_share or the
	// ServerKeyExchange; 0 if there is none or it is not known.
	Group uint16

	// Alloc makes the buffer for a handshake message that was put together from
	// several records. The caller adds it to its trace and sets its ID.
	Alloc func(name string, data []byte, origin []trace.Span) *trace.Buffer

	arena          arena
	client, server direction
	// certType is the negotiated certificate type of each side (RFC 7250).
	clientCertType, serverCertType uint8
}

// direction is what is remembered of one side's records.
type direction struct {
	pending   []byte       // the beginning of a handshake message
	origin    []trace.Span // where pending came from
	decrypted bool         // pending came from decrypted records
	started   bool         // a record has been seen
}

// NewConversation is a connection of which nothing has been seen yet.
func NewConversation() *Conversation { return &Conversation{} }

func (c *Conversation) side(from trace.Side) *direction {
	if from == trace.Server {
		return &c.server
	}
	return &c.client
}

// tls13 reports whether messages have their TLS 1.3 form. The drafts count.
func (c *Conversation) tls13() bool { return c.Version == 0x0304 || c.Version>>8 == 0x7f }

// before reports whether the version is known and older than v.
func (c *Conversation) before(v uint16) bool {
	return c.Version != 0 && !c.tls13() && c.Version < v
}

func (c *Conversation) buffer(name string, data []byte, origin []trace.Span) *trace.Buffer {
	if c.Alloc != nil {
		return c.Alloc(name, data, origin)
	}
	return &trace.Buffer{ID: -1, Name: name, Data: data, Origin: origin}
}

// parser is a cursor with what the message parsers need to know.
type parser struct {
	cursor
	conv *Conversation
	from trace.Side
	said string          // the extension that is being read, in words
	msg  trace.Message   // the handshake message that is being read
	msgs []trace.Message // those that end in this record
}
