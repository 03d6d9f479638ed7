package sim

import (
	"errors"
	"time"

	"tlsplay/sim/entropy"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// middleman is who stands between the ends.
const middleman = "Mallory"

// front is the scenario of the connection that the client makes: as it stands,
// or with the man in the middle for a server, who has no knobs. To a client that
// speaks no TLS he does not either.
func front(sc scenario.Scenario) scenario.Scenario {
	if sc.Middle != "" {
		sc.Server, sc.Fault = scenario.Server{Plain: sc.Client.Plain}, ""
	}
	return sc
}

// relay is the man in the middle's own connection with the server, made to its
// end while the client waits for the response.
func (s *Session) relay() error {
	sc := s.scenario
	sc.Middle, sc.Client, sc.Wire, sc.Connections, sc.Close = "", scenario.Client{}, nil, 0, ""
	sc.Clock, sc.Seed = scenario.FormatClock(s.now(trace.Server)), entropy.Seed(s.middle.Bytes(32)).String()
	b, err := start(sc, nil, s)
	if err != nil {
		return err
	}
	defer b.Close()
	for b.Step() {
	}
	s.behind = b.Trace()
	s.behind.Repeatable = s.host != nil // its randomness is a part of ours
	s.link.Advance(trace.Server, b.elapsed())
	if e := s.behind.Endpoints[0]; e.Error != "" {
		return errors.New("sim: " + middleman + " gets no response: " + e.Error)
	}
	return nil
}

// elapsed is what the clock of the connection shows.
func (s *Session) elapsed() time.Duration {
	return max(s.link.Now(trace.Client), s.link.Now(trace.Server))
}
