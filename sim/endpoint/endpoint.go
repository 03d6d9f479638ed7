// Package endpoint drives a real crypto/tls client or server over the wire and
// reports what it knows and how it fared.
//
// The application protocol of a run is the simplest that needs both directions:
// the client sends its request, the server answers once it has received all of
// it, the client closes its direction with close_notify once it has received
// all of the answer, and the server closes in turn.
package endpoint

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"

	"tlsplay/sim/trace"
)

// Endpoint is one end. Its methods are for the goroutine that steps the run,
// while the endpoint waits; Run is the endpoint's own program.
type Endpoint struct {
	side   trace.Side
	config *tls.Config
	send   []byte // the application data that this end sends
	expect int    // bytes of application data that the peer sends
	state  trace.Endpoint
	chain  []*x509.Certificate // the verified chain of the peer
}

// New makes the endpoint at side. It sends send and waits for expect bytes.
// The config is the endpoint's own from now on.
func New(side trace.Side, config *tls.Config, send []byte, expect int) *Endpoint {
	e := &Endpoint{side: side, config: config, send: send, expect: expect}
	e.state = trace.Endpoint{Side: side, Doing: Waiting}
	config.VerifyConnection = func(cs tls.ConnectionState) error {
		e.note(cs)
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
}

// Run is the endpoint's whole life on conn.
func (e *Endpoint) Run(conn net.Conn) {
	var t *tls.Conn
	var talk func(*tls.Conn) error
	if e.side == trace.Client {
		t, talk = tls.Client(conn, e.config), e.client
	} else {
		t, talk = tls.Server(conn, e.config), e.server
	}
	err := t.Handshake()
	e.note(t.ConnectionState())
	if err == nil {
		err = talk(t)
	}
	t.Close()
	switch {
	case err == nil:
		e.state.Doing = Done
	case errors.Is(err, net.ErrClosed):
		e.state.Doing = Cut
	default:
		e.state.Doing = Failed
		e.state.Error = err.Error()
	}
}

func (e *Endpoint) client(t *tls.Conn) error {
	if _, err := t.Write(e.send); err != nil {
		return err
	}
	if err := e.receive(t); err != nil {
		return err
	}
	if err := t.CloseWrite(); err != nil {
		return err
	}
	return e.drain(t)
}

func (e *Endpoint) server(t *tls.Conn) error {
	if err := e.receive(t); err != nil {
		return err
	}
	if _, err := t.Write(e.send); err != nil {
		return err
	}
	return e.drain(t)
}

// receive reads the expected bytes.
func (e *Endpoint) receive(t *tls.Conn) error {
	buf := make([]byte, min(e.expect, 16<<10))
	for got := 0; got < e.expect; {
		n, err := t.Read(buf)
		e.state.Received += n
		got += n
		if got >= e.expect {
			break
		}
		if err == io.EOF {
			return fmt.Errorf("endpoint: %s: the peer closed after %d of %d bytes", e.side, got, e.expect)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// drain waits for the peer's close_notify.
func (e *Endpoint) drain(t *tls.Conn) error {
	var one [1]byte
	switch _, err := t.Read(one[:]); err {
	case io.EOF:
		return nil
	case nil:
		return fmt.Errorf("endpoint: %s: the peer sent more than the %d bytes that were agreed", e.side, e.expect)
	default:
		return err
	}
}
