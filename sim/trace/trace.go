// Package trace is the data model that everything else fills in or draws: what
// happened on one connection, byte for byte.
//
// A [Trace] is a list of [Event]s in the order in which they happened. An event
// that carries a record owns the record's bytes as a [Buffer] and their meaning
// as a tree of [Node]s over that buffer. When the record was protected and the
// keys are known, the decrypted bytes are a second buffer with a tree of its
// own. Messages, certificates and secrets point into these trees and buffers.
//
// There is one tree and one rule, the cover invariant ([CheckCover]): the
// children of a node are ordered, disjoint and inside it, and the leaves cover
// the buffer exactly, so every byte has one innermost meaning.
//
// A Trace that has been handed out is never changed again.
//
// # JSON
//
// The JSON of a Trace is the page's programming interface (tlsplay.run) and
// what `go run ./build trace` prints:
//
//	{
//	  "format": 1,
//	  "scenario": {…},              // what was run, with its seed and clock
//	  "state": "finished",          // or "running": records are still in flight
//	  "began": "…",               // when the client began to connect
//	  "version": "TLS 1.3", "suite": "TLS_AES_128_GCM_SHA256",
//	  "events": [{
//	    "index": 0, "kind": "record", "from": "client", "number": 0,
//	    "sent": "…", "time": "…",   // when it was written and when it arrived
//	    "attack": ["flip"], "original": {…}, "lost": true,   // what was done to it on the way
//	    "type": "handshake",        // the type on the wire, as an eavesdropper reads it
//	    "wire":  {"id": 0, "name": "record 0", "hex": "1603…"},
//	    "tree":  {"id": "record", "name": "record", "value": "", "buffer": 0,
//	              "offset": 0, "length": 1500, "children": […]},
//	    "protection": {…},          // protected records: key, nonce, additional data …
//	    "plain": {"id": 7, "name": "…", "hex": "…"},   // decrypted bytes, if the key is known
//	    "plain_tree": {…},
//	    "messages": [{"name": "client_hello", "tree": {…}}]
//	  }],
//	  "secrets": […], "certificates": […], "endpoints": […], "keylog": "…",
//	  "connection": 1, "earlier": [{…}],   // of a run of several connections, each whole
//	  "behind": {…}                 // a man in the middle's connection with the server
//	}
//
// A node's "buffer" is the "id" of the buffer that it lies in; "offset" and
// "length" count bytes there. Buffers stand where they arise: an event's wire,
// original and plain, a message's buffer when it was put together from several records,
// and a certificate's der.
package trace

import (
	"sync"
	"time"

	"tlsplay/sim/jsonout"
)

// Format is the version of the JSON form. It changes when a reader of an older
// form would be misled.
const Format = 1

// Side names one end of the connection.
type Side string

// The two ends.
const (
	Client Side = "client"
	Server Side = "server"
)

// Peer is the other end.
func (s Side) Peer() Side {
	if s == Client {
		return Server
	}
	return Client
}

// State tells whether a run has ended.
type State string

// The states of a run.
const (
	Running  State = "running"
	Finished State = "finished"
)

