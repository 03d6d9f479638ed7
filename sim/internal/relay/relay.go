// Package relay records for tests what other programs say to each other over TCP.
package relay

import (
	"bytes"
	"net"
	"sync"
	"testing"
	"time"

	"tlsplay/sim/trace"
)

// patience is how long a connection may take, on a busy machine.
const patience = 30 * time.Second

// Flight is what crossed at once.
type Flight struct {
	From trace.Side
	Data []byte
}

// Relay passes one connection on, on loopback.
type Relay struct {
	// Addr is where the client is to connect to.
	Addr string

	ln      net.Listener
	done    chan struct{}
	mu      sync.Mutex
	flights []Flight
	last    time.Time // something crossed
	conns   []net.Conn
}

// New is a relay to the server at an address, which may begin to listen a little
// later. Without loopback the test is skipped.
func New(t testing.TB, server string) *Relay {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skipf("skipped: no loopback: %v", err)
	}
	t.Cleanup(func() { ln.Close() })
	r := &Relay{Addr: ln.Addr().String(), ln: ln, done: make(chan struct{})}
	go r.run(server)
	return r
}

func (r *Relay) run(server string) {
	defer close(r.done)
	end := time.Now().Add(patience) // whatever the programs do, the test goes on
	r.ln.(*net.TCPListener).SetDeadline(end)
	a, err := r.ln.Accept()
	if err != nil {
		return
	}
	defer a.Close()
	b, err := net.Dial("tcp", server)
	for tries := 0; err != nil && tries < 100; tries++ {
		time.Sleep(20 * time.Millisecond)
		b, err = net.Dial("tcp", server)
	}
	if err != nil {
		return
	}
	defer b.Close()
	a.SetDeadline(end)
	b.SetDeadline(end)
	r.mu.Lock()
	r.conns = []net.Conn{a, b}
	r.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { r.pump(trace.Client, b, a) })
	both.Go(func() { r.pump(trace.Server, a, b) })
	both.Wait()
}

func (r *Relay) pump(from trace.Side, dst, src net.Conn) {
	buf := make([]byte, 1<<16)
	for {
		n, err := src.Read(buf)
		if n > 0 {
			r.mu.Lock()
			r.flights = append(r.flights, Flight{from, bytes.Clone(buf[:n])})
			r.last = time.Now()
			r.mu.Unlock()
			dst.Write(buf[:n])
		}
		if err != nil {
			dst.(*net.TCPConn).CloseWrite()
			return
		}
	}
}

// Count is how many flights have crossed.
func (r *Relay) Count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.flights)
}

// Settle waits until something crossed after n flights and the wire is quiet.
func (r *Relay) Settle(n int) {
	for start := time.Now(); time.Since(start) < 400*time.Millisecond; time.Sleep(5 * time.Millisecond) {
		r.mu.Lock()
		quiet := len(r.flights) > n && time.Since(r.last) > 60*time.Millisecond
		r.mu.Unlock()
		if quiet {
			return
		}
	}
}

// End waits a while for both ends to hang up, or else does it for them, and returns
// what crossed.
func (r *Relay) End() []Flight {
	select {
	case <-r.done:
	case <-time.After(500 * time.Millisecond):
		r.ln.Close()
		r.mu.Lock()
		for _, c := range r.conns {
			c.Close()
		}
		r.mu.Unlock()
		<-r.done
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.flights
}
