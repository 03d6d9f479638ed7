package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"runtime"
	"slices"
	"strings"
	"testing"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/entropy"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// kinds is the kinds of certificates, or one of each algorithm where all would
// take minutes.
func kinds() []string {
	if testing.Short() || runtime.GOARCH == "wasm" {
		return []string{"ecdsa-p256", "rsa-2048", "ed25519"}
	}
	return scenario.Certificates
}

// each runs a test for every version, certificate and group that a scenario can
// have.
func each(t *testing.T, test func(t *testing.T, sc scenario.Scenario)) {
	for _, version := range scenario.Versions {
		for _, certificate := range kinds() {
			for _, group := range append([]string{""}, scenario.Groups...) {
				sc := scenario.Default()
				sc.Version, sc.Certificate, sc.Group = version, certificate, group
				if sc.Clock = "2026-02-03T04:05:06Z"; sc.Check() != nil {
					continue // a hybrid group and TLS 1.2
				}
				t.Run(strings.Trim(version+" "+certificate+" "+group, " "), func(t *testing.T) { test(t, sc) })
			}
		}
	}
}

func run(t *testing.T, sc scenario.Scenario) *trace.Trace {
	t.Helper()
	tr, err := Run(context.Background(), sc, entropy.Native)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestRuns(t *testing.T) {
	each(t, func(t *testing.T, sc scenario.Scenario) {
		tr := run(t, sc)
		if tr.State != trace.Finished || tr.Version != "TLS "+sc.Version {
			t.Errorf("the run is %s, with %s", tr.State, tr.Version)
		}
		for _, e := range tr.Endpoints {
			if e.Doing != endpoint.Done || !e.HandshakeComplete || e.Error != "" {
				t.Errorf("the %s: %+v", e.Side, e)
			}
			if e.Suite != tr.Suite || e.Version != tr.Version {
				t.Errorf("the %s speaks %s, %s; the wire says %s, %s", e.Side, e.Version, e.Suite, tr.Version, tr.Suite)
			}
		}
		if !tr.Endpoints[0].PeerVerified {
			t.Error("the client did not verify the server")
		}
		if sc.Group != "" && tr.Endpoints[0].Group != strings.ReplaceAll(sc.Group, "P-", "CurveP") {
			t.Errorf("group %s, want %s", tr.Endpoints[0].Group, sc.Group)
		}
		checkWellFormed(t, tr)
		checkOpened(t, tr)
		checkDerived(t, tr)
		checkReadable(t, tr, sc)
		if n := len(tr.Certificates); n != 3 {
			t.Errorf("%d certificates, want leaf, intermediate and root", n)
		}
		for _, l := range tr.Certificates {
			c := l.Certificate()
			if c.Error != "" || len(c.Fields) == 0 {
				t.Errorf("%s: %s", c.Role, c.Error)
			}
		}
	})
}

// checkCovered checks that every byte of every buffer lies under one leaf.
func checkCovered(t *testing.T, tr *trace.Trace) {
	t.Helper()
	for _, e := range tr.Events {
		if e.Kind == trace.KindClose {
			continue
		}
		if err := trace.CheckCover(e.Wire, e.Tree); err != nil {
			t.Error(err)
		}
		if e.Plain != nil {
			if err := trace.CheckCover(e.Plain, e.PlainTree); err != nil {
				t.Error(err)
			}
		}
		for _, m := range e.Messages {
			if m.Buffer != nil {
				if err := trace.CheckCover(m.Buffer, m.Tree); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// checkWellFormed checks that, too, and that nothing in it is malformed.
func checkWellFormed(t *testing.T, tr *trace.Trace) {
	t.Helper()
	checkCovered(t, tr)
	for _, e := range tr.Events {
		e.Tree.Walk(func(n *trace.Node) bool {
			for _, d := range n.Diagnostics {
				if d.Severity == trace.Error {
					t.Errorf("event %d, %s: %s", e.Index, n.ID, d.Text)
				}
			}
			return true
		})
	}
}

func checkOpened(t *testing.T, tr *trace.Trace) {
	t.Helper()
	opened := 0
	for _, e := range tr.Events {
		if p := e.Protection; p != nil {
			opened++
			if !p.Opened || e.Plain == nil || len(e.Messages) == 0 {
				t.Errorf("event %d was not opened: %s", e.Index, p.Reason)
			}
		}
	}
	if opened < 6 {
		t.Errorf("only %d protected records", opened)
	}
}

// checkReadable checks that the application data can be read in the decrypted
// records and nowhere on the wire.
func checkReadable(t *testing.T, tr *trace.Trace, sc scenario.Scenario) {
	t.Helper()
	said := map[trace.Side][]byte{}
	for _, e := range tr.Events {
		for _, secret := range []string{"session=8d1f6a27c0", "5500 0000 0000 0004"} {
			if e.Wire != nil && bytes.Contains(e.Wire.Data, []byte(secret)) {
				t.Errorf("event %d shows %q on the wire", e.Index, secret)
			}
		}
		for _, m := range e.Messages {
			if m.Name == "application_data" {
				said[e.From] = append(said[e.From], e.Plain.Data[m.Tree.Off:m.Tree.End()]...)
			}
		}
	}
	if got := string(said[trace.Client]); got != sc.Request {
		t.Errorf("the client said %q, want %q", got, sc.Request)
	}
	if got := string(said[trace.Server]); got != sc.Response {
		t.Errorf("the server said %q, want %q", got, sc.Response)
	}
}

// An eavesdropper, who has neither key log nor ephemeral keys, reads nothing and
// derives nothing; what he can verify is what was signed in the clear.
func TestWithoutKeys(t *testing.T) {
	for _, version := range scenario.Versions {
		sc := scenario.Default()
		sc.Version = version
		s, err := New(sc, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.forgetful, s.follower.Ephemeral, s.follower.ServerKey = true, nil, nil
		for s.Step() {
		}
		tr := s.Trace()
		for _, e := range tr.Events {
			if e.Protection == nil {
				continue
			}
			if e.Protection.Opened || e.Plain != nil || !strings.Contains(e.Protection.Reason, "key log") {
				t.Errorf("TLS %s, event %d: opened without a key (%q)", version, e.Index, e.Protection.Reason)
			}
			if err := trace.CheckCover(e.Wire, e.Tree); err != nil {
				t.Error(err)
			}
		}
		if len(tr.Derivations) > 0 || len(tr.Secrets) > 0 {
			t.Errorf("TLS %s: %d derivations and %d secrets out of nothing", version, len(tr.Derivations), len(tr.Secrets))
		}
		for _, c := range tr.Checks {
			if !c.OK || c.Name != "ServerKeyExchange signature verifies" {
				t.Errorf("TLS %s: %s %v", version, c.Name, c.Detail)
			}
		}
	}
}

// The same seed and clock make the same bytes, and another seed makes others.
func TestRepeats(t *testing.T) {
	each(t, func(t *testing.T, sc scenario.Scenario) {
		if strings.Contains(sc.Group, "MLKEM") || sc.Group == "" && sc.Version == "1.3" {
			if entropy.Native == nil {
				t.Skip("needs -tags=tlsplay_seeded -ldflags=-checklinkname=0: see sim/entropy")
			}
		}
		sc.Seed = "0123456789abcdef"
		a, b := wireBytes(run(t, sc)), wireBytes(run(t, sc))
		if !bytes.Equal(a, b) {
			t.Error("two runs from one seed differ")
		}
		sc.Seed = "0123456789abcdee"
		if bytes.Equal(a, wireBytes(run(t, sc))) {
			t.Error("another seed made the same bytes")
		}
	})
}

func wireBytes(tr *trace.Trace) []byte {
	var all []byte
	for _, e := range tr.Events {
		if e.Wire != nil {
			all = append(all, e.Wire.Data...)
		}
	}
	return all
}

// A step delivers one packet to an endpoint that is truly waiting for it, and
// traces that were handed out stay as they were.
func TestSteps(t *testing.T) {
	s, err := New(scenario.Default(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if tr := s.Trace(); len(tr.Events) != 0 || len(tr.InFlight) != 1 || tr.InFlight[0].Type != "handshake" {
		t.Fatalf("before the first step: %d events, in flight %+v", len(tr.Events), tr.InFlight)
	}
	var traces []*trace.Trace
	var texts [][]byte
	for !s.Finished() {
		next := s.link.Queue()[0]
		if next.Kind == trace.KindRecord && !s.link.Waiting(next.From.Peer()) {
			t.Errorf("a record is to be delivered to the %s, which does not wait", next.From.Peer())
		}
		before := len(s.events)
		if !s.Step() {
			t.Fatal("nothing to do in a run that has not finished")
		}
		if len(s.events) != before+1 {
			t.Fatalf("a step made %d events", len(s.events)-before)
		}
		tr := s.Trace()
		text := tr.JSON()
		traces, texts = append(traces, tr), append(texts, text)
	}
	for i, tr := range traces {
		if again := tr.JSON(); !bytes.Equal(again, texts[i]) {
			t.Errorf("the trace handed out after step %d has changed", i+1)
		}
	}
	if s.Step() {
		t.Error("a finished run made a further step")
	}
}

// A run that is given up leaves no coroutine behind.
func TestClose(t *testing.T) {
	before := runtime.NumGoroutine()
	for steps := range 14 {
		s, err := New(scenario.Default(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for range steps {
			s.Step()
		}
		s.Close()
		if s.Step() {
			t.Errorf("after %d steps and Close there is a further step", steps)
		}
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, scenario.Default(), nil); err == nil {
		t.Error("a cancelled run went on")
	}
}

// A megabyte each way arrives whole, through many records.
func TestLarge(t *testing.T) {
	sc := scenario.Default()
	sc.Request = strings.Repeat("a quarter of a kilobyte, give or take a few bytes more or less; ", 1<<14)
	sc.Response = strings.Repeat("and as much on the way back, only with other words than before; ", 1<<14)
	for _, sc.Version = range scenario.Versions {
		tr := run(t, sc)
		if tr.Endpoints[0].Received != len(sc.Response) || tr.Endpoints[1].Received != len(sc.Request) {
			t.Errorf("TLS %s: received %d and %d bytes", sc.Version, tr.Endpoints[0].Received, tr.Endpoints[1].Received)
		}
		checkWellFormed(t, tr)
		checkReadable(t, tr, sc)
	}
}

// The JSON has the shape that package trace promises.
func TestJSON(t *testing.T) {
	whole := run(t, scenario.Default())
	text := whole.JSON()
	if want, err := json.Marshal(whole); err != nil || !bytes.Equal(text, want) {
		t.Errorf("the JSON is not what encoding/json makes of it (%v): %.200s", err, text)
	}
	type node struct {
		ID, Name, Value        *string
		Buffer, Offset, Length *int
		Children               []node
	}
	type buffer struct {
		ID   *int
		Name string
		Hex  string
	}
	var tr struct {
		Format int
		State  string
		Events []struct {
			Index            *int
			Kind, From, Type string
			Wire, Plain      *buffer
			Tree, Plain_Tree *node
			Messages         []struct {
				Name string
				Tree *node
			}
		}
	}
	if err := json.Unmarshal(text, &tr); err != nil {
		t.Fatal(err)
	}
	if tr.Format != trace.Format || tr.State != "finished" || len(tr.Events) < 10 {
		t.Fatalf("format %d, %s, %d events", tr.Format, tr.State, len(tr.Events))
	}
	for i, e := range tr.Events {
		if e.Index == nil || *e.Index != i || !slices.Contains([]string{"client", "server"}, e.From) {
			t.Errorf("event %d: %+v", i, e)
		}
		if e.Kind == "record" && (e.Wire == nil || len(e.Wire.Hex) < 12 || e.Tree == nil || e.Tree.Length == nil || 2**e.Tree.Length != len(e.Wire.Hex)) {
			t.Errorf("event %d has no bytes or no tree over them", i)
		}
	}
	if first := tr.Events[0]; first.Messages[0].Name != "client_hello" || *first.Tree.Buffer != *first.Wire.ID {
		t.Errorf("the first event is %+v", first)
	}
}

// The steps of trust come to what the client did.
func TestTrust(t *testing.T) {
	for _, fault := range append([]string{""}, scenario.Faults...) {
		for _, kind := range scenario.Certificates {
			sc := scenario.Default()
			sc.Fault, sc.Certificate = fault, kind
			sc.Clock = "2026-03-04T05:06:07Z"
			if sc.Check() != nil {
				continue // a kind of key that can't have that fault
			}
			tr, err := Run(context.Background(), sc, nil)
			if err != nil {
				t.Fatal(err)
			}
			if fault == scenario.NoCommonVersion || fault == scenario.RSA512 { // the handshake fails before them
				if tr.Trust != nil {
					t.Error("a verification without certificates")
				}
				continue
			}
			if len(tr.Trust) != 1 {
				t.Fatalf("%s: %d verifications", fault, len(tr.Trust))
			}
			v, client := tr.Trust[0].Verification(), tr.Endpoints[0]
			refused := strings.Contains(client.Error, "failed to verify certificate: x509")
			if v.OK == refused || !v.Agrees || !strings.Contains(client.Error, v.Error) {
				t.Errorf("%s, %s: steps say %v, %q, the client %v, %q", fault, kind, v.OK, v.Error, client.PeerVerified, client.Error)
			}
		}
	}
}
