package dissect

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"tlsplay/sim/trace"
)

// pipe is one direction of a buffered in-memory connection that records what
// passes.
type pipe struct {
	mu     sync.Mutex
	cond   *sync.Cond
	buf    bytes.Buffer
	closed bool
}

func newPipe() *pipe {
	p := &pipe{}
	p.cond = sync.NewCond(&p.mu)
	return p
}

func (p *pipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.buf.Len() == 0 {
		if p.closed {
			return 0, io.EOF
		}
		p.cond.Wait()
	}
	return p.buf.Read(b)
}

func (p *pipe) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return 0, errors.New("closed")
	}
	p.cond.Broadcast()
	return p.buf.Write(b)
}

func (p *pipe) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.cond.Broadcast()
}

// flight is bytes that one side wrote at once.
type flight struct {
	from trace.Side
	data []byte
}

// tap is a recorded connection.
type tap struct {
	mu      sync.Mutex
	flights []flight
}

type end struct {
	in, out *pipe
	side    trace.Side
	tap     *tap
}

func (e end) Read(b []byte) (int, error) { return e.in.Read(b) }

func (e end) Write(b []byte) (int, error) {
	e.tap.mu.Lock()
	e.tap.flights = append(e.tap.flights, flight{e.side, bytes.Clone(b)})
	e.tap.mu.Unlock()
	return e.out.Write(b)
}

func (e end) Close() error                     { e.out.Close(); return nil }
func (e end) LocalAddr() net.Addr              { return nil }
func (e end) RemoteAddr() net.Addr             { return nil }
func (e end) SetDeadline(time.Time) error      { return nil }
func (e end) SetReadDeadline(time.Time) error  { return nil }
func (e end) SetWriteDeadline(time.Time) error { return nil }

var (
	testECDSA = sync.OnceValue(func() tls.Certificate {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		return testCertificate(key.Public(), key, err)
	})
	testRSA = sync.OnceValue(func() tls.Certificate {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		return testCertificate(key.Public(), key, err)
	})
)

func testCertificate(public, private any, err error) tls.Certificate {
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "example.com"},
		DNSNames:     []string{"example.com"},
		NotAfter:     time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}
}

// connect runs one connection of crypto/tls with itself: a handshake, a line in
// each direction, a close.
func connect(t testing.TB, client, server *tls.Config) (*tap, tls.ConnectionState) {
	t.Helper()
	w := &tap{}
	up, down := newPipe(), newPipe()
	c := tls.Client(end{in: down, out: up, side: trace.Client, tap: w}, client)
	s := tls.Server(end{in: up, out: down, side: trace.Server, tap: w}, server)
	done := make(chan error, 1)
	go func() {
		b := make([]byte, 5)
		_, err := io.ReadFull(s, b)
		if err == nil {
			_, err = s.Write([]byte("world"))
		}
		s.Close()
		done <- err
	}()
	_, err := c.Write([]byte("hello"))
	if err == nil {
		_, err = io.ReadAll(c)
	}
	c.Close()
	if serr := <-done; err != nil || serr != nil {
		t.Fatalf("connection: client %v, server %v", err, serr)
	}
	return w, c.ConnectionState()
}

// records cuts what each flight holds into records, in the order in which the
// flights were written.
func (w *tap) records(t testing.TB) []flight {
	var out []flight
	for _, f := range w.flights {
		for b := f.data; len(b) > 0; {
			n, ok := RecordLength(b)
			if !ok || n > len(b) {
				t.Fatalf("no record: % x", b)
			}
			out = append(out, flight{f.from, b[:n]})
			b = b[n:]
		}
	}
	return out
}
