package sim

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// quiet is a scenario without randomness that bypasses the seed.
func quiet(t *testing.T, knobs string) scenario.Scenario {
	t.Helper()
	sc, err := scenario.ParseFragment("v1&group=X25519&" + knobs)
	if err != nil {
		t.Fatal(err)
	}
	sc.Seed, sc.Clock = "2a", "2026-05-06T07:08:09Z"
	return sc
}

// Each deed does to the events what it says.
func TestDeeds(t *testing.T) {
	for _, c := range []struct {
		rule string
		want []string // server's events: number, deeds, whether lost
	}{
		{"server 1 flip 0 ff", []string{"0", "1 flip", "2"}},
		{"server 1 drop", []string{"0", "1 drop lost", "2"}},
		{"server 1 hold 1", []string{"0", "2", "1 hold", "3"}},
		{"server 0 hold 2", []string{"1", "2", "0 hold", "3"}},
		{"server 1 repeat 0", []string{"0", "1", "1 repeat", "2"}},
		{"server 1 repeat 1", []string{"0", "1", "2", "1 repeat", "3"}},
		{"server 1 insert 00", []string{"0", "-1 insert", "1", "2"}},
		{"server 1 truncate 3", []string{"0", "1 truncate", "2"}},
		{"server 1 cut", []string{"0", "-1 cut", "1 cut lost"}},
	} {
		sc := quiet(t, "version=1.2")
		sc.Wire = []string{c.rule}
		tr := run(t, sc)
		var got []string
		for _, e := range tr.Events {
			if e.From != trace.Server || len(got) == len(c.want) {
				continue
			}
			text := strings.Join(append([]string{strconv.Itoa(e.Number)}, e.Attack...), " ")
			if e.Lost {
				text += " lost"
			}
			got = append(got, text)
			changed := slices.Contains(e.Attack, "flip") || slices.Contains(e.Attack, "truncate")
			if (e.Original != nil) != changed || changed && bytes.Equal(e.Original.Data, e.Wire.Data) {
				t.Errorf("%s: event %d was changed: %v; original %v", c.rule, e.Index, changed, e.Original)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: the server's events are %q, want %q", c.rule, got, c.want)
		}
		checkBytes(t, tr)
	}
}

// A rule given while the run waits does the same as one that was there from the
// start, and the scenario remembers it.
func TestAttackByHand(t *testing.T) {
	sc := quiet(t, "response_size=9000")
	s, err := New(sc, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for s.Step() {
		flying := s.InFlight()
		if len(flying) == 0 || flying[0].From != trace.Server || flying[0].Type != "application_data" || s.Trace().Endpoints[0].Received == 0 {
			continue
		}
		p := flying[0]
		if len(s.scenario.Wire) == 0 {
			if err := s.Attack(scenario.Rule{From: "server", Number: p.Number, Do: "flip", At: len(p.Data) - 1, Bytes: []byte{1}}); err != nil {
				t.Fatal(err)
			}
			if again := s.InFlight()[0]; !bytes.Equal(again.Data, p.Data) {
				t.Error("InFlight is what was sent, not what will arrive")
			}
		}
	}
	tr := s.Trace()
	if o := outcomeOf(tr); o.Client != "local error: tls: bad record MAC" || !slices.Equal(o.Alerts, []string{"client bad_record_mac"}) {
		t.Errorf("%+v", o)
	}
	after := tr.Scenario.(scenario.Scenario)
	if len(after.Wire) != 1 || len(sc.Wire) != 0 {
		t.Fatalf("the rules are %q, and were %q", after.Wire, sc.Wire)
	}
	if !bytes.Equal(wireBytes(run(t, after)), wireBytes(tr)) {
		t.Error("the run from the new scenario is another")
	}
	for want, rule := range map[string]scenario.Rule{
		"has arrived":   {From: "client", Number: 0, Do: "drop"},
		"one of set":    {From: "client", Number: 99, Do: "melt"},
		"2 more words":  {From: "client", Number: 99, Do: "set"},
		"packet number": {From: "client", Number: -1, Do: "drop"},
	} {
		if err := s.Attack(rule); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", rule, err, want)
		}
	}
}

// Only the last connection is attacked; the ones before are whole traces.
func TestConnections(t *testing.T) {
	sc := quiet(t, "connections=3&client.resume=true&pause=60&wire=client+3+drop")
	s, err := New(sc, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Attack(scenario.Rule{From: "client", Do: "drop"}); err == nil || !strings.Contains(err.Error(), "last connection") {
		t.Errorf("an attack on the first of three: %v", err)
	}
	for s.Step() {
	}
	tr := s.Trace()
	if tr.Connection != 2 || len(tr.Earlier) != 2 || tr.State != trace.Finished {
		t.Fatalf("connection %d after %d, %s", tr.Connection, len(tr.Earlier), tr.State)
	}
	for i, e := range tr.Earlier {
		if e.Connection != i || e.State != trace.Finished || len(e.Earlier) != 0 || e.Endpoints[0].Error != "" || e.Endpoints[0].Resumed != (i > 0) {
			t.Errorf("connection %d: %d, %s, %+v", i, e.Connection, e.State, e.Endpoints[0])
		}
		if want := time.Date(2026, 5, 6, 7, 8+i, 9, 0, time.UTC); !e.Events[0].Time.Equal(want) {
			t.Errorf("connection %d begins at %v, want %v", i, e.Events[0].Time, want)
		}
	}
	if len(tr.TicketKey) != 32 || tr.Endpoints[1].Error == "" {
		t.Errorf("ticket key %s; the server: %+v", tr.TicketKey, tr.Endpoints[1])
	}
}

// When the first byte of the response arrives, in round trips: one for TCP, one
// or two for the handshake, one for request and response.
func TestLinkTimes(t *testing.T) {
	for knobs, trips := range map[string]time.Duration{
		"link.rtt=100":             3,
		"link.rtt=100&version=1.2": 4,
		"link.rtt=100&server.groups=P-256&client.groups=X25519,P-256": 4, // HelloRetryRequest
		"link.rtt=100&version=1.2&client.resume=true&connections=2":   3,
		"link.rtt=100&client.plain=true&server.plain=true":            2,
	} {
		sc := quiet(t, knobs)
		if strings.Contains(knobs, "groups") {
			sc.Group = ""
		}
		tr := run(t, sc)
		at := firstByte(tr)
		begin, _ := sc.Time()
		if n := len(tr.Earlier); n > 0 {
			last := tr.Earlier[n-1].Events
			begin = last[len(last)-1].Time
		}
		if got, want := at.Sub(begin), trips*100*time.Millisecond; got != want {
			t.Errorf("%s: the first byte arrives after %v, want %v", knobs, got, want)
		}
		for i := 1; i < len(tr.Events); i++ {
			if tr.Events[i].Time.Before(tr.Events[i-1].Time) {
				t.Errorf("%s: event %d is earlier than the one before", knobs, i)
			}
		}
	}
	// 1,000 bytes of payload and 40 of headers at 8 kbit/s take 1.04 s a segment.
	sc := quiet(t, "client.plain=true&server.plain=true&request_size=2000&response_size=1000&link.bandwidth=8&link.segment=1000")
	begin, _ := sc.Time()
	if got := firstByte(run(t, sc)).Sub(begin); got != 3*1040*time.Millisecond {
		t.Errorf("three segments take %v", got)
	}
}

func firstByte(tr *trace.Trace) time.Time {
	for _, e := range tr.Events {
		if e.From == trace.Server && (e.Inner == "application_data" || e.Kind == trace.KindBytes) {
			return e.Time
		}
	}
	return time.Time{}
}

// Keying material is exported alike at both ends.
func TestExporter(t *testing.T) {
	for _, version := range scenario.Versions {
		tr := run(t, quiet(t, "exporter=EXPORTER-test&version="+version))
		a, b := tr.Endpoints[0].Exported, tr.Endpoints[1].Exported
		if len(a) != 32 || !bytes.Equal(a, b) {
			t.Errorf("TLS %s: %s and %s", version, a, b)
		}
	}
}
