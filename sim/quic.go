package sim

import (
	"tlsplay/sim/dissect"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// quic tells whether the run is over QUIC.
func (s *Session) quic() bool { return s.scenario.Transport == scenario.QUIC }

// datagram takes whatever an end has written at once for one packet.
func datagram(b []byte) (int, trace.Kind) { return len(b), trace.KindPacket }

// replaying tells whether the connection is the attacker's.
func (s *Session) replaying() bool {
	return s.scenario.Replay && s.connection+1 == s.connections()
}

// record keeps the client's first flight for the attacker: all that he can use
// without knowing a key.
func (s *Session) record(d *delivery) {
	if s.scenario.Replay && d.From == trace.Client && d.Kind == trace.KindPacket && len(d.Data) > 0 {
		if t := dissect.PacketType(d.Data[0]); t == "Initial" || t == "0-RTT" {
			s.flight = append(s.flight, d.Data)
		}
	}
}

// quicRandom is the random of the ClientHello that a client's first packet begins
// with, as package endpoint writes it: header, CRYPTO frame, message; or nil.
func quicRandom(d *delivery) []byte {
	const frame, message, random = 28, 32, 38
	if b := d.Data; d.From == trace.Client && d.Kind == trace.KindPacket && len(b) > random+32 && b[0] == 0xc1 && b[frame] == 6 && b[message] == 1 {
		return b[random : random+32]
	}
	return nil
}
