package view

import (
	"context"
	"strings"
	"testing"

	"tlsplay/sim"
	"tlsplay/sim/explain/embedded"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// Packets are drawn as records are, with the level that is written on them, and
// the attacker's replay is the third of the connections.
func TestQUIC(t *testing.T) {
	sc := scenario.Default()
	sc.Seed, sc.Clock, sc.Group, sc.Transport = "60", "2026-01-15T12:00:00Z", "X25519", scenario.QUIC
	sc.Client.ALPN, sc.Server.ALPN = []string{"h3"}, []string{"h3"}
	sc.Connections, sc.Client.Resume, sc.Replay = 2, true, true
	last, err := sim.Run(context.Background(), sc, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range []*trace.Trace{last.Earlier[0], last.Earlier[1], last} {
		for _, v := range Views {
			for event := -1; event < len(tr.Events); event++ {
				s := State{View: v, Scenario: sc, At: len(tr.Events), Event: event, Open: map[string]bool{}, Texts: Texts{embedded.Texts()}}
				var all strings.Builder
				for _, r := range Page(tr, s) {
					all.WriteString(r.Content.String())
				}
				wellFormed(t, all.String())
				if v == ViewHandshake && (!strings.Contains(all.String(), "Initial, readable") || !strings.Contains(all.String(), "1-RTT key")) {
					t.Error("no levels")
				}
			}
		}
	}
}
