package sim

import (
	"tlsplay/sim/dissect"
	"tlsplay/sim/trace"
)

// replaying tells whether the connection is the attacker's.
func (s *Session) replaying() bool {
	return s.scenario.Replay && s.connection+1 == s.connections()
}

// record keeps for the attacker what the client sends: over QUIC its first flight,
// which is all that he can use without knowing a key, else everything.
func (s *Session) record(d *delivery) {
	if !s.scenario.Replay || s.replaying() || d.From != trace.Client || len(d.Data) == 0 {
		return
	}
	if d.Kind == trace.KindPacket {
		if t := dissect.PacketType(d.Data[0]); t != "Initial" && t != "0-RTT" {
			return
		}
	}
	s.flight = append(s.flight, d.Data)
}
