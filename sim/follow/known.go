package follow

import (
	"bytes"

	"tlsplay/sim/keys"
	"tlsplay/sim/trace"
)

// Session is a secret from before a connection: that of an earlier one, which can
// be resumed, or a pre-shared key from outside.
type Session struct {
	// Identity is the ticket, session ID or PSK identity that stands for it.
	Identity []byte
	// Secret is the pre-shared key or, up to TLS 1.2, the master secret.
	Secret []byte
	// Suite is whose hash function goes with it. RFC 8446, Section 4.2.11.
	Suite uint16
	// External tells that it is no session's but agreed on otherwise.
	External bool
}

// Learn adds secrets that later records may need.
func (f *Follower) Learn(lines ...keys.LogLine) { f.log = append(f.log, lines...) }

// Resume makes sessions known that the connection may resume: the Sessions of an
// earlier follower, or pre-shared keys.
func (f *Follower) Resume(sessions ...Session) { f.sessions = append(f.sessions, sessions...) }

// session is the known session of that identity, nil if there is none.
func (f *Follower) session(identity []byte) *Session {
	if len(identity) == 0 {
		return nil
	}
	for i := len(f.sessions) - 1; i >= 0; i-- {
		if bytes.Equal(f.sessions[i].Identity, identity) {
			return &f.sessions[i]
		}
	}
	return nil
}

// maxSessions bounds how many sessions a connection leaves behind, and with it the
// time it takes to find one.
const maxSessions = 64

// remember keeps a session for later connections, and for renegotiation in this one.
func (f *Follower) remember(s Session) {
	if len(f.Sessions) < maxSessions {
		f.Sessions = append(f.Sessions, s)
		f.sessions = append(f.sessions, s)
	}
}

// derived lists a derivation at this event, behind the steps that were recorded
// before it.
func (f *Follower) derived(d trace.Derivation) {
	f.flush()
	d.Event = f.now
	f.Derivations = append(f.Derivations, d)
}

// logged lists a secret that is known from the key log alone, and why it was not
// derived.
func (f *Follower) logged(id, label string, secret []byte, why string) {
	f.derived(trace.Derivation{
		ID: id, Function: "key log", Label: label, Output: secret,
		Formula: "known from the key log, not derived", Section: "RFC 9850, Section 2", Note: why,
	})
}

// flush lists the recorded steps as derivations of this event.
func (f *Follower) flush() {
	steps := f.rec.Steps()
	for _, s := range steps[f.recorded:] {
		d := trace.Derivation{
			ID: s.ID, Update: s.Update, Event: f.now, Function: s.Function, Label: s.Label, Covers: s.Context,
			Output: s.Output, Formula: s.Formula, Section: s.Section, Command: s.Command, Program: s.GoProgram,
		}
		for _, in := range s.Inputs {
			d.Inputs = append(d.Inputs, trace.NamedBytes{Name: in.Name, Value: in.Value})
		}
		f.Derivations = append(f.Derivations, d)
	}
	f.recorded = len(steps)
}
