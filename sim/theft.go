package sim

import (
	"bytes"
	"crypto/mlkem"
	"crypto/rsa"
	"crypto/tls"
	"slices"

	"tlsplay/sim/entropy"
	"tlsplay/sim/follow"
	"tlsplay/sim/keys"
	"tlsplay/sim/trace"
)

// mostStolen bounds how many records of a connection a thief reads.
const mostStolen = 1000

// thefts is what becomes of a recording of the run if something is stolen later.
// The thief follows the same bytes anew, with what he has stolen for all
// knowledge: nothing says in advance what he will be able to read.
func (s *Session) thefts(t *trace.Trace) []trace.Theft {
	all := append(slices.Clone(t.Earlier), t)
	config := s.config[trace.Server]
	var private *rsa.PrivateKey
	for _, c := range config.Certificates {
		private, _ = c.PrivateKey.(*rsa.PrivateKey)
	}
	reads := map[trace.Side][][]byte{}
	for side, c := range s.config {
		if r, ok := c.Rand.(*entropy.Stream); ok {
			reads[side] = r.Reads
		}
	}
	thefts := []trace.Theft{
		trace.Steal(trace.StolenServerKey, func() trace.Loot {
			return read(all, func(f *follow.Follower, _ *trace.Trace) { f.ServerKey = private })
		}),
		trace.Steal(trace.StolenTrafficSecret, func() trace.Loot {
			return read([]*trace.Trace{t}, func(f *follow.Follower, t *trace.Trace) { f.Learn(leaked(t)...) })
		}),
		trace.Steal(trace.StolenECDHKey, func() trace.Loot {
			return read(all, func(f *follow.Follower, _ *trace.Trace) {
				f.ServerKey = private // which the certificate's public key gives away, too
				f.Ephemeral = func(side trace.Side) [][]byte {
					return slices.DeleteFunc(slices.Clone(reads[side]), func(r []byte) bool { return len(r) == mlkem.SeedSize })
				}
			})
		}),
	}
	if len(s.ticketKey) > 0 {
		thefts = slices.Insert(thefts, 2, trace.Steal(trace.StolenTicketKey, func() trace.Loot {
			return read(all, func(f *follow.Follower, t *trace.Trace) {
				lines, sessions := openTickets([32]byte(s.ticketKey), t)
				f.Learn(lines...)
				f.Resume(sessions...)
			})
		}))
	}
	return thefts
}

// read follows recorded connections anew, by a follower that know has told what
// is known of each.
func read(recording []*trace.Trace, know func(*follow.Follower, *trace.Trace)) (loot trace.Loot) {
	var sessions []follow.Session
	for _, t := range recording {
		f := follow.New()
		know(f, t)
		f.Resume(sessions...)
		for _, e := range t.Events[:min(len(t.Events), mostStolen)] {
			seen := again(f, e)
			if seen.Protection == nil {
				continue
			}
			loot.Protected++
			if seen.Protection.Opened {
				loot.Opened = append(loot.Opened, seen)
			}
		}
		sessions = append(sessions, f.Sessions...)
	}
	return loot
}

// again has a follower read what an event carried.
func again(f *follow.Follower, e *trace.Event) *trace.Event {
	switch {
	case e.Wire == nil:
		return f.Close(e.From)
	case e.Lost || e.Kind == trace.KindBytes:
		return f.Bytes(e.From, e.Wire.Data)
	case e.Kind == trace.KindPacket:
		return f.Packet(e.From, e.Wire.Data)
	}
	return f.Record(e.From, e.Wire.Data)
}

// leaked is the secret that protects what the client says.
func leaked(t *trace.Trace) (lines []keys.LogLine) {
	for _, secret := range t.Secrets {
		if secret.Label == keys.LabelClientTraffic || secret.Label == keys.LabelClientRandom {
			lines = append(lines, keys.LogLine{Label: secret.Label, Secret: secret.Secret})
		}
	}
	return under(t, lines)
}

// under files secrets under the random of the connection's ClientHello, by which a
// follower looks for them.
func under(t *trace.Trace, lines []keys.LogLine) []keys.LogLine {
	if randoms := readable(t, "client_hello", "client_hello.random"); len(randoms) > 0 {
		for i := range lines {
			lines[i].ClientRandom = [32]byte(randoms[0])
		}
	}
	return lines
}

// readable is the values of a field in all messages of that name that crossed the
// wire without encryption.
func readable(t *trace.Trace, message string, field trace.FieldID) (all [][]byte) {
	for _, e := range t.Events {
		for _, m := range e.Messages {
			if e.Protection != nil || m.Name != message || m.Note != "" && m.Buffer != nil { // inside an encrypted ClientHello
				continue
			}
			m.Tree.Walk(func(n *trace.Node) bool {
				if n.ID == field {
					all = append(all, t.Buffers[n.Buf].Data[n.Off:n.End()])
				}
				return true
			})
		}
	}
	return all
}

// openTickets decrypts the session tickets of a connection that are there to be
// read, as the server would: those that its client shows, and up to TLS 1.2 the
// new ones, which stand for the connection itself.
func openTickets(key [32]byte, t *trace.Trace) (lines []keys.LogLine, sessions []follow.Session) {
	server := &tls.Config{}
	server.SetSessionTicketKeys([][32]byte{key})
	open := func(ticket []byte) (s follow.Session, ok bool) {
		state, err := server.DecryptTicket(ticket, tls.ConnectionState{})
		if err != nil || state == nil {
			return s, false
		}
		b, err := state.Bytes()
		// See tls.SessionState: version, type, cipher_suite, created_at, secret.
		const suite, length = 2 + 1, 2 + 1 + 2 + 8
		if err != nil || len(b) <= length || len(b) <= length+int(b[length]) {
			return s, false
		}
		return follow.Session{
			Identity: ticket, Suite: uint16(b[suite])<<8 | uint16(b[suite+1]), Secret: b[length+1:][:b[length]],
		}, true
	}
	for _, ticket := range slices.Concat(readable(t, "client_hello", "session_ticket.ticket"), readable(t, "client_hello", "psk_identity.identity")) {
		if s, ok := open(ticket); ok {
			sessions = append(sessions, s)
		}
	}
	for _, ticket := range readable(t, "new_session_ticket", "new_session_ticket.ticket") {
		if s, ok := open(ticket); ok {
			lines = append(lines, keys.LogLine{Label: keys.LabelClientRandom, Secret: bytes.Clone(s.Secret)})
		}
	}
	return under(t, lines), sessions
}
