package view

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tlsplay/sim"
	"tlsplay/sim/explain/embedded"
	"tlsplay/sim/presets"
	offers "tlsplay/sim/presets/embedded"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

var update = flag.Bool("update", false, "write the goldens anew")

// A run that is the same on every machine: no hybrid group, no choice between
// suites by hardware.
func recorded(t testing.TB, fault string) *trace.Trace {
	t.Helper()
	sc := scenario.Default()
	sc.Seed, sc.Clock, sc.Group, sc.Fault = "60", "2026-01-15T12:00:00Z", "X25519", fault
	tr, err := sim.Run(context.Background(), sc, nil)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// TestGolden is a regression test: the goldens are our own output, one tag a
// line, read by a person when they were written. After a change that is meant,
// `go test ./wasm/view -update` writes them anew; read the difference.
func TestGolden(t *testing.T) {
	tr := recorded(t, "")
	texts := Texts{embedded.Texts()}
	base := State{View: ViewHandshake, Texts: texts, Scenario: scenario.Default(), At: len(tr.Events), Event: -1, Open: map[string]bool{}}
	hello, request, start, keys, certificates, found := base, base, base, base, base, base
	keys.View, keys.Derivation, certificates.View = ViewKeys, "client_handshake_traffic_secret", ViewCertificates
	found.Query = "shop.example"
	hello.Event, hello.Node = 0, "b0-3-2-1"
	request.Event = 9
	start.At = 0
	failed := recorded(t, scenario.Expired)
	all, err := presets.Parse(offers.Text)
	if err != nil {
		t.Fatal(err)
	}
	offered := base
	offered.View, offered.Presets, offered.Filter = ViewScenarios, all, "remote error: tls: bad certificate"
	offered.Refused = Refused{"client.alpn", "x", "scenario: client.alpn: for the test"}
	stopped := &trace.Trace{State: trace.Running, InFlight: []trace.InFlight{{From: trace.Client, Kind: trace.KindRecord, Type: "handshake", Length: 7, Data: trace.Hex{22, 3, 1, 0, 2, 1, 0}}}}
	for _, c := range []struct {
		name, region string
		t            *trace.Trace
		s            State
	}{
		{"lanes", "lanes", tr, base},
		{"lanes-start", "lanes", tr, start},
		{"controls", "controls", tr, base},
		{"outcome-failed", "outcome", failed, State{At: len(failed.Events), Event: -1}},
		{"inspector-hello", "inspector", tr, hello},
		{"inspector-request", "inspector", tr, request},
		{"certificates", "chains", tr, certificates},
		{"keys", "secrets", tr, keys},
		{"found", "results", tr, found},
		{"scenarios", "scenarios", tr, offered},
		{"attack", "inspector", stopped, State{View: ViewHandshake, Scenario: scenario.Default(), Live: true, Event: EventHeld, Byte: 5}},
		{"contrast", "contrast", tr, base},
		{"afterwards", "afterwards", tr, base},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got string
			for _, r := range Page(c.t, c.s) {
				if r.ID == c.region {
					got = strings.ReplaceAll(r.Content.String(), "><", ">\n<") + "\n"
				}
			}
			file := filepath.Join("testdata", c.name+".html")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s has changed:\n%s", file, firstDifference(string(want), got))
			}
		})
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return "line " + strconv.Itoa(i+1) + "\n- " + w[i] + "\n+ " + g[i]
		}
	}
	return "one is a part of the other"
}

// Every state of the page is well-formed: elements nest, ids are unique, and
// what has an action names one.
func TestWellFormed(t *testing.T) {
	for _, tr := range []*trace.Trace{recorded(t, ""), recorded(t, scenario.NoCommonVersion), {}} {
		for at := range len(tr.Events) + 1 {
			for event := -1; event < len(tr.Events); event++ {
				for _, v := range Views {
					s := State{View: v, Scenario: scenario.Default(), At: at, Event: event, Open: map[string]bool{}, Texts: Texts{embedded.Texts()}, Term: "nonce", Query: "random"}
					var all strings.Builder
					for _, r := range Page(tr, s) {
						all.WriteString(r.Content.String())
					}
					wellFormed(t, all.String())
				}
			}
		}
	}
}