// Trace is everything that is known of one connection.
type Trace struct {
	Format   int    `json:"format"`
	Scenario any    `json:"scenario,omitempty"` // a scenario.Scenario, nil for a capture
	State    State  `json:"state"`
	Version  string `json:"version,omitempty"` // negotiated, once a ServerHello said so
	Suite    string `json:"suite,omitempty"`
	Group    string `json:"group,omitempty"`
	// Began is when the client began to connect, by the run's clock: over TCP one
	// round trip before it could send anything. Captures have none.
	Began time.Time `json:"began,omitzero"`

	Events       []*Event    `json:"events"`
	InFlight     []InFlight  `json:"in_flight,omitempty"` // written, not yet delivered
	Endpoints    []Endpoint  `json:"endpoints,omitempty"`
	Secrets      []Secret    `json:"secrets,omitempty"`
	Certificates []ChainLink `json:"certificates,omitempty"` // the chains, in the order they were sent
	// Trust is how the ends judge each other's certificates, once they have come,
	// also where something else ends the handshake first.
	Trust       []Judgement  `json:"trust,omitempty"`
	KeyLog      string       `json:"keylog,omitempty"`      // NSS key log format
	Derivations []Derivation `json:"derivations,omitempty"` // the key schedule, in order
	Checks      []Check      `json:"checks,omitempty"`      // what was verified, in order

	// Connection counts the connections of a run from 0; Earlier is those before
	// this one, each whole. They share the client's session cache.
	Connection int      `json:"connection,omitempty"`
	Earlier    []*Trace `json:"earlier,omitempty"`
	// Behind is the other connection of a man in the middle, with the real server.
	// The server of this one is he.
	Behind *Trace `json:"behind,omitempty"`
	// TicketKey is what the server encrypts session tickets under, if it gives out
	// any: 32 bytes, from which crypto/tls takes an AES and an HMAC key.
	TicketKey Hex `json:"ticket_key,omitempty"`
	// Thefts is what becomes of a recording of all this, of the connections before
	// too, if a secret gets lost later.
	Thefts []Theft `json:"-"`

	// Repeatable is true when all randomness came from the scenario's seed, so
	// that the same scenario yields the same bytes.
	Repeatable bool `json:"repeatable"`
	// Error says why the run itself, not an endpoint, came to an end.
	Error string `json:"error,omitempty"`

	// Buffers holds every buffer of the trace at the index that is its ID.
	Buffers []*Buffer `json:"-"`
}

// Kind tells what an event is.
type Kind string

// The kinds of events.
const (
	KindRecord Kind = "record" // a TLS record crossed the wire
	KindBytes  Kind = "bytes"  // bytes that are no TLS record crossed the wire
	KindPacket Kind = "packet" // a QUIC packet crossed the wire, one a datagram
	KindClose  Kind = "close"  // one side closed its half of the transport (TCP FIN)
)

// Event is one thing that crossed the wire.
type Event struct {
	Index int  `json:"index"`
	Kind  Kind `json:"kind"`
	From  Side `json:"from"`
	// Number counts what this side wrote, from 0, as the attacker's rules do
	// (scenario.Rule). It is -1 for what the attacker put in.
	Number int `json:"number"`
	// Sent and Time are when it was written and when it arrived, by the run's
	// clock. Captures have no Sent.
	Sent time.Time `json:"sent,omitzero"`
	Time time.Time `json:"time,omitzero"`

	// Attack is what the attacker did to it: scenario.Deeds. Wire and all that
	// follows from it are then what was delivered, and Original is what had been
	// sent. Lost is set for what was never delivered; Wire is what was sent.
	Attack   []string `json:"attack,omitempty"`
	Original *Buffer  `json:"original,omitempty"`
	Lost     bool     `json:"lost,omitempty"`

	// Type is the record's content type as it stands on the wire, or the packet's
	// type: Initial, 0-RTT, Handshake, 1-RTT.
	Type string `json:"type,omitempty"`
	// Inner is the content type inside the protection (TLS 1.3), else Type.
	Inner string `json:"inner,omitempty"`

	Wire       *Buffer     `json:"wire,omitempty"`
	Tree       *Node       `json:"tree,omitempty"` // over Wire
	Protection *Protection `json:"protection,omitempty"`
	Plain      *Buffer     `json:"plain,omitempty"`      // the decrypted bytes
	PlainTree  *Node       `json:"plain_tree,omitempty"` // over Plain
	Messages   []Message   `json:"messages,omitempty"`   // those that end in this record

	// After is what the two endpoints knew and did once this had been delivered.
	// Nil in captures and while the record is still in flight.
	After []Endpoint `json:"after,omitempty"`
}

// Message is a handshake message, alert, change_cipher_spec or piece of
// application data.
type Message struct {
	Name string `json:"name"` // as the RFC names it: client_hello, alert, application_data …
	Note string `json:"note,omitempty"`
	Tree *Node  `json:"tree"`
	// Transcript is the running transcript hash with this message as its last, for
	// handshake messages once the hash function is known.
	Transcript *Transcript `json:"transcript,omitempty"`
	// Fingerprints are by which a ClientHello is recognised (JA3, JA4).
	Fingerprints []Fingerprint `json:"fingerprints,omitempty"`
	// Buffer is set when the message was put together from several records; the
	// tree then lies over it instead of over the record.
	Buffer *Buffer `json:"buffer,omitempty"`
	// Type is the HandshakeType for handshake messages, else -1.
	Type int `json:"type"`
}

