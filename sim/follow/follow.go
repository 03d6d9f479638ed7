// Package follow reads a connection off the wire: it takes the records of both
// directions in the order in which they crossed and whatever secrets are known,
// and makes of them the events of a trace, the key schedule and the checks. It
// knows no endpoint, so a run and a capture are read by the same code.
//
//	follow.go      the follower, and records into events
//	epoch.go       what a direction's records are protected with now
//	message.go     what each handshake message changes
//	schedule13.go  the key schedule of TLS 1.3
//	schedule12.go  that of TLS 1.0 to 1.2
//	packet.go      packets of QUIC into events
//	ech.go         the ClientHello inside an encrypted one
//	check.go       what is verified
//	known.go       secrets from outside, and derivations as the trace lists them
//
// A handshake's keys are derived from the top when the ephemeral private keys are
// known ([Follower.Ephemeral]), and else start where the key log starts. What is
// not known stays unknown, with the reason.
package follow

import (
	"crypto/rsa"
	"fmt"

	"tlsplay/sim/dissect"
	"tlsplay/sim/keys"
	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// Follower reads one connection. Elements of its slices and the events that it
// returns are never changed after the fact, so they can be shared with traces.
type Follower struct {
	// Ephemeral, if set, is what an endpoint has read as randomness so far, one
	// element a read: the ephemeral private keys are among it.
	Ephemeral func(trace.Side) [][]byte
	// ServerKey, if set, decrypts the premaster secret of static RSA. RFC 5246,
	// Section 7.4.7.1.
	ServerKey *rsa.PrivateKey
	// ECHKeys decrypt the encrypted ClientHellos of the server's clients. RFC 9849.
	ECHKeys []keys.ECHKey

	Buffers      []*trace.Buffer
	Secrets      []trace.Secret
	Certificates []trace.ChainLink
	Derivations  []trace.Derivation
	Checks       []trace.Check
	// OCSP and SCTs came beside the server's certificates: responses as DER (RFC
	// 6066, Section 8) and signed certificate timestamps (RFC 6962, Section 3.3.1).
	OCSP, SCTs [][]byte
	// Sessions are those that a later connection can resume: see Resume.
	Sessions []Session

	conv     *dissect.Conversation
	log      keys.Log
	sessions []Session // that this one may resume
	dirs     map[trace.Side]*direction
	hs       *handshake
	packets  packets // nil unless it is QUIC
	rec      keys.Recorder
	recorded int // how many of its steps are among the derivations
	events   int
	now      int             // the index of the event that is being read
	found    []trace.Message // inside those that the event carries
}

// New returns a follower of a new connection.
func New() *Follower {
	f := &Follower{
		conv: dissect.NewConversation(),
		dirs: map[trace.Side]*direction{
			trace.Client: {epoch: trace.EpochPlaintext},
			trace.Server: {epoch: trace.EpochPlaintext},
		},
		hs: newHandshake(),
	}
	f.conv.Alloc = f.alloc
	return f
}

// Version, Suite and Group are what was negotiated so far, in words.
func (f *Follower) Version() string {
	if f.conv.Version == 0 {
		return ""
	}
	return registry.Version(f.conv.Version)
}

// Suite is the negotiated cipher suite's name, or empty.
func (f *Follower) Suite() string {
	if f.conv.Suite == 0 {
		return ""
	}
	return registry.Suite(f.conv.Suite)
}

// Group is the negotiated group's name, or empty.
func (f *Follower) Group() string {
	if f.conv.Group == 0 {
		return ""
	}
	return registry.Group(f.conv.Group)
}

func (f *Follower) tls13() bool { return f.conv.Version >= keys.VersionTLS13 }

func (f *Follower) alloc(name string, data []byte, origin []trace.Span) *trace.Buffer {
	b := &trace.Buffer{ID: len(f.Buffers), Name: name, Data: data, Origin: origin}
	f.Buffers = append(f.Buffers, b)
	return b
}

func (f *Follower) event(kind trace.Kind, from trace.Side) *trace.Event {
	e := &trace.Event{Index: f.events, Kind: kind, From: from}
	f.now = f.events
	f.events++
	return e
}

// Close reads the end of one side's direction.
func (f *Follower) Close(from trace.Side) *trace.Event {
	return f.event(trace.KindClose, from)
}

// Bytes reads what is no TLS record.
func (f *Follower) Bytes(from trace.Side, data []byte) *trace.Event {
	e := f.event(trace.KindBytes, from)
	e.Wire = f.alloc(fmt.Sprintf("bytes of packet %d", e.Index), data, nil)
	e.Tree = dissect.Raw(e.Wire)
	return e
}

// Record reads one whole record, or the SSL 2.0 hello that a stream may begin
// with. The data is kept: it must not be changed.
func (f *Follower) Record(from trace.Side, data []byte) *trace.Event {
	e := f.event(trace.KindRecord, from)
	e.Wire = f.alloc(fmt.Sprintf("record %d", e.Index), data, nil)
	if len(data) < dissect.HeaderLength {
		e.Kind = trace.KindBytes
		e.Tree = dissect.Raw(e.Wire)
		return e
	}
	contentType := data[0]
	e.Type = registry.ContentType(contentType)
	if dissect.LooksLikeSSL2(data) {
		e.Type = registry.ContentType(keys.TypeHandshake)
	}
	e.Inner = e.Type

	d := f.dirs[from]
	if !f.protected(d, contentType) {
		e.Tree, e.Messages = f.conv.Record(from, e.Wire, nil)
		f.observe(e)
		return e
	}
	e.Tree, _ = f.conv.Record(from, e.Wire, d.shape())
	opened, ok := f.open(d, e)
	if !ok {
		if d.epoch != trace.EpochEarly { // the server may have passed over early data
			f.hs.gap = f.hs.gap || !f.hs.done
		}
		return e
	}
	if d.version >= keys.VersionTLS13 {
		e.PlainTree, e.Messages = f.conv.Plaintext(from, e.Plain, contentType, true)
		e.Inner = registry.ContentType(opened.Type)
	} else {
		mac := len(opened.Inner) - len(opened.Plain) - len(opened.Padding)
		e.PlainTree, e.Messages = f.conv.PlaintextMAC(from, e.Plain, contentType, mac, len(opened.Padding))
	}
	f.observe(e)
	return e
}

// protected tells whether a record of that type is under d's key. In TLS 1.3
// every protected record says application_data, and change_cipher_spec is
// always in the clear (RFC 8446, Section 5); before, everything is protected
// once the side has sent its change_cipher_spec.
func (f *Follower) protected(d *direction, contentType uint8) bool {
	switch d.epoch {
	case trace.EpochPlaintext:
		return false
	case trace.EpochSession:
		return true
	}
	return contentType == keys.TypeApplicationData
}
