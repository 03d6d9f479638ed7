package sim

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/entropy"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// draw makes a scenario of knobs in random positions, each at its default more
// often than not.
func draw(r *rand.Rand) scenario.Scenario {
	rare := []int{4, 12, 40}[r.IntN(3)]
	maybe := func() bool { return r.IntN(rare) == 0 }
	rarely := func() bool { return r.IntN(rare*rare) == 0 }
	one := func(of []string) string {
		if maybe() {
			return of[r.IntN(len(of))]
		}
		return ""
	}
	some := func(of []string) (list []string) {
		if maybe() {
			for _, i := range r.Perm(len(of))[:1+r.IntN(len(of))] {
				list = append(list, of[i])
			}
		}
		return list
	}
	sc := scenario.Default()
	sc.Clock, sc.Seed = "2026-05-06T07:08:09Z", fmt.Sprintf("%016x", r.Uint64())
	for {
		sc.Version = scenario.Versions[min(r.IntN(8), r.IntN(4))]
		sc.Suite, sc.Group, sc.Certificate = one(scenario.Suites()), one(scenario.Groups), scenario.Certificates[r.IntN(5)]
		sc.Fault, sc.Close = one(scenario.Faults), one(scenario.Closes)
		if sc.Check() == nil {
			break
		}
	}
	if maybe() {
		sc.RequestSize, sc.ResponseSize = r.IntN(40_000), r.IntN(40_000)
	}
	if maybe() {
		sc.Connections, sc.Pause = 1+r.IntN(3), r.IntN(700_000)
	}
	if maybe() {
		sc.Exporter = "EXPORTER-" + fmt.Sprint(r.IntN(100))
	}
	if maybe() {
		sc.Link = scenario.Link{RTT: r.IntN(400), Bandwidth: r.IntN(5000), Segment: 536 * r.IntN(3)}
		sc.Link.SlowStart = sc.Link.Segment > 0 && r.IntN(2) == 0
	}
	versions := func() (least, most string) {
		if least, most = one(scenario.Versions), one(scenario.Versions); least > most && most != "" {
			least, most = most, least
		}
		return least, most
	}
	alpn := []string{"h2", "http/1.1", "h3"}
	c, s := &sc.Client, &sc.Server
	c.MinVersion, c.MaxVersion = versions()
	s.MinVersion, s.MaxVersion = versions()
	c.Suites, c.Groups, c.ALPN = some(scenario.Suites()), some(scenario.Groups), some(alpn)
	s.Suites, s.Groups, s.ALPN = some(scenario.Suites()), some(scenario.Groups), some(alpn)
	if c.Certificate = one(scenario.Certificates[:5]); c.Certificate != "" {
		c.Fault = one(scenario.ClientFaults)
	}
	c.NoSNI, c.SkipVerify, c.CheckStaple, c.Resume, c.FixedRecords = maybe(), maybe(), maybe(), maybe(), maybe()
	c.ECH, c.Plain = one(scenario.ECHs), rarely()
	if sc.Middle = one(scenario.Middles); sc.Middle == "" {
		sc.Replay = maybe()
	}
	for range r.IntN(8) {
		before := sc
		if maybe() {
			if sc.Edit(c.Certificate != "" && r.IntN(2) == 0, drawEdit(r)); sc.Check() != nil {
				sc = before
			}
		}
	}
	if maybe() {
		c.ServerName = "elsewhere.example"
	}
	s.ClientAuth, s.Staple = one(scenario.ClientAuths), one(scenario.Staples)
	s.StrictSNI, s.NoTickets, s.SCT, s.ECH, s.FixedRecords = maybe(), maybe(), maybe(), maybe(), maybe()
	s.Plain = rarely()
	for range r.IntN(4) * r.IntN(2) {
		sc.Wire = append(sc.Wire, drawRule(r, r.IntN(12)).String())
	}
	quic := sc
	if quic.Transport, quic.Replay = scenario.QUIC, maybe(); maybe() && quic.Check() == nil {
		return quic
	}
	return sc
}

