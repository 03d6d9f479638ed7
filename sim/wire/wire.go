// Package wire is the in-memory link between the two endpoints of a run. It is
// buffered and stepped: writing never blocks, and an endpoint runs only while
// the link's owner lets it, until it waits in Read or returns.
//
// Endpoints are coroutines, so exactly one of them, or the owner, runs at any
// moment. That makes a run deterministic, lets it stop between any two packets
// with both endpoints truly waiting, and needs no locks. (net.Pipe would
// deadlock here: an alert written to a peer that has stopped reading blocks.)
package wire

import (
	"errors"
	"io"
	"iter"
	"net"
	"os"
	"time"

	"tlsplay/sim/trace"
)

// Packet is what the wire carries in one step.
type Packet struct {
	From    trace.Side
	Number  int // of its direction, from 0
	Kind    trace.Kind
	Data    []byte        // nil for KindClose
	Sent    time.Duration // when it was written, on the link's clock
	Arrives time.Duration
}

// Path is what lies between the ends. Its zero value takes no time.
type Path struct {
	RTT       time.Duration // there and back
	Bandwidth int           // bits per second each way, 0 for no limit
	Datagrams bool          // nothing has to be set up or closed, as over UDP
	Segment   int           // bytes of payload in a TCP segment, 0 for no segments
	SlowStart bool          // of segments: no more are on their way than TCP's window allows
}

// overhead is the bytes of IPv4 and TCP headers with each segment.
const overhead = 40

// Advance moves that end's clock on, by what its endpoint does elsewhere.
func (l *Link) Advance(side trace.Side, by time.Duration) { l.end(side).now += by }

// duration is how long a packet of n bytes takes to leave. It begins a segment of
// its own.
func (p Path) duration(n int) time.Duration {
	if p.Bandwidth <= 0 {
		return 0
	}
	if p.Segment > 0 {
		n += (n + p.Segment - 1) / p.Segment * overhead
	}
	return time.Duration(n) * 8 * time.Second / time.Duration(p.Bandwidth)
}

// Cutter tells how a direction's bytes divide into packets: the length of the
// first packet in b and its kind, or 0 while b holds only a part of it.
type Cutter func(b []byte) (int, trace.Kind)

// Link is a duplex wire with an endpoint at each end.
type Link struct {
	cut            Cutter
	client, server end
	path           Path
	queue          []*Packet // written, not yet delivered, in the order of arrival, then of writing
}

// New returns a link whose bytes are divided by cut. Its clock begins when the
// client begins to connect, which takes TCP one round trip and datagrams none.
func New(cut Cutter, path Path) *Link {
	l := &Link{cut: cut, path: path}
	if path.Datagrams {
		path.RTT = 0
	}
	l.client = end{link: l, side: trace.Client, now: path.RTT, window: newWindow(path.Segment)}
	l.server = end{link: l, side: trace.Server, now: path.RTT, window: newWindow(path.Segment)}
	return l
}

// Now is what the clock of the link shows to the endpoint at that side: the
// arrival of what it was last given. Endpoints compute in no time.
func (l *Link) Now(side trace.Side) time.Duration { return l.end(side).now }

// end is one end of the link: the net.Conn of its endpoint and the coroutine
// in which that endpoint runs.
type end struct {
	link *Link
	side trace.Side

	in       []byte // delivered, not yet read
	fin      bool   // the peer has closed its direction
	err      error  // what Read answers from now on
	out      []byte // written, not yet a whole packet
	finished bool   // this end has closed its direction
	closed   bool   // this end has closed both
	started  bool
	ended    bool // the endpoint has returned

	number int           // of packets written
	now    time.Duration // this end's clock
	busy   time.Duration // until when this end's packets occupy the path
	window window

	resume func() (struct{}, bool)
	stop   func()
	yield  func(struct{}) bool
}

func (l *Link) end(s trace.Side) *end {
	if s == trace.Client {
		return &l.client
	}
	return &l.server
}

// Start runs program as the endpoint at that side until it waits or returns.
// When it returns, its end is closed.
func (l *Link) Start(side trace.Side, program func(net.Conn)) {
	e := l.end(side)
	e.started = true
	e.resume, e.stop = iter.Pull(func(yield func(struct{}) bool) {
		e.yield = yield
		program(e)
		e.Close()
		e.ended = true
	})
	e.resume()
	e.flush()
}

// Waiting reports whether the endpoint at that side waits in Read.
func (l *Link) Waiting(side trace.Side) bool {
	e := l.end(side)
	return e.started && !e.ended
}

// Queue is what has been written but not delivered, in the order of arrival. The
// caller must not change it.
func (l *Link) Queue() []*Packet { return l.queue }

