package sim

import (
	"strings"
	"testing"

	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// knobs is a scenario with a seed and a clock.
func knobs(t *testing.T, turned string) scenario.Scenario {
	t.Helper()
	sc, err := scenario.ParseFragment("v1&seed=2a&clock=2026-05-06T07:08:09Z&" + turned)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// A thief reads what the RFCs say that he can read, and nothing else. The numbers
// of records are not ours to choose: all, none or only those of one kind.
func TestThefts(t *testing.T) {
	const all, none = "all", "none"
	for _, c := range []struct {
		knobs string
		want  map[string]string // what is read with what is stolen: all, none or the only line
	}{
		{"version=1.2&suite=TLS_RSA_WITH_AES_128_GCM_SHA256&certificate=rsa-2048", map[string]string{
			trace.StolenServerKey: all, trace.StolenTrafficSecret: all, trace.StolenECDHKey: all, trace.StolenTicketKey: none, // no ticket was asked for
		}},
		{"version=1.0&suite=TLS_RSA_WITH_AES_256_CBC_SHA&certificate=rsa-2048", map[string]string{trace.StolenServerKey: all}},
		{"version=1.2&certificate=rsa-2048", map[string]string{
			trace.StolenServerKey: none, trace.StolenTrafficSecret: all, trace.StolenECDHKey: all,
		}},
		{"version=1.3&certificate=rsa-2048&group=X25519", map[string]string{
			trace.StolenServerKey: none, trace.StolenTrafficSecret: "GET /orders/42 HTTP/1.1", trace.StolenECDHKey: all, trace.StolenTicketKey: none,
		}},
		{"group=P-384", map[string]string{trace.StolenECDHKey: all}},
		{"group=X25519MLKEM768", map[string]string{trace.StolenServerKey: none, trace.StolenECDHKey: none}},
		{"group=SecP256r1MLKEM768", map[string]string{trace.StolenECDHKey: none}},
		{"group=SecP384r1MLKEM1024&connections=2&client.resume=true", map[string]string{trace.StolenECDHKey: none, trace.StolenTicketKey: none}},
		{"version=1.2&connections=2&client.resume=true", map[string]string{trace.StolenTicketKey: all, trace.StolenServerKey: none, trace.StolenTrafficSecret: all, trace.StolenECDHKey: all}},
		// psk_dhe_ke: the ticket's secret alone is not enough for anything but early data.
		{"group=X25519&connections=2&client.resume=true", map[string]string{trace.StolenTicketKey: none, trace.StolenECDHKey: all}},
		{"transport=quic&client.alpn=h3&server.alpn=h3&connections=2&client.resume=true&group=X25519", map[string]string{
			trace.StolenTicketKey: "GET /orders/42 HTTP/1.1", trace.StolenECDHKey: all,
		}},
		{"client.ech=current&server.ech=true", map[string]string{trace.StolenTrafficSecret: "GET /orders/42 HTTP/1.1", trace.StolenServerKey: none}},
	} {
		tr := run(t, knobs(t, c.knobs))
		seen := map[string]bool{}
		for _, theft := range tr.Thefts {
			seen[theft.What] = true
			want, ok := c.want[theft.What]
			if !ok {
				continue
			}
			loot := theft.Loot()
			var lines []string
			for _, e := range loot.Opened {
				for _, m := range e.Messages {
					if m.Name == "application_data" {
						line, _, _ := strings.Cut(string(e.Plain.Data[m.Tree.Off:m.Tree.End()]), "\r\n")
						lines = append(lines, line)
					}
				}
			}
			n := len(loot.Opened)
			switch {
			case loot.Protected == 0:
				t.Errorf("%s: nothing is protected", c.knobs)
			case want == all && n != loot.Protected, want == none && n != 0, want != all && want != none && (len(lines) != 1 || lines[0] != want || n == loot.Protected):
				t.Errorf("%s: with the %s %d of %d records open, %q; want %s", c.knobs, theft.What, n, loot.Protected, lines, want)
			}
		}
		for what := range c.want {
			if !seen[what] {
				t.Errorf("%s: no %s was stolen", c.knobs, what)
			}
		}
	}
}
