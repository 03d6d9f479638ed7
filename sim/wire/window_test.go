package wire

import (
	"net"
	"strings"
	"testing"
	"time"

	"tlsplay/sim/trace"
)

// How long a server's answer takes: with an initial window of 10 segments that
// doubles in each round trip (RFC 6928, Section 2; RFC 5681, Section 3.1), n
// segments take as many flights as it takes 10 + 20 + 40 … to reach n.
func TestSlowStart(t *testing.T) {
	const rtt, segment = 100 * time.Millisecond, 1460
	for _, c := range []struct {
		bytes   int
		flights time.Duration
	}{
		{1, 1}, {10 * segment, 1}, {10*segment + 1, 2}, {30 * segment, 2}, {30*segment + 1, 3}, {70 * segment, 3}, {70*segment + 1, 4}, {150*segment + 1, 5},
	} {
		if got := arrival(Path{RTT: rtt, Segment: segment, SlowStart: true}, c.bytes); got != rtt+rtt/2+(c.flights-1)*rtt {
			t.Errorf("%d bytes arrive after %v, want %d flights", c.bytes, got, c.flights)
		}
		if got := arrival(Path{RTT: rtt, Segment: segment}, c.bytes); got != rtt+rtt/2 {
			t.Errorf("%d bytes arrive after %v without slow start", c.bytes, got)
		}
	}
	// Where a full window takes longer to leave than its first acknowledgment takes
	// to come, slow start costs nothing: here a segment takes 12 ms, a round trip 20.
	narrow := Path{RTT: 20 * time.Millisecond, Segment: segment, Bandwidth: 1_000_000}
	slow := narrow
	slow.SlowStart = true
	if a, b := arrival(narrow, 200*segment), arrival(slow, 200*segment); a != b {
		t.Errorf("a narrow path takes %v, with slow start %v", a, b)
	}
	// RFC 6928: no more than 14600 bytes, but two segments at least.
	for segment, want := range map[int]int{536: 5360, 1460: 14600, 2000: 14600, 9000: 18000} {
		if got := newWindow(segment).size; got != want {
			t.Errorf("segments of %d bytes begin with %d, want %d", segment, got, want)
		}
	}
}

// arrival is when the last of n bytes of the server's are at the client.
func arrival(path Path, n int) time.Duration {
	l := New(func(b []byte) (int, trace.Kind) { return len(b), trace.KindRecord }, path)
	l.Start(trace.Server, func(c net.Conn) { c.Write([]byte(strings.Repeat("x", n))) })
	l.Start(trace.Client, func(c net.Conn) { c.Read(make([]byte, 1)) })
	var last time.Duration
	for p := l.Take(); p != nil; p = l.Take() {
		if p.From == trace.Server && p.Kind == trace.KindRecord {
			last = p.Arrives
		}
		l.Deliver(p)
	}
	l.Close()
	return last
}