// Take removes the packet of the queue that arrives first, or returns nil.
func (l *Link) Take() *Packet {
	if len(l.queue) == 0 {
		return nil
	}
	p := l.queue[0]
	l.queue = l.queue[1:]
	return p
}

// Deliver hands a packet to the end that it is meant for and lets the endpoint
// there run until it waits again or returns.
func (l *Link) Deliver(p *Packet) {
	e := l.end(p.From.Peer())
	e.now = max(e.now, p.Arrives)
	if p.Kind == trace.KindClose {
		e.fin = true
	} else {
		e.in = append(e.in, p.Data...)
	}
	e.run()
}

// Starve ends a wait that nothing can end any more: the endpoint's Read fails
// as if a deadline had passed.
func (l *Link) Starve(side trace.Side) {
	e := l.end(side)
	e.err = os.ErrDeadlineExceeded
	e.run()
}

// Close ends both endpoints where they wait. Their Read and Write fail.
func (l *Link) Close() {
	for _, e := range []*end{&l.client, &l.server} {
		e.err = net.ErrClosed
		if e.started {
			e.stop()
		}
	}
	l.queue = nil
}

func (e *end) run() {
	if e.started && !e.ended {
		e.resume()
		e.flush()
	}
}

// flush queues a rest that is no whole packet, once its writer waits.
func (e *end) flush() {
	if len(e.out) > 0 {
		e.push(trace.KindBytes, e.out)
		e.out = nil
	}
}

// depart is when the last of n bytes that are written now has left.
func (e *end) depart(n int) time.Duration {
	path, at := e.link.path, max(e.busy, e.now)
	if !path.SlowStart {
		return at + path.duration(n)
	}
	for n > 0 {
		size := min(n, path.Segment)
		at = e.window.open(at, size) + path.duration(size)
		e.window.sent(size, at+path.RTT)
		n -= size
	}
	return at
}

func (e *end) push(kind trace.Kind, data []byte) {
	path := e.link.path
	e.busy = e.depart(len(data))
	p := &Packet{From: e.side, Number: e.number, Kind: kind, Data: data, Sent: e.now, Arrives: e.busy + path.RTT/2}
	queue := append(e.link.queue, p)
	for i := len(queue) - 1; i > 0 && queue[i-1].Arrives > p.Arrives; i-- {
		queue[i-1], queue[i] = p, queue[i-1]
	}
	e.link.queue = queue
	e.number++
}

// Read implements net.Conn. It waits until something has been delivered.
func (e *end) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if e.closed {
		return 0, net.ErrClosed
	}
	for len(e.in) == 0 {
		switch {
		case e.fin:
			return 0, io.EOF
		case e.err != nil:
			return 0, e.err
		}
		if !e.yield(struct{}{}) {
			e.err = net.ErrClosed
		}
	}
	n := copy(p, e.in)
	e.in = e.in[n:]
	return n, nil
}

// Write implements net.Conn. It never waits.
func (e *end) Write(p []byte) (int, error) {
	if e.closed || e.finished || errors.Is(e.err, net.ErrClosed) {
		return 0, net.ErrClosed
	}
	e.out = append(e.out, p...)
	for len(e.out) > 0 {
		n, kind := e.link.cut(e.out)
		if n == 0 {
			break
		}
		e.push(kind, e.out[:n:n])
		e.out = e.out[n:]
	}
	return len(p), nil
}

// CloseWrite ends this end's direction (TCP FIN): what was written still
// arrives, then the end of the stream. Reading goes on.
func (e *end) CloseWrite() error {
	if e.closed || e.finished {
		return net.ErrClosed
	}
	e.finished = true
	e.flush()
	if !errors.Is(e.err, net.ErrClosed) && !e.link.path.Datagrams {
		e.push(trace.KindClose, nil)
	}
	return nil
}

// Close implements net.Conn: both directions end, this end's as by CloseWrite.
func (e *end) Close() error {
	if e.closed {
		return net.ErrClosed
	}
	e.CloseWrite()
	e.closed = true
	return nil
}

// Deadlines have no meaning here: nothing ever takes long.

func (e *end) SetDeadline(time.Time) error      { return nil }
func (e *end) SetReadDeadline(time.Time) error  { return nil }
func (e *end) SetWriteDeadline(time.Time) error { return nil }

func (e *end) LocalAddr() net.Addr  { return addr(e.side) }
func (e *end) RemoteAddr() net.Addr { return addr(e.side.Peer()) }

type addr trace.Side

func (a addr) Network() string { return "wire" }
func (a addr) String() string  { return string(a) }