// Epoch is one span of a direction's records under one key.
type Epoch string

// The key epochs. RFC 8446, Section 7.1, names the secrets of TLS 1.3; earlier
// versions have a single protected epoch, which we call session.
const (
	EpochPlaintext   Epoch = "plaintext"
	EpochEarly       Epoch = "early"
	EpochHandshake   Epoch = "handshake"
	EpochApplication Epoch = "application"
	EpochSession     Epoch = "session"
)

// Protection says how one record is protected and, when the key is known, with
// what exactly. Byte fields are hex in JSON.
type Protection struct {
	Epoch   Epoch  `json:"epoch"`
	Update  int    `json:"update,omitempty"` // how many KeyUpdates (RFC 8446, Section 4.6.3) came before
	Suite   string `json:"suite"`
	Secret  string `json:"secret,omitempty"` // the label of the Secret that it was derived from
	Seq     uint64 `json:"seq"`              // record sequence number under this key
	Key     Hex    `json:"key,omitempty"`
	IV      Hex    `json:"iv,omitempty"`
	Nonce   Hex    `json:"nonce,omitempty"`
	AAD     Hex    `json:"aad,omitempty"` // additional authenticated data, or what the MAC covers before the content
	Tag     Hex    `json:"tag,omitempty"` // of an AEAD
	MACKey  Hex    `json:"mac_key,omitempty"`
	MAC     Hex    `json:"mac,omitempty"`     // of any other cipher
	Padding Hex    `json:"padding,omitempty"` // of a CBC cipher, its length byte included
	// Opened is true when the record was decrypted and its tag or MAC verified.
	Opened bool `json:"opened"`
	// Reason says in words why a record was not opened.
	Reason string `json:"reason,omitempty"`
}

// Secret is a logged secret and what is derived from it for one direction.
type Secret struct {
	Label  string `json:"label"`          // the key log's label
	From   Side   `json:"from,omitempty"` // whose records it protects, empty for both
	Epoch  Epoch  `json:"epoch,omitempty"`
	Update int    `json:"update,omitempty"`
	Secret Hex    `json:"secret"`
	Keys   []Key  `json:"keys,omitempty"`
}

// Key is a value derived from a secret.
type Key struct {
	Name  string `json:"name"`           // client_write_key …
	From  Side   `json:"from,omitempty"` // whose records it protects
	Value Hex    `json:"value"`
	How   string `json:"how"` // the derivation, as the RFC writes it
}

// Transcript is the hash over the handshake messages so far. RFC 8446, Section
// 4.4.1; RFC 5246, Section 7.4.9.
type Transcript struct {
	Covers string `json:"covers"` // "ClientHello..Certificate"
	Hash   Hex    `json:"hash"`
}

// Fingerprint is a name made of the choices that a ClientHello shows.
type Fingerprint struct {
	Name  string `json:"name"` // JA3, JA4 …
	Value string `json:"value"`
	How   string `json:"how"` // how it is computed
}

// Derivation is one step of the key schedule: what went in, what came out, and
// how to compute it again.
type Derivation struct {
	ID       string       `json:"id"` // as the RFC names the output: client_handshake_traffic_secret
	Update   int          `json:"update,omitempty"`
	Event    int          `json:"event"` // the event with which it became known
	Function string       `json:"function"`
	Label    string       `json:"label,omitempty"`
	Inputs   []NamedBytes `json:"inputs"`
	Covers   string       `json:"covers,omitempty"` // what a transcript hash among the inputs covers
	Output   Hex          `json:"output"`
	Formula  string       `json:"formula"`
	Section  string       `json:"section"` // RFC 8446, Section 7.1
	// Note says why the value was not derived but taken from the key log.
	Note string `json:"note,omitempty"`
	// Command is a shell command, Program a Go program, that computes it again.
	// Made on demand; either can be empty.
	Command func() string `json:"-"`
	Program func() string `json:"-"`
}

// NamedBytes is bytes with the name that the RFC gives them.
type NamedBytes struct {
	Name  string `json:"name"`
	Value Hex    `json:"value"`
}