func wellFormed(t *testing.T, markup string) {
	t.Helper()
	var open []string
	ids := map[string]bool{}
	for i := 0; i < len(markup); i++ {
		if markup[i] != '<' {
			continue
		}
		end := i + strings.IndexByte(markup[i:], '>')
		tag := markup[i+1 : end]
		name, _, _ := strings.Cut(strings.TrimPrefix(tag, "/"), " ")
		switch {
		case name == "wbr" || name == "br" || name == "input":
		case tag[0] == '/':
			if len(open) == 0 || open[len(open)-1] != name {
				t.Fatalf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
		default:
			open = append(open, name)
		}
		if _, rest, ok := strings.Cut(tag, ` id="`); ok {
			id, _, _ := strings.Cut(rest, `"`)
			if ids[id] {
				t.Fatalf("two elements have the id %s", id)
			}
			ids[id] = true
		}
		i = end
	}
	if len(open) > 0 {
		t.Fatalf("%v stay open", open)
	}
}

// Nothing that comes off the wire can become markup.
func TestHostile(t *testing.T) {
	const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`
	tr := recorded(t, "")
	bad := *tr
	bad.Suite, bad.Version, bad.Error = evil, evil, evil
	bad.Endpoints = []trace.Endpoint{{Side: trace.Client, Doing: "failed", Error: evil, Alert: evil}, {Side: trace.Server}}
	e := *tr.Events[0]
	e.After = bad.Endpoints
	e.Messages = []trace.Message{{Name: evil, Note: evil, Tree: &trace.Node{ID: evil, Value: evil}}}
	e.Tree = &trace.Node{ID: evil, Value: evil, Len: len(e.Wire.Data), Diagnostics: []trace.Diagnostic{{Severity: "error", Text: evil}}}
	e.Type = evil
	e.Protection = &trace.Protection{Suite: evil, Reason: evil, Secret: evil, Epoch: evil}
	bad.Events = []*trace.Event{&e}
	bad.Certificates = []trace.ChainLink{trace.Link("", evil, nil, func() *trace.Certificate {
		return &trace.Certificate{Role: evil, Error: evil, Fields: []trace.Field{{ID: evil, Value: evil}}}
	})}
	bad.Secrets = []trace.Secret{{Label: evil, Epoch: evil, Keys: []trace.Key{{Name: evil, How: evil}}}}
	bad.Derivations = []trace.Derivation{{ID: evil, Function: evil, Label: evil, Formula: evil, Section: evil, Inputs: []trace.NamedBytes{{Name: evil}}}}
	bad.Checks = []trace.Check{{Name: evil, Detail: evil}}
	for _, view := range Views {
		s := State{View: view, At: 1, Event: 0, Error: evil, Scenario: scenario.Scenario{Version: evil, Host: evil, Wire: []string{evil}}, Refused: Refused{evil, evil, evil}, Filter: evil[:3], Files: []File{{Name: evil}}, Node: evil, Derivation: evil, Query: evil[:7], Build: evil}
		for _, r := range Page(&bad, s) {
			text := r.Content.String()
			for _, mark := range []string{"<script", "<img", `onerror="`} {
				if strings.Contains(text, mark) {
					t.Errorf("%s lets %q through", r.ID, mark)
				}
			}
			wellFormed(t, text)
		}
	}
}

// The meaning of a value stands beside that of its field, and a cipher suite's
// name is taken apart.
func TestMeaning(t *testing.T) {
	sc := scenario.Default()
	sc.Version, sc.Seed, sc.Clock = "1.2", "60", "2026-01-15T12:00:00Z"
	tr, err := sim.Run(context.Background(), sc, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		event int
		id    trace.FieldID
		want  []string
	}{
		{0, "client_hello.random", nil},
		{0, "supported_groups.named_group", []string{"value.group.X25519"}},
		{1, "server_hello.cipher_suite", []string{"<dt><code>ECDHE</code></dt><dd>ephemeral", "value.suite.fresh keys and AEAD"}},
		{1, "server_hello.random", nil}, // the server knows no better version
	} {
		e := tr.Events[c.event]
		s := State{Event: c.event, Texts: Texts{embedded.Texts()}, Node: pathTo(roots(e), c.id)}
		got := explanation(e, s).String()
		if strings.Contains(got, `class="meaning"`) != (c.want != nil) {
			t.Errorf("%s: a meaning is wrongly there or missing: %s", c.id, got)
		}
		for _, want := range c.want {
			if strings.HasPrefix(want, "value.") {
				text, _ := s.Texts.lookup(trace.FieldID(want))
				want = html.Text(text.Short).String()
			}
			if want == "" || !strings.Contains(got, want) {
				t.Errorf("%s: %q is not in %s", c.id, want, got)
			}
		}
	}
}

// pathTo is the path to the first node of that ID.
func pathTo(roots []*trace.Node, id trace.FieldID) (found string) {
	var look func(n *trace.Node, path string)
	look = func(n *trace.Node, path string) {
		if n.ID == id && found == "" {
			found = path
		}
		for i, c := range n.Children {
			look(c, childPath(path, i))
		}
	}
	for _, n := range roots {
		look(n, rootPath(n.Buf))
	}
	return found
}

// Every step of the key schedule says what it is.
func TestDerivationsExplained(t *testing.T) {
	s := State{Texts: Texts{embedded.Texts()}}
	d := trace.Derivation{ID: "client_handshake_traffic_secret", Function: "Derive-Secret", Section: "RFC 8446, Section 7.1"}
	text, _ := s.Texts.lookup("key.client_handshake_traffic_secret")
	function, _ := s.Texts.lookup("function.Derive-Secret")
	got := derived(&trace.Trace{}, &d, s).String()
	for _, want := range []string{text.Short, function.Short} {
		if want == "" || !strings.Contains(got, html.Text(want).String()) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
}

// No element of a region has the id of a region, or regions would be drawn into it.
func TestRegionIDs(t *testing.T) {
	tr := recorded(t, "")
	ids := map[string]bool{}
	var all strings.Builder
	for _, v := range Views {
		for _, r := range Page(tr, State{View: v, Scenario: scenario.Default(), At: len(tr.Events), Open: map[string]bool{}}) {
			ids[r.ID] = true
			all.WriteString(r.Content.String())
		}
	}
	for id := range ids {
		if strings.Contains(all.String(), ` id="`+id+`"`) {
			t.Errorf("an element has the id of the region %s", id)
		}
	}
}
