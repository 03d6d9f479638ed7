package view

import (
	"context"
	"testing"

	"tlsplay/sim"
	"tlsplay/sim/explain/embedded"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// benchState is a run of a scenario as the page shows it, at the record that
// choose picks.
func benchState(tb testing.TB, change func(*scenario.Scenario), choose func(*trace.Event) bool) (*trace.Trace, State) {
	tb.Helper()
	sc := scenario.Default()
	sc.Seed, sc.Clock = "2a", "2026-02-03T04:05:06Z"
	change(&sc)
	t, err := sim.Run(context.Background(), sc, nil)
	if err != nil {
		tb.Fatal(err)
	}
	s := State{View: ViewHandshake, At: len(t.Events), Event: 0, Open: map[string]bool{}, Texts: Texts{Texts: embedded.Texts()}}
	for _, e := range t.Events {
		if choose(e) {
			ChooseEvent(&s, e.Index)
			return t, s
		}
	}
	tb.Fatal("no such record")
	return nil, s
}

// BenchmarkPage is the markup of the whole page after an action. In a browser
// it takes some six times as long.
func BenchmarkPage(b *testing.B) {
	first := func(*trace.Event) bool { return true }
	large := func(e *trace.Event) bool { return e.Wire != nil && len(e.Wire.Data) > 16000 }
	same := func(*scenario.Scenario) {}
	for _, bench := range []struct {
		name     string
		change   func(*scenario.Scenario)
		choose   func(*trace.Event) bool
		detailed bool
		view     string
		query    string
	}{
		{"plain", same, first, false, ViewHandshake, ""},
		{"detailed", same, first, true, ViewHandshake, ""},
		{"keys", same, first, true, ViewKeys, ""},
		{"search", same, first, true, ViewHandshake, "x25519"},
		{"16 kB", func(sc *scenario.Scenario) { sc.ResponseSize, sc.Server.FixedRecords = 40000, true }, large, true, ViewHandshake, ""},
		{"1 MB", func(sc *scenario.Scenario) { sc.ResponseSize = 1 << 20 }, first, true, ViewHandshake, ""},
		{"1 MB, search", func(sc *scenario.Scenario) { sc.ResponseSize = 1 << 20 }, first, true, ViewHandshake, "no such thing"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			t, s := benchState(b, bench.change, bench.choose)
			s.Detailed, s.View, s.Query = bench.detailed, bench.view, bench.query
			bytes := 0
			for b.Loop() {
				bytes = 0
				for _, r := range Page(t, s) {
					bytes += len(r.Content.String())
				}
			}
			b.ReportMetric(float64(bytes), "bytes")
		})
	}
}
