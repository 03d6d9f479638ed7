package wire

import "time"

// window is TCP's congestion window while it starts slowly (RFC 5681, Section
// 3.1), on a path that loses nothing: it is never left. Every segment is
// acknowledged as it arrives, by a segment that takes no room. QUIC does the same
// with its packets (RFC 9002, Section 7.2).
type window struct {
	size    int // bytes that may be on their way
	taken   int // bytes that are
	flights []flight
}

// flight is a segment on its way.
type flight struct {
	bytes        int
	acknowledged time.Duration // when its sender knows that it has arrived
}

// newWindow is the one that a connection begins with. RFC 6928, Section 2.
func newWindow(segment int) window {
	return window{size: min(10*segment, max(2*segment, 14600))}
}

// open is when a segment of that many bytes may leave, from at on.
func (w *window) open(at time.Duration, bytes int) time.Duration {
	for len(w.flights) > 0 && (w.flights[0].acknowledged <= at || w.taken+bytes > w.size) {
		f := w.flights[0]
		at = max(at, f.acknowledged)
		w.size += f.bytes
		w.taken -= f.bytes
		w.flights = w.flights[1:]
	}
	return at
}

// sent takes note of a segment that has left.
func (w *window) sent(bytes int, acknowledged time.Duration) {
	w.taken += bytes
	w.flights = append(w.flights, flight{bytes, acknowledged})
}