// drawEdit makes an edit of what chains can have, most of which go together.
func drawEdit(r *rand.Rand) string {
	of := append([]string{"chain"}, scenario.Links...)[r.IntN(5)]
	fields := scenario.Fields(of)
	field := fields[r.IntN(len(fields))]
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	some := func(of []string) (text string) {
		for _, i := range r.Perm(len(of))[:r.IntN(len(of)+1)] {
			text += " " + of[i]
		}
		return text
	}
	edit := of + " " + field
	switch field {
	case "subject":
		return edit + one("", " shop.example", " Playground Root CA", " Ä ö & <i>")
	case "names":
		return edit + some([]string{"shop.example", "*.example", "192.0.2.7", "a@b.example", "https://shop.example/", "DNS:192.0.2.7", "2001:db8::7"})
	case "permitted", "excluded":
		return edit + some([]string{"example", ".shop.example", "192.0.2.0/24", "2001:db8::/32", "email:visitor.example", "a@b.example", "URI:.example"})
	case "not-before", "not-after":
		return edit + fmt.Sprintf(" %d", []int{r.IntN(8) - 4, r.IntN(73_001) - 36_500}[r.IntN(2)])
	case "key-usage":
		return edit + some(scenario.KeyUsages)
	case "ext-key-usage":
		return edit + some(scenario.ExtKeyUsages)
	case "ca":
		return edit + " " + one(scenario.CAs...)
	case "must-staple", "trusted":
		return edit + " " + one(scenario.YesNo...)
	case "key":
		return edit + " " + one(scenario.AuthorityKeys...)
	case "path-length":
		return edit + one("", " 0", " 1", " 99")
	case "intermediates":
		return edit + one(" 0", " 1", " 2")
	}
	return edit + " " + one(scenario.Links...) + some(scenario.Links) // what is sent
}

func drawRule(r *rand.Rand, number int) scenario.Rule {
	rule := scenario.Rule{From: []string{"client", "server"}[r.IntN(2)], Number: number, Do: scenario.Deeds[r.IntN(len(scenario.Deeds))]}
	rule.At = r.IntN(8)
	if rule.Do != "hold" && rule.Do != "repeat" {
		rule.At = r.IntN(120)
	}
	rule.Bytes = make([]byte, 1+r.IntN(12))
	for i := range rule.Bytes {
		rule.Bytes[i] = byte(r.Uint32())
	}
	return rule
}

// Random scenarios, attacked at random by rules and by hand, never panic, hang
// or go on for ever, and leave nothing behind.
func TestRandom(t *testing.T) {
	runs := 1000
	if testing.Short() || runtime.GOARCH == "wasm" {
		runs = 100
	}
	before := runtime.NumGoroutine()
	done, failed, refused := 0, 0, 0
	for seed := range runs {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		sc := draw(r)
		repeats := seed%10 == 0 // for which nothing may bypass tls.Config.Rand
		if repeats {
			sc.Group, sc.Certificate, sc.Client.ECH, sc.Client.Certificate, sc.Client.Fault = "X25519", "ecdsa-p256", "", "", ""
			sc.Client.Chain = nil
			sc.Client.Groups, sc.Server.Groups = nil, nil
		}
		if err := sc.Check(); err != nil {
			refused++
			continue
		}
		if again, err := scenario.ParseFragment(sc.Fragment(true)); err != nil || !again.Equal(sc) {
			t.Fatalf("seed %d: %s leads to %s, %v", seed, sc.Fragment(true), again.Fragment(true), err)
		}
		tr := attacked(t, seed, sc, r, repeats)
		if tr.State != trace.Finished || tr.Error != "" {
			t.Fatalf("seed %d, %s: the run is %s, %s", seed, sc.Fragment(true), tr.State, tr.Error)
		}
		checkBytes(t, tr)
		for _, e := range tr.Endpoints {
			switch e.Doing {
			case endpoint.Done:
				done++
			case endpoint.Failed:
				failed++
			default:
				t.Errorf("seed %d, %s: the %s is %s", seed, sc.Fragment(true), e.Side, e.Doing)
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d: %s", seed, sc.Fragment(true))
		}
	}
	if done < runs/5 || failed < runs/5 || refused > runs/4 {
		t.Errorf("%d ends done, %d failed, %d scenarios refused: that says little", done, failed, refused)
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
}

// attacked runs a scenario, with an attack by hand now and then, and runs it
// again from the scenario that came of it: to the same bytes.
func attacked(t *testing.T, seed int, sc scenario.Scenario, r *rand.Rand, repeats bool) *trace.Trace {
	t.Helper()
	s, err := New(sc, entropy.Native)
	if err != nil {
		t.Fatalf("seed %d, %s: %v", seed, sc.Fragment(true), err)
	}
	defer s.Close()
	const bound = 4000
	by := r.IntN(3) == 0 // hand
	for steps := 0; s.Step(); steps++ {
		if steps > bound {
			t.Fatalf("seed %d, %s: more than %d steps", seed, sc.Fragment(true), bound)
		}
		if flying := s.InFlight(); len(flying) > 0 && by && r.IntN(12) == 0 {
			p := flying[r.IntN(len(flying))]
			rule := drawRule(r, max(0, p.Number))
			rule.From = string(p.From)
			s.Attack(rule) // which may come too late
		}
	}
	tr := s.Trace()
	if repeats {
		again := run(t, tr.Scenario.(scenario.Scenario))
		if a, b := hex.EncodeToString(wireBytes(tr)), hex.EncodeToString(wireBytes(again)); a != b {
			t.Errorf("seed %d, %s: run anew it differs", seed, tr.Scenario.(scenario.Scenario).Fragment(true))
		}
	}
	return tr
}
