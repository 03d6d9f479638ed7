// Package endpoint drives a real crypto/tls client or server over the wire and
// reports what it knows and how it fared.
//
// The application protocol of a run is the simplest that needs both directions:
// the client sends its request, the server answers once it has received all of
// it, the client closes its direction with close_notify once it has received
// all of the answer, and the server closes in turn. A Talk can vary the end.
package endpoint

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"reflect"

	"tlsplay/sim/trace"
)

// Talk is what an endpoint does on its connection.
type Talk struct {
	Send     []byte // the application data that this end sends
	Expect   int    // bytes of application data that the peer sends
	Close    Close
	Exporter string // a label to export keying material for, or empty
	Plain    bool   // speak no TLS
	QUIC     bool   // speak it over QUIC, where Close has no meaning
	// Replay, if not nil, is the packets that an attacker sends in the client's place.
	Replay [][]byte
	// Relay, if not nil, is called by a server that has the request and is about to
	// answer it.
	Relay func() error
	// Verify has the last word on the peer, after crypto/tls, and is heard when a
	// session is resumed too. It may be nil.
	// It may add the verified chains.
	Verify func(*tls.ConnectionState) error
}

// Close is who ends the connection and how; empty is the client by
// close_notify, as scenario.Close has it.
type Close string

// The others are package scenario's.
const (
	CloseServer Close = "server"
	CloseHalf   Close = "half"
	CutClient   Close = "client-cut"
	CutServer   Close = "server-cut"
)

// Endpoint is one end. Its methods are for the goroutine that steps the run,
// while the endpoint waits; Run is the endpoint's own program.
type Endpoint struct {
	side   trace.Side
	config *tls.Config
	talk   Talk
	state  trace.Endpoint
	chain  []*x509.Certificate // the verified chain of the peer
	retry  *tls.ECHRejectionError
	alert  error // that crypto/tls reports as sent by itself
}

// New makes the endpoint at side. The config is the endpoint's own until it has
// returned.
func New(side trace.Side, config *tls.Config, talk Talk) *Endpoint {
	e := &Endpoint{side: side, config: config, talk: talk}
	e.state = trace.Endpoint{Side: side, Doing: Waiting}
	config.VerifyConnection = func(cs tls.ConnectionState) error {
		e.note(cs)
		if talk.Verify != nil {
			if err := talk.Verify(&cs); err != nil {
				return err
			}
		}
		e.state.PeerVerified = len(cs.VerifiedChains) > 0
		if e.state.PeerVerified {
			e.chain = cs.VerifiedChains[0]
		}
		return nil
	}
	return e
}

// What an endpoint can be doing.
const (
	Waiting = "waiting"   // in Read, for the next record
	Done    = "done"      // closed in good order
	Failed  = "failed"    // ended by an error
	Cut     = "cancelled" // ended by the run's owner
)

// State is what the endpoint knows and does now.
func (e *Endpoint) State() trace.Endpoint { return e.state }

// VerifiedChain is the peer's certificates from its own up to the trusted root,
// once the endpoint has verified them, else nil.
func (e *Endpoint) VerifiedChain() []*x509.Certificate { return e.chain }

// LocalAlert is the fatal alert that crypto/tls says it has sent, where its error
// is nothing else. Others are seen on the wire, unless the peer cannot decrypt
// them either.
func (e *Endpoint) LocalAlert() (code uint8, ok bool) {
	if e.alert == nil {
		return 0, false
	}
	v := reflect.ValueOf(e.alert) // of the unexported type tls.alert
	if v.Kind() != reflect.Uint8 {
		return 0, false
	}
	return uint8(v.Uint()), true
}

// RetryConfigs is the ECHConfigList that the server sent when it rejected this
// client's encrypted ClientHello, and whether it did reject it.
func (e *Endpoint) RetryConfigs() (list []byte, rejected bool) {
	if e.retry == nil {
		return nil, false
	}
	return e.retry.RetryConfigList, true
}

func (e *Endpoint) note(cs tls.ConnectionState) {
	e.state.HandshakeComplete = cs.HandshakeComplete
	if cs.Version != 0 {
		e.state.Version = tls.VersionName(cs.Version)
	}
	if cs.CipherSuite != 0 {
		e.state.Suite = tls.CipherSuiteName(cs.CipherSuite)
	}
	if cs.CurveID != 0 {
		e.state.Group = cs.CurveID.String()
	}
	e.state.ALPN = cs.NegotiatedProtocol
	e.state.ServerName = cs.ServerName
	e.state.Resumed = cs.DidResume
	e.state.ECHAccepted = cs.ECHAccepted
	e.state.HelloRetryRequest = cs.HelloRetryRequest
}

