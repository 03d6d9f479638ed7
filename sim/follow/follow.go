// Package follow reads a connection off the wire: it takes the records of both
// directions in the order in which they crossed and what the key log gives
// away, and makes of them the events of a trace. It knows no endpoint, so a run
// and a capture are read by the same code.
package follow

import (
	"fmt"

	"tlsplay/sim/dissect"
	"tlsplay/sim/keys"
	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
	"tlsplay/sim/x509view"
)

// Follower reads one connection. Its fields and the events that it returns are
// never changed after the fact, so they can be shared with traces.
type Follower struct {
	conv *dissect.Conversation
	log  keys.Log
	dirs map[trace.Side]*direction

	clientRandom, serverRandom []byte
	encryptThenMAC             bool
	earlyOffered               bool

	Buffers      []*trace.Buffer
	Secrets      []trace.Secret
	Certificates []*trace.Certificate
	events       int
}

// direction is what one side's records are protected with now.
type direction struct {
	epoch  trace.Epoch
	update int
	label  string // of the secret in the key log
	opener *keys.Opener
	reason string // why there is no opener
	seq    uint64 // of records, while there is no opener
}

// New returns a follower of a new connection.
func New() *Follower {
	f := &Follower{
		conv: dissect.NewConversation(),
		dirs: map[trace.Side]*direction{
			trace.Client: {epoch: trace.EpochPlaintext},
			trace.Server: {epoch: trace.EpochPlaintext},
		},
	}
	f.conv.Alloc = f.alloc
	return f
}

// Learn adds secrets that later records may need.
func (f *Follower) Learn(lines ...keys.LogLine) { f.log = append(f.log, lines...) }

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

func (f *Follower) alloc(name string, data []byte, origin []trace.Span) *trace.Buffer {
	b := &trace.Buffer{ID: len(f.Buffers), Name: name, Data: data, Origin: origin}
	f.Buffers = append(f.Buffers, b)
	return b
}

func (f *Follower) event(kind trace.Kind, from trace.Side) *trace.Event {
	e := &trace.Event{Index: f.events, Kind: kind, From: from}
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

// Record reads one whole record.
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
	e.Inner = e.Type

	d := f.dirs[from]
	if !f.protected(d, contentType) {
		e.Tree, e.Messages = f.conv.Record(from, e.Wire, nil)
		f.observe(from, e)
		return e
	}
	e.Protection = &trace.Protection{
		Epoch:  d.epoch,
		Update: d.update,
		Suite:  f.Suite(),
		Secret: d.label,
		Seq:    d.seq,
	}
	suite, known := keys.SuiteByID(f.conv.Suite)
	shape := dissect.Shape{}
	if known {
		shape.ExplicitNonce, shape.Tag = keys.ShapeOf(f.conv.Version, suite, f.encryptThenMAC)
	}
	e.Tree, _ = f.conv.Record(from, e.Wire, &shape)
	f.open(d, e)
	d.seq++
	if e.Plain != nil {
		inner := f.conv.Version >= versionTLS13
		e.PlainTree, e.Messages = f.conv.Plaintext(from, e.Plain, contentType, inner)
		if inner {
			if n := e.PlainTree.Find("inner_plaintext.type"); n != nil && n.Len == 1 {
				e.Inner = registry.ContentType(e.Plain.Data[n.Off])
			}
		}
		f.observe(from, e)
	}
	return e
}

// The protocol version numbers that matter here.
const (
	versionTLS12 = 0x0303
	versionTLS13 = 0x0304
)

// Record types. RFC 8446, Section 5.1.
const (
	typeChangeCipherSpec = 20
	typeAlert            = 21
	typeHandshake        = 22
	typeApplicationData  = 23
)

// protected tells whether a record of that type is under d's key. In TLS 1.3
// every protected record says application_data, and change_cipher_spec is
// always in the clear (RFC 8446, Section 5); before, everything is protected
// once the side has sent its change_cipher_spec.
func (f *Follower) protected(d *direction, contentType uint8) bool {
	if d.epoch == trace.EpochPlaintext {
		return false
	}
	return f.conv.Version < versionTLS13 || contentType == typeApplicationData
}

