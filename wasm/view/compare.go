package view

import (
	"fmt"
	"strconv"
	"strings"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// Kept is a run that can be compared with others.
type Kept struct {
	Run   string // the scenario that was asked for, as its fragment without secrets
	Trace *trace.Trace
}

// compare sets two runs of this visit side by side.
func compare(s State) html.Node {
	if len(s.Runs) < 2 {
		return words("p", "empty", "One run is not enough to compare. Turn a knob or run a scenario, and both runs are here.")
	}
	a, b := s.Runs[clamp(s.CompareA, len(s.Runs))], s.Runs[clamp(s.CompareB, len(s.Runs))]
	heads := [2]string{s.nameOf(a), s.nameOf(b)}
	return html.Group(
		box("div", "compared",
			runChoice("compare-a", "a", "First", s.CompareA, s), runChoice("compare-b", "b", "Second", s.CompareB, s)),
		box("div", "tables",
			differences(a.Trace, b.Trace, heads), summary(a.Trace, b.Trace, heads), listeners(a.Trace, b.Trace, heads), alignment(a.Trace, b.Trace, heads, s)))
}

// nameOf is what a run is called: its preset's title, or how it differs from stock
// Go.
func (s State) nameOf(k Kept) string {
	for _, p := range s.Presets {
		if p.Run == k.Run {
			return p.Title
		}
	}
	if _, differs, ok := strings.Cut(k.Run, "&"); ok {
		return differs
	}
	return "Stock Go"
}

func clamp(i, n int) int { return min(max(i, 0), n-1) }

func runChoice(id, which, label string, chosen int, s State) html.Node {
	var options []option
	for i, r := range s.Runs {
		options = append(options, option{strconv.Itoa(i), fmt.Sprintf("%d: %s", i+1, printable(s.nameOf(r), 80))})
	}
	return choice(id, ActCompare, which, label, strconv.Itoa(clamp(chosen, len(s.Runs))), options)
}

// row of a table of two runs; what differs is marked.
func pairRow(name, a, b string) html.Node {
	return box("tr", when(a != b, "differs"), html.El("th", html.Attr("scope", "row"), html.Text(name)),
		html.El("td", breakable(a)), html.El("td", breakable(b)))
}

func pairTable(caption string, heads [2]string, rows []html.Node) html.Node {
	return html.El("table", words("caption", "", caption),
		html.El("thead", html.El("tr", html.El("td"), html.El("th", html.Attr("scope", "col"), html.Text(printable(heads[0], 80))), html.El("th", html.Attr("scope", "col"), html.Text(printable(heads[1], 80))))),
		html.El("tbody", html.Group(rows...)))
}

// summary is what the two runs came to.
func summary(a, b *trace.Trace, heads [2]string) html.Node {
	x, y := measure(a), measure(b)
	return pairTable("What they came to", heads, []html.Node{
		pairRow("version", a.Version, b.Version),
		pairRow("cipher suite", a.Suite, b.Suite),
		pairRow("group", orNone(a.Group), orNone(b.Group)),
		pairRow("outcome", x.outcome, y.outcome),
		pairRow("round trips before the request", x.trips, y.trips),
		html.If(x.time != "0 ms" || y.time != "0 ms", pairRow("time to the answer's first byte, by the link", x.time, y.time)),
		pairRow("bytes from the client", strconv.Itoa(x.bytes[trace.Client]), strconv.Itoa(y.bytes[trace.Client])),
		pairRow("bytes from the server", strconv.Itoa(x.bytes[trace.Server]), strconv.Itoa(y.bytes[trace.Server])),
		pairRow("records", strconv.Itoa(x.records), strconv.Itoa(y.records)),
		pairRow("of these an eavesdropper can read", strconv.Itoa(x.readable), strconv.Itoa(y.readable)),
		pairRow("a recording opens with the server's key", yes(opens(a, trace.StolenServerKey)), yes(opens(b, trace.StolenServerKey))),
		pairRow("… with the key of the session tickets", yes(opens(a, trace.StolenTicketKey)), yes(opens(b, trace.StolenTicketKey))),
		pairRow("… with a quantum computer", yes(opens(a, trace.StolenECDHKey)), yes(opens(b, trace.StolenECDHKey))),
	})
}

// listeners is what an eavesdropper knows of either run.
func listeners(a, b *trace.Trace, heads [2]string) html.Node {
	x, y := overheardFacts(a), overheardFacts(b)
	var rows []html.Node
	for i := range x {
		rows = append(rows, pairRow(x[i].name, x[i].value, y[i].value))
	}
	return pairTable("What an eavesdropper knows", heads, rows)
}

func orNone(value string) string {
	if value == "" {
		return "none"
	}
	return value
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

type measured struct {
	outcome, trips, time string
	bytes                map[trace.Side]int
	records, readable    int
}

func measure(t *trace.Trace) measured {
	m := measured{outcome: "closed in good order", trips: "never sent", time: firstByte(t), bytes: map[trace.Side]int{}}
	for _, e := range t.Endpoints {
		if e.Doing == endpoint.Failed {
			m.outcome = "the " + string(e.Side) + ": " + e.Error
			break
		}
	}
	turns, last := 0, trace.Client
	for _, e := range t.Events {
		if e.Wire == nil {
			continue
		}
		m.records++
		m.bytes[e.From] += len(e.Wire.Data)
		if e.Protection == nil {
			m.readable++
		}
		if e.From != last {
			turns, last = turns+1, e.From
		}
		for _, x := range e.Messages {
			if x.Name != "application_data" {
				continue
			}
			if e.From == trace.Client && m.trips == "never sent" {
				m.trips = strconv.Itoa((turns + 1) / 2)
			}
		}
	}
	return m
}

// differences is the knobs that stand otherwise.
func differences(a, b *trace.Trace, heads [2]string) html.Node {
	x, okX := a.Scenario.(scenario.Scenario)
	y, okY := b.Scenario.(scenario.Scenario)
	if !okX || !okY {
		return html.Node{}
	}
	var rows []html.Node
	for _, d := range x.Differ(y) {
		if d.Name == "seed" || d.Name == "clock" {
			continue
		}
		said := func(value string) string {
			if value == "" {
				return "as stock Go"
			}
			return brief(d.Name, value, 60)
		}
		rows = append(rows, pairRow(d.Name, said(d.A), said(d.B)))
	}
	if len(rows) == 0 {
		return words("p", "hint", "All knobs stand alike: only randomness and clock differ.")
	}
	return pairTable("Knobs that differ", heads, rows)
}

// brief is what a knob is set to, in so many bytes at most and a mark if there are more.
func brief(knob, value string, most int) string {
	switch {
	case value == "":
		return "none"
	case strings.HasPrefix(value, "-----BEGIN "):
		return "of your own"
	case strings.HasSuffix(knob, "fault") && faultNames[value] != "":
		return faultNames[value]
	}
	text := printable(strings.ReplaceAll(value, "\n", ", "), most)
	if len(value) > most {
		text += "…"
	}
	return text
}

// alignment sets the messages of both runs beside each other.
func alignment(a, b *trace.Trace, heads [2]string, s State) html.Node {
	x, y := exchanges(a, s), exchanges(b, s)
	var rows []html.Node
	cell := func(m *exchange) html.Node {
		if m == nil {
			return words("td", "absent", "–")
		}
		return box("td", "epoch-"+string(m.epoch), html.Text(strconv.Itoa(m.bytes)+" bytes "), words("span", "chip", keyName(m.epoch)))
	}
	for _, p := range align(x, y) {
		one := p[0]
		if one == nil {
			one = p[1]
		}
		arrow := "→ "
		if one.from == trace.Server {
			arrow = "← "
		}
		rows = append(rows, box("tr", when(p[0] == nil || p[1] == nil, "differs"),
			html.El("th", html.Attr("scope", "row"), html.Text(arrow), breakable(one.name)), cell(p[0]), cell(p[1])))
	}
	return pairTable("Message by message", heads, rows)
}

// exchange is one record's messages, for comparing.
type exchange struct {
	from  trace.Side
	name  string
	bytes int
	epoch trace.Epoch
}

// mostAligned bounds the work of aligning, which grows with the product.
const mostAligned = 300

func exchanges(t *trace.Trace, s State) []exchange {
	var all []exchange
	for _, e := range t.Events {
		if e.Wire == nil || len(all) == mostAligned {
			continue
		}
		var names []string
		for _, m := range e.Messages {
			switch {
			case hiddenHello(m):
			case s.Detailed:
				names = append(names, m.Name)
			default:
				names = append(names, plainName(e, m))
			}
		}
		if len(names) == 0 {
			names = []string{e.Type}
		}
		epoch := trace.EpochPlaintext
		if e.Protection != nil {
			epoch = e.Protection.Epoch
		}
		all = append(all, exchange{e.From, strings.Join(names, ", "), len(e.Wire.Data), epoch})
	}
	return all
}

// align pairs what both runs have in the same order: a longest common
// subsequence of sender and messages.
func align(a, b []exchange) [][2]*exchange {
	same := func(i, j int) bool { return a[i].from == b[j].from && a[i].name == b[j].name }
	longest := make([][]int, len(a)+1)
	for i := range longest {
		longest[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if same(i, j) {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	var pairs [][2]*exchange
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && same(i, j):
			pairs = append(pairs, [2]*exchange{&a[i], &b[j]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && longest[i+1][j] >= longest[i][j+1]:
			pairs = append(pairs, [2]*exchange{&a[i], nil})
			i++
		default:
			pairs = append(pairs, [2]*exchange{nil, &b[j]})
			j++
		}
	}
	return pairs
}
