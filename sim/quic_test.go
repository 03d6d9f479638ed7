package sim

import (
	"slices"
	"strings"
	"testing"

	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// overQUIC is a scenario in which both ends speak HTTP/3.
func overQUIC(change func(*scenario.Scenario)) scenario.Scenario {
	sc := scenario.Default()
	sc.Seed, sc.Clock, sc.Transport = "9001", "2026-05-06T07:08:09Z", scenario.QUIC
	sc.Client.ALPN, sc.Server.ALPN = []string{"h3"}, []string{"h3"}
	if change != nil {
		change(&sc)
	}
	return sc
}

// said is what crossed, a packet each: who, packet type, messages.
func said(tr *trace.Trace) (all []string) {
	for _, e := range tr.Events {
		line := string(e.From) + " " + e.Type
		for _, m := range e.Messages {
			line += " " + m.Name
		}
		all = append(all, line)
	}
	return all
}

func TestQUIC(t *testing.T) {
	tr := run(t, overQUIC(nil))
	checkBytes(t, tr)
	checkTrue(t, tr, true)
	want := []string{
		"client Initial client_hello",
		"server Initial server_hello",
		"server Handshake encrypted_extensions certificate certificate_verify finished",
		"client Handshake finished",
		"client 1-RTT application_data",
		"server 1-RTT new_session_ticket",
		"server 1-RTT handshake_done",
		"server 1-RTT application_data",
		"client 1-RTT connection_close",
	}
	if got := said(tr); !slices.Equal(got, want) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
	var names []string
	for _, c := range tr.Checks {
		names = append(names, c.Name)
	}
	if missing := inOrder(checked13, names); missing != "" {
		t.Errorf("no check %q among %q", missing, names)
	}
	if tr.Events[0].Tree.Find("transport_parameter") == nil || len(tr.Events[0].Wire.Data) < 1200 {
		t.Error("no transport parameters, or a small Initial packet")
	}
	for i, e := range tr.Endpoints {
		if !e.HandshakeComplete || e.Doing != "done" || e.ALPN != "h3" {
			t.Errorf("end %d: %+v", i, e)
		}
	}
}

// The request crosses with the ClientHello, and an attacker who has seen both can
// have it accepted again.
func TestReplay(t *testing.T) {
	tr := run(t, overQUIC(func(sc *scenario.Scenario) { sc.Connections, sc.Client.Resume, sc.Replay = 2, true, true }))
	checkBytes(t, tr)
	checkTrue(t, tr, true)
	if len(tr.Earlier) != 2 {
		t.Fatalf("%d connections before", len(tr.Earlier))
	}
	second := tr.Earlier[1]
	want := []string{"client Initial client_hello", "client 0-RTT application_data", "server Initial server_hello"}
	for _, tr := range []*trace.Trace{second, tr} {
		if got := said(tr); len(got) < 3 || !slices.Equal(got[:3], want) {
			t.Errorf("%s", strings.Join(got, "\n"))
		}
		if s := tr.Endpoints[1]; s.Received != len(scenario.Default().Request) || !s.EarlyData {
			t.Errorf("the server: %+v", s)
		}
	}
	for i := range 2 {
		if a, b := second.Events[i].Wire.Data, tr.Events[i].Wire.Data; string(a) != string(b) {
			t.Errorf("packet %d is not what the client had sent", i)
		}
	}
	if !second.Endpoints[0].EarlyData || !second.Endpoints[0].Resumed {
		t.Errorf("the client: %+v", second.Endpoints[0])
	}
	if tr.Endpoints[0].HandshakeComplete || tr.Endpoints[1].HandshakeComplete || tr.Endpoints[0].Received != 0 {
		t.Errorf("the attacker has completed a handshake: %+v", tr.Endpoints)
	}
	if got := said(tr); !slices.Contains(got, "server 1-RTT application_data") {
		t.Errorf("the server has not answered: %s", strings.Join(got, "\n"))
	}
}

// Whatever is done to its packets, a run over QUIC ends.
func TestQUICAttacked(t *testing.T) {
	for _, rule := range []string{
		"client 0 flip 60 01", "client 0 truncate 0", "client 0 drop", "client 1 repeat 2", "server 0 hold 1", "server 1 flip 200 ff",
		"server 1 truncate 30", "client 0 insert c1", "server 0 insert 40", "server 2 cut", "client 2 set 0 c5c5c5c5c5c5c5c5c5c5c5c5c5c5",
	} {
		tr := run(t, overQUIC(func(sc *scenario.Scenario) { sc.Wire = []string{rule} }))
		checkBytes(t, tr)
		if tr.State != trace.Finished || tr.Error != "" {
			t.Errorf("%s: %s %s", rule, tr.State, tr.Error)
		}
	}
}

func TestQUICCertificates(t *testing.T) {
	tr := run(t, overQUIC(func(sc *scenario.Scenario) { sc.Fault = scenario.Expired }))
	if c, s := tr.Endpoints[0], tr.Endpoints[1]; c.Alert != "bad_certificate" || !strings.Contains(c.Error, "expired") ||
		s.Error != "endpoint: the peer closed the connection: error 0x12a (tls: bad certificate)" {
		t.Errorf("%+v\n%+v", c, s)
	}
	checkTrue(t, tr, true)
}

// With ECH the ends file their secrets under the inner random; what is held
// against them is found all the same.
func TestQUICWithECH(t *testing.T) {
	tr := run(t, overQUIC(func(sc *scenario.Scenario) { sc.Client.ECH, sc.Server.ECH = "current", true }))
	checkBytes(t, tr)
	checkTrue(t, tr, true)
	if !tr.Endpoints[0].ECHAccepted || !slices.ContainsFunc(tr.Checks, func(c trace.Check) bool { return c.Name == checked13[0] }) {
		t.Errorf("%+v, checks %v", tr.Endpoints[0], tr.Checks)
	}
	tr = run(t, overQUIC(func(sc *scenario.Scenario) { sc.Client.ECH, sc.Server.ECH, sc.Connections = "stale", true, 2 }))
	if !tr.Endpoints[0].ECHAccepted || tr.Earlier[0].Endpoints[0].Error == "" {
		t.Errorf("no retry after a rejection: %+v", tr.Endpoints[0])
	}
}

// All that is known of the second connection's early data is derived and holds,
// and large requests cross too.
func TestEarlyData(t *testing.T) {
	tr := run(t, overQUIC(func(sc *scenario.Scenario) {
		sc.Connections, sc.Client.Resume, sc.RequestSize, sc.ResponseSize = 2, true, 50_000, 70_000
	}))
	checkBytes(t, tr)
	checkTrue(t, tr, true)
	if c, s := tr.Endpoints[0], tr.Endpoints[1]; c.Received != 70_000 || s.Received != 50_000 || !c.EarlyData {
		t.Errorf("%+v", tr.Endpoints)
	}
	for _, e := range tr.Events {
		for _, m := range e.Messages {
			if m.Name == "application_data" && e.From == trace.Client && e.Type != "0-RTT" {
				t.Errorf("event %d: the request as %s", e.Index, e.Type)
			}
		}
	}
}

// The same seed yields the same packets, although a tls.QUICConn has a goroutine
// of its own: only one of them runs at a time.
func TestQUICRepeats(t *testing.T) {
	sc := overQUIC(func(sc *scenario.Scenario) {
		sc.Group, sc.Connections, sc.Client.Resume, sc.Replay = "X25519", 2, true, true
	})
	a, b := run(t, sc), run(t, sc)
	for i, e := range a.Earlier[1].Events {
		if string(e.Wire.Data) != string(b.Earlier[1].Events[i].Wire.Data) {
			t.Errorf("packet %d differs", i)
		}
	}
	if len(a.Events) != len(b.Events) || a.KeyLog != b.KeyLog {
		t.Error("the replays differ")
	}
}