// stream is a connection with or without TLS.
type stream interface {
	io.ReadWriter
	CloseWrite() error // this end's direction
}

// Run is the endpoint's whole life on conn.
func (e *Endpoint) Run(conn net.Conn) {
	err := e.run(conn)
	switch {
	case err == nil:
		e.state.Doing = Done
	case errors.Is(err, net.ErrClosed):
		e.state.Doing = Cut
	default:
		// crypto/tls wraps neither; errors.As would cost the page 10 kB.
		if rejected, ok := err.(*tls.ECHRejectionError); ok {
			e.retry = rejected
		}
		if op, ok := err.(*net.OpError); ok && op.Op == "local error" {
			e.alert = op.Err
		}
		e.state.Doing = Failed
		e.state.Error = err.Error()
	}
}

func (e *Endpoint) run(conn net.Conn) error {
	switch {
	case e.talk.Replay != nil:
		return e.replay(conn)
	case e.talk.QUIC:
		return e.quic(conn)
	}
	talk := e.server
	if e.side == trace.Client {
		talk = e.client
	}
	if e.talk.Plain {
		s, ok := conn.(stream)
		if !ok {
			return fmt.Errorf("endpoint: %s: the connection has no CloseWrite", e.side)
		}
		if err := talk(s); err != errCut {
			return err
		}
		return nil
	}
	t := tls.Server(conn, e.config)
	if e.side == trace.Client {
		t = tls.Client(conn, e.config)
	}
	err := t.Handshake()
	e.note(t.ConnectionState())
	if err == nil {
		err = e.export(t.ConnectionState())
	}
	if err == nil {
		err = talk(t)
	}
	if err != errCut {
		t.Close()
		return err
	}
	return nil // and the wire closes without a word
}

// errCut ends a talk without close_notify.
var errCut = errors.New("endpoint: cut")

func (e *Endpoint) export(cs tls.ConnectionState) (err error) {
	if e.talk.Exporter != "" {
		e.state.Exported, err = cs.ExportKeyingMaterial(e.talk.Exporter, nil, 32)
	}
	return err
}

func (e *Endpoint) client(s stream) error {
	if _, err := s.Write(e.talk.Send); err != nil {
		return err
	}
	if e.talk.Close == CloseHalf {
		if err := s.CloseWrite(); err != nil {
			return err
		}
	}
	if err := e.receive(s); err != nil {
		return err
	}
	switch e.talk.Close {
	case CutClient:
		return errCut
	case CloseServer, CloseHalf:
		return e.drain(s)
	}
	if err := s.CloseWrite(); err != nil {
		return err
	}
	return e.drain(s)
}

func (e *Endpoint) server(s stream) error {
	if err := e.receive(s); err != nil {
		return err
	}
	if e.talk.Close == CloseHalf {
		if err := e.drain(s); err != nil {
			return err
		}
	}
	if e.talk.Relay != nil {
		if err := e.talk.Relay(); err != nil {
			return err
		}
	}
	if _, err := s.Write(e.talk.Send); err != nil {
		return err
	}
	switch e.talk.Close {
	case CutServer:
		return errCut
	case CloseHalf:
		return nil
	case CloseServer:
		if err := s.CloseWrite(); err != nil {
			return err
		}
	}
	return e.drain(s)
}

// receive reads the expected bytes.
func (e *Endpoint) receive(r io.Reader) error {
	buf := make([]byte, min(e.talk.Expect, 16<<10))
	for got := 0; got < e.talk.Expect; {
		n, err := r.Read(buf)
		e.state.Received += n
		got += n
		if got >= e.talk.Expect {
			break
		}
		if err == io.EOF {
			return fmt.Errorf("endpoint: %s: the peer closed after %d of %d bytes", e.side, got, e.talk.Expect)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// drain waits for the end of the peer's direction.
func (e *Endpoint) drain(r io.Reader) error {
	var one [1]byte
	switch _, err := r.Read(one[:]); err {
	case io.EOF:
		return nil
	case nil:
		return fmt.Errorf("endpoint: %s: the peer sent more than the %d bytes that were agreed", e.side, e.talk.Expect)
	default:
		return err
	}
}

// replay sends what an attacker has recorded of another connection, and hears the
// answer without being able to read it.
func (e *Endpoint) replay(conn net.Conn) error {
	for _, packet := range e.talk.Replay {
		conn.Write(packet)
	}
	if s, ok := conn.(stream); ok && !e.talk.QUIC {
		s.CloseWrite()
	}
	buf := make([]byte, maxPacket)
	for {
		if _, err := conn.Read(buf); err == os.ErrDeadlineExceeded || err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
