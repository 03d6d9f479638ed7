package sim

import (
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// quic tells whether the run is over QUIC.
func (s *Session) quic() bool { return s.scenario.Transport == scenario.QUIC }

// datagram takes whatever an end has written at once for one packet.
func datagram(b []byte) (int, trace.Kind) { return len(b), trace.KindPacket }

// quicRandom is the random of the ClientHello that a client's first packet begins
// with, as package endpoint writes it: header, CRYPTO frame, message; or nil.
func quicRandom(d *delivery) []byte {
	const frame, message, random = 28, 32, 38
	if b := d.Data; d.From == trace.Client && d.Kind == trace.KindPacket && len(b) > random+32 && b[0] == 0xc1 && b[frame] == 6 && b[message] == 1 {
		return b[random : random+32]
	}
	return nil
}