// open decrypts e's record and says how.
func (f *Follower) open(d *direction, e *trace.Event) {
	p := e.Protection
	if d.opener == nil {
		p.Reason = d.reason
		return
	}
	opened, err := d.opener.Open(e.Wire.Data)
	if err != nil && d.epoch == trace.EpochEarly {
		// The server ignored the early data, so no EndOfEarlyData came.
		f.enter(e.From, trace.EpochHandshake)
		p.Epoch, p.Secret = d.epoch, d.label
		if d.opener != nil {
			opened, err = d.opener.Open(e.Wire.Data)
		}
	}
	if err != nil {
		p.Reason = err.Error()
		return
	}
	p.Opened = true
	p.Seq = opened.Seq
	p.Key, p.IV = d.opener.Key(), d.opener.IV()
	p.Nonce, p.AAD = opened.Nonce, opened.AAD
	e.Plain = f.alloc(fmt.Sprintf("record %d, decrypted", e.Index), opened.Plain,
		[]trace.Span{{Buffer: e.Wire.ID, Offset: dissect.HeaderLength, Length: len(e.Wire.Data) - dissect.HeaderLength}})
}

// observe draws the consequences of the messages that end in e.
func (f *Follower) observe(from trace.Side, e *trace.Event) {
	for _, m := range e.Messages {
		buf := m.Buffer
		if buf == nil {
			buf = e.Wire
			if e.Plain != nil {
				buf = e.Plain
			}
		}
		f.message(from, m, buf)
	}
}

func (f *Follower) message(from trace.Side, m trace.Message, buf *trace.Buffer) {
	tls13 := f.conv.Version >= versionTLS13
	switch m.Name {
	case "client_hello":
		if n := m.Tree.Find("client_hello.random"); n != nil {
			f.clientRandom = buf.Data[n.Off:n.End()]
		}
		if m.Tree.Find("extension.early_data") != nil && f.log.Secret(f.clientRandom, "CLIENT_EARLY_TRAFFIC_SECRET") != nil {
			f.earlyOffered = true
		}
	case "server_hello":
		if n := m.Tree.Find("server_hello.random"); n != nil {
			f.serverRandom = buf.Data[n.Off:n.End()]
		}
		f.encryptThenMAC = m.Tree.Find("extension.encrypt_then_mac") != nil
		if tls13 {
			f.enter(trace.Server, trace.EpochHandshake)
			if f.earlyOffered {
				f.enter(trace.Client, trace.EpochEarly)
			} else {
				f.enter(trace.Client, trace.EpochHandshake)
			}
		}
	case "end_of_early_data":
		f.enter(trace.Client, trace.EpochHandshake)
	case "certificate":
		f.certificates(from, m.Tree, buf)
	case "change_cipher_spec":
		if !tls13 {
			f.enter(from, trace.EpochSession)
		}
	case "finished":
		if tls13 {
			f.enter(from, trace.EpochApplication)
		}
	case "key_update":
		if d := f.dirs[from]; tls13 && d.opener != nil {
			if next, err := d.opener.Next(); err == nil {
				d.opener, d.seq = next, 0
				d.update++
				f.traffic(d, from)
			}
		}
	}
}

// certificates takes the chain out of a certificate message.
func (f *Follower) certificates(from trace.Side, tree *trace.Node, buf *trace.Buffer) {
	role := "leaf"
	tree.Walk(func(n *trace.Node) bool {
		if n.ID == "certificate.cert_data" {
			der := f.alloc(fmt.Sprintf("certificate %d", len(f.Certificates)), buf.Data[n.Off:n.End()],
				[]trace.Span{{Buffer: buf.ID, Offset: n.Off, Length: n.Len}})
			f.Certificates = append(f.Certificates, x509view.Read(from, role, der))
			role = "intermediate"
		}
		return true
	})
}

// Root adds the certificate that a verified chain ended in: it is in the
// verifier's trust store and not on the wire.
func (f *Follower) Root(from trace.Side, data []byte) {
	der := f.alloc(fmt.Sprintf("certificate %d", len(f.Certificates)), data, nil)
	f.Certificates = append(f.Certificates, x509view.Read(from, "root", der))
}