// Check is something that was verified while the trace was made, on its bytes.
type Check struct {
	Name   string `json:"name"`
	Event  int    `json:"event"` // the event that it was verified at
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

// Endpoint is what one end knew and did at some moment.
type Endpoint struct {
	Side  Side   `json:"side"`
	Doing string `json:"doing"` // waiting, done, failed, cancelled (package endpoint)
	// HandshakeComplete is crypto/tls's own word.
	HandshakeComplete bool `json:"handshake_complete"`
	// Received counts the bytes of application data that the endpoint has read.
	Received int `json:"received,omitempty"`
	// Error is the Go error that ended the endpoint, Alert the fatal alert that
	// it sent.
	Error string `json:"error,omitempty"`
	Alert string `json:"alert,omitempty"`
	// PeerVerified is true once the peer's certificate was accepted.
	PeerVerified bool `json:"peer_verified"`
	// Version, Suite, Group, ALPN and ServerName are crypto/tls's ConnectionState.
	Version    string `json:"version,omitempty"`
	Suite      string `json:"suite,omitempty"`
	Group      string `json:"group,omitempty"`
	ALPN       string `json:"alpn,omitempty"`
	ServerName string `json:"server_name,omitempty"`
	// Resumed, ECHAccepted and HelloRetryRequest are so too.
	Resumed           bool `json:"resumed,omitempty"`
	ECHAccepted       bool `json:"ech_accepted,omitempty"`
	HelloRetryRequest bool `json:"hello_retry_request,omitempty"`
	// EarlyData is true when 0-RTT data was accepted.
	EarlyData bool `json:"early_data,omitempty"`
	// Exported is the keying material for the scenario's exporter label.
	Exported Hex `json:"exported,omitempty"`
}

// InFlight is a record that has been written but not yet delivered.
type InFlight struct {
	From   Side   `json:"from"`
	Kind   Kind   `json:"kind"`
	Number int    `json:"number"` // as Event.Number
	Type   string `json:"type,omitempty"`
	Length int    `json:"length"`         // bytes
	Held   bool   `json:"held,omitempty"` // by the attacker
	Data   Hex    `json:"hex,omitempty"`  // the bytes as they were sent
}

// ChainLink is a certificate of a chain, which is read when it is first asked for:
// most never are.
type ChainLink struct {
	From Side
	Role string // as in Certificate
	DER  *Buffer
	read func() *Certificate
}

// Link is the certificate in der, as read will read it.
func Link(from Side, role string, der *Buffer, read func() *Certificate) ChainLink {
	return ChainLink{from, role, der, sync.OnceValue(read)}
}

// Certificate is the same each time.
func (l ChainLink) Certificate() *Certificate { return l.read() }

// AppendJSON writes the certificate.
func (l ChainLink) AppendJSON(b []byte) []byte { return jsonout.Append(b, l.Certificate()) }

// MarshalJSON is AppendJSON for encoding/json.
func (l ChainLink) MarshalJSON() ([]byte, error) { return l.AppendJSON(nil), nil }

// Certificate is one certificate of a chain in readable form.
type Certificate struct {
	From   Side    `json:"from"`
	Role   string  `json:"role"` // leaf, intermediate, root
	DER    *Buffer `json:"der"`
	Tree   *Node   `json:"tree,omitempty"` // its ASN.1, over DER
	Fields []Field `json:"fields"`
	Error  string  `json:"error,omitempty"` // why crypto/x509 refuses to read it
}

// Field is one readable property, in a person's order.
type Field struct {
	ID    FieldID `json:"id"` // what its explanation is filed under
	Value string  `json:"value"`
	// Offset and Length, in bytes of the DER, say where it stands. The Length of
	// what is computed from the whole is that of the whole.
	Offset int `json:"offset"`
	Length int `json:"length"`
}

// Finding is something remarkable about a certificate, with the rule that it
// breaks.
type Finding struct {
	ID       FieldID  `json:"id"`       // finding.expired …
	Severity Severity `json:"severity"` // Error breaks a rule or a connection, Note may be meant so
	Text     string   `json:"text"`
	Rule     string   `json:"rule"` // RFC 5280, Section 4.1.2.5
	Offset   int      `json:"offset"`
	Length   int      `json:"length"`
}
