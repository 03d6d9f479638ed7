package app

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	offers "tlsplay/sim/presets/embedded"
	"tlsplay/sim/scenario"
	"tlsplay/sim/scenariofile"
	"tlsplay/sim/trace"
	"tlsplay/wasm/view"
)

func started(t *testing.T) *App {
	t.Helper()
	a := New(nil)
	a.Do(Action{Name: view.ActRun})
	if a.State.Error != "" || a.Trace.State != trace.Finished || a.State.At != len(a.Trace.Events) {
		t.Fatalf("the first run: %+v", a.State)
	}
	return a
}

func page(a *App) string {
	var all strings.Builder
	for _, r := range view.Page(a.Trace, a.State) {
		all.WriteString(r.Content.String())
	}
	return all.String()
}

// Stepping to the end of a run shows the same bytes as the run itself.
func TestStepping(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActKnob, "version=1.2"})
	whole := a.Trace
	a.Do(Action{Name: view.ActStep})
	if a.State.At != 0 || len(a.Trace.Events) != 0 || len(a.Trace.InFlight) != 1 {
		t.Fatalf("step at the end began with %d shown, %d delivered, %d in flight", a.State.At, len(a.Trace.Events), len(a.Trace.InFlight))
	}
	for n := 1; !a.atEnd(); n++ {
		a.Do(Action{Name: view.ActStep})
		if a.State.At != n || len(a.Trace.Events) != n || a.State.Event != n-1 {
			t.Fatalf("after %d steps: %d shown, %d delivered, event %d chosen", n, a.State.At, len(a.Trace.Events), a.State.Event)
		}
		page(a)
	}
	if len(a.Trace.Events) != len(whole.Events) {
		t.Fatalf("%d events stepwise, %d at once", len(a.Trace.Events), len(whole.Events))
	}
	for i, e := range a.Trace.Events {
		if e.Wire != nil && !bytes.Equal(e.Wire.Data, whole.Events[i].Wire.Data) {
			t.Errorf("event %d differs from that of the run at once", i)
		}
	}
}

// Going back and forth does not run anything again.
func TestBack(t *testing.T) {
	a := started(t)
	was := a.Trace
	for a.State.At > 0 {
		a.Do(Action{Name: view.ActBack})
		page(a)
	}
	a.Do(Action{Name: view.ActBack})
	if a.State.At != 0 || a.State.Event != -1 {
		t.Errorf("at the start: %d shown, event %d", a.State.At, a.State.Event)
	}
	a.Do(Action{Name: view.ActStep})
	if a.State.At != 1 || a.Trace != was {
		t.Error("a step over what has crossed already ran it again")
	}
}

func TestPlay(t *testing.T) {
	a := started(t)
	a.Do(Action{Name: view.ActPlay})
	beats := 0
	for ; a.State.Playing && beats < 100; beats++ {
		a.Tick()
	}
	if !a.atEnd() || beats != len(a.Trace.Events) {
		t.Errorf("%d beats for %d events", beats, len(a.Trace.Events))
	}
	a.Do(Action{Name: view.ActPlay})
	a.Do(Action{Name: view.ActPlay})
	if a.State.Playing {
		t.Error("Pause did not")
	}
}

// Each way to choose a field leads to it: every node of every record.
func TestChoosing(t *testing.T) {
	a := started(t)
	for i := range a.Trace.Events {
		a.Do(Action{view.ActEvent, strconv.Itoa(i)})
		if a.State.Event != i {
			t.Fatalf("event %d was not chosen", i)
		}
		for range 400 {
			before := a.State.Node
			a.Do(Action{view.ActKey, "ArrowRight"})
			if a.State.Node == before {
				a.Do(Action{view.ActKey, "ArrowDown"})
			}
			if a.State.Node == before {
				break
			}
			if text := page(a); a.State.Node != "" && !strings.Contains(text, `id="t-`+a.State.Node+`"`) {
				t.Fatalf("event %d: %s is chosen and not on the page", i, a.State.Node)
			}
		}
	}
}

// What nobody can have clicked on does no harm.
func TestNonsense(t *testing.T) {
	a := started(t)
	for _, act := range []Action{
		{view.ActEvent, "-1"},
		{view.ActEvent, "99999"},
		{view.ActEvent, "x"},
		{view.ActNode, "b0-99-1"},
		{view.ActNode, "<b>"},
		{view.ActToggle, "b999"},
		{view.ActKey, "hex Foo"},
		{view.ActKnob, "version=0.9"},
		{"", ""},
		{"unknown", "x"},
		{view.ActKnob, "certificate=rot13"},
	} {
		a.Do(act)
		page(a)
	}
	if a.Trace.State != trace.Finished || len(a.Trace.Events) == 0 {
		t.Error("the run was lost")
	}
}

func TestFiles(t *testing.T) {
	a := started(t)
	for _, name := range []string{"trace.json", "keylog.txt", "scenario.json", "server.pem", "trust-root.pem"} {
		data, err := a.File(name)
		if err != nil || len(data) == 0 {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
	data, _ := a.File("trace.json")
	if !json.Valid(data) {
		t.Error("trace.json is no JSON")
	}
	data, _ = a.File("scenario.json")
	sc, err := scenariofile.Parse(data)
	if err != nil || !sc.Equal(a.Trace.Scenario.(scenario.Scenario)) {
		t.Errorf("scenario.json is not the scenario: %v", err)
	}
	a.Do(Action{view.ActGo, "#/files"})
	if len(a.State.Files) < 5 {
		t.Errorf("%d files are listed", len(a.State.Files))
	}
	a.Do(Action{view.ActKnob, "fault=" + scenario.NoCommonVersion})
	if _, err := a.File("server.pem"); err == nil {
		t.Error("the certificates of the run before are still there")
	}
}

// A knob runs anew; a position that can't be is said at the knob, and the run on
// the page stays.
func TestKnob(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActKnob, "server.groups=P-384"})
	if a.Trace.Group != "CurveP384" && a.Trace.Group != "P-384" && !strings.Contains(a.Trace.Group, "384") {
		t.Errorf("the group is %s", a.Trace.Group)
	}
	if want := "#/handshake?v1&server.groups=P-384"; a.State.Address() != want {
		t.Errorf("the address is %s, want %s", a.State.Address(), want)
	}
	was := a.Trace
	for _, bad := range []string{"version=1.7", "group=X448", "nonsense=1", "link.rtt=fast"} {
		a.Do(Action{view.ActKnob, bad})
		name, value, _ := strings.Cut(bad, "=")
		if a.State.Refused.Knob != name || a.State.Refused.Value != value || a.State.Refused.Why == "" || a.Trace != was {
			t.Errorf("%s: %+v", bad, a.State.Refused)
		}
	}
	a.Do(Action{Name: view.ActReset})
	if a.State.Address() != "" || a.State.Refused.Why != "" {
		t.Errorf("after a reset: %s, %+v", a.State.Address(), a.State.Refused)
	}
}

// A link shows the same bytes in another page.
func TestLink(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActKnob, "version=1.2"})
	a.Do(Action{view.ActEvent, "3"})
	link := view.Link(a.State, a.Trace)
	b := started(t)
	b.Do(Action{view.ActGo, link})
	if b.State.Error != "" || b.State.Event != 3 || b.State.Scenario.Seed == "" {
		t.Fatalf("%s: %q, event %d", link, b.State.Error, b.State.Event)
	}
	first := b.Trace
	b.Do(Action{view.ActGo, link}) // again: nothing runs anew
	if b.Trace != first {
		t.Error("the same address ran anew")
	}
	if x, y := a.Trace.Events[0].Wire.Data, b.Trace.Events[0].Wire.Data; !bytes.Equal(x[:43], y[:43]) { // as far as the endpoint's own randomness goes
		t.Errorf("another ClientHello: %x, %x", x[:43], y[:43])
	}
	b.Do(Action{Name: view.ActRun})
	if b.State.Scenario.Seed != "" || bytes.Equal(b.Trace.Events[0].Wire.Data[:43], a.Trace.Events[0].Wire.Data[:43]) {
		t.Error("run anew made the same bytes")
	}
	b.Do(Action{view.ActGo, "#/handshake?record=2&v1&version=7"})
	if !strings.Contains(b.State.Error, "version") || b.Trace.State != trace.Finished {
		t.Errorf("a bad link: %q", b.State.Error)
	}
}

// The attacker stops a run, changes a byte, and both ends say what came of it.
func TestAttack(t *testing.T) {
	a := started(t)
	a.Do(Action{Name: view.ActStep}) // from the start
	a.Do(Action{Name: view.ActStep}) // the ClientHello arrives, the ServerHello is on its way
	a.Do(Action{view.ActEvent, "held"})
	if a.State.Event != view.EventHeld || !strings.Contains(page(a), "On its way: handshake") {
		t.Fatalf("the packet on its way is not shown: event %d", a.State.Event)
	}
	a.Do(Action{view.ActByte, "20"})
	a.Do(Action{view.ActAttack, "server 0 flip 20 01"})
	if a.State.Error != "" || len(a.State.Scenario.Wire) != 1 || !strings.Contains(page(a), "Deliver it so") {
		t.Fatalf("after the attack: %q, %v", a.State.Error, a.State.Scenario.Wire)
	}
	for range 40 {
		if a.atEnd() {
			break
		}
		a.Do(Action{Name: view.ActStep})
	}
	if e := a.Trace.Endpoints; e[0].Error == "" && e[1].Error == "" {
		t.Errorf("nobody noticed: %+v", e)
	}
	changed := 0
	for _, e := range a.Trace.Events {
		if len(e.Attack) > 0 {
			changed++
			a.Do(Action{view.ActEvent, strconv.Itoa(e.Index)})
			if !strings.Contains(page(a), "byte 20:") {
				t.Error("the changed byte is not named")
			}
		}
	}
	if changed != 1 || !strings.Contains(a.State.Address(), "wire=") {
		t.Errorf("%d events were attacked; the address is %s", changed, a.State.Address())
	}
	// Taken back, the same run goes well.
	a.Do(Action{view.ActSpare, "0"})
	for range 40 {
		if a.atEnd() {
			break
		}
		a.Do(Action{Name: view.ActStep})
	}
	if e := a.Trace.Endpoints; e[0].Error != "" || e[1].Error != "" || len(a.State.Scenario.Wire) != 0 {
		t.Errorf("without the attack: %+v", e)
	}
}

// A preset runs, and its connections can be looked at one by one.
func TestPreset(t *testing.T) {
	a := started(t)
	a.Offer(func() (string, error) { return offers.Text, nil })
	a.Do(Action{view.ActGo, "#/scenarios"})
	if text := page(a); !strings.Contains(text, "Static RSA") {
		t.Fatal("the presets are not offered")
	}
	for _, p := range a.State.Presets {
		a.Do(Action{view.ActPreset, p.Name})
		if a.State.Error != "" || a.State.View != view.ViewHandshake {
			t.Fatalf("%s: %q, %s", p.Name, a.State.Error, a.State.View)
		}
		page(a)
		for leg := -1; leg <= len(a.Trace.Earlier); leg++ {
			a.Do(Action{view.ActLeg, strconv.Itoa(leg)})
			a.Do(Action{view.ActEvent, "0"})
			page(a)
		}
	}
}

// Two runs are compared: their knobs, their messages, who can read what.
func TestCompare(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActGo, "#/compare"})
	if !strings.Contains(page(a), "One run is not enough") {
		t.Error("a single run is compared with something")
	}
	a.Do(Action{view.ActKnob, "version=1.2"})
	text := page(a)
	for _, want := range []string{"TLS 1.3", "TLS 1.2", "My half of the key, signed", "Knobs that differ", "Message by message", "What an eavesdropper knows"} {
		if !strings.Contains(text, want) {
			t.Errorf("the comparison does not show %q", want)
		}
	}
	a.Do(Action{view.ActDetail, "detailed"})
	if text := page(a); !strings.Contains(text, "server_<wbr>key_<wbr>exchange") || !strings.Contains(text, "client_<wbr>hello") {
		t.Error("the comparison does not show the messages by their names")
	}
	a.Do(Action{view.ActCompare, "a=1"})
	if a.State.CompareA != 1 || !strings.Contains(page(a), "All knobs stand alike") {
		t.Error("a run compared with itself differs")
	}
	for range 20 {
		a.Do(Action{Name: view.ActRun})
	}
	if n := len(a.State.Runs); n != 12 || a.State.Runs[n-1].Trace != a.Trace {
		t.Errorf("%d runs are kept", n)
	}
}

// An address names both runs that are compared, and a link their bytes.
func TestCompareAddress(t *testing.T) {
	a := started(t)
	for _, knob := range []string{"version=1.2", "group=P-521", "certificate=ed25519"} {
		a.Do(Action{view.ActKnob, knob})
	}
	a.Do(Action{view.ActGo, "#/compare?v1&version=1.2&group=P-521&certificate=ed25519"})
	a.Do(Action{view.ActCompare, "a=1"})
	a.Do(Action{view.ActCompare, "b=2"})
	address, link := a.State.Address(), view.Link(a.State, a.Trace)
	if link == address || strings.Count(link, "seed") != 3 {
		t.Errorf("the link is %s, the address %s", link, address)
	}
	for _, to := range []string{address, link} {
		b := started(t)
		b.Do(Action{view.ActGo, to})
		if b.State.Error != "" || b.State.Address() != to {
			t.Errorf("%s leads to %s, %s", to, b.State.Address(), b.State.Error)
		}
		first, second := b.State.Runs[b.State.CompareA].Trace, b.State.Runs[b.State.CompareB].Trace
		if first.Version != "TLS 1.2" || second.Group != "CurveP521" && second.Group != "secp521r1" {
			t.Errorf("%s compares %s with %s", to, first.Version, second.Group)
		}
	}
	a.Do(Action{view.ActGo, "#/compare?first=v1%26version%3D9&v1"})
	if !strings.Contains(a.State.Error, "1.3, 1.2, 1.1 or 1.0") || a.State.View != view.ViewCompare {
		t.Errorf("a mistake in the first run: %q", a.State.Error)
	}
}

// Where the link takes time, the lanes show when each record arrived, after the
// round trip in which TCP connects.
func TestMoments(t *testing.T) {
	a := started(t)
	if text := page(a); strings.Contains(text, `class="moment"`) || a.Pending() {
		t.Error("a link that takes no time shows times")
	}
	a.Do(Action{view.ActKnob, "link.rtt=80"})
	text := page(a)
	for _, want := range []string{"First TCP connects", "after 120 ms", "after 160 ms"} {
		if !strings.Contains(text, want) {
			t.Errorf("with a round trip of 80 ms nothing says %q", want)
		}
	}
}

// Each way to shake hands is run on the link and timed: in round trips, where
// bandwidth has no limit. RFC 9293, Section 3.5; RFC 5246, Section 7.3; RFC 8446,
// Section 2; RFC 9001, Section 4.
func TestPace(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActKnob, "link.rtt=100"})
	want := []int{2, 3, 3, 3, 4, 4, 3, 2, 1}
	for range want {
		if !a.Pending() {
			t.Fatal("nothing is left to be timed")
		}
		page(a)
		a.Measure()
	}
	if a.Pending() || len(a.State.Paces) != len(want) {
		t.Fatalf("%d ways", len(a.State.Paces))
	}
	for i, p := range a.State.Paces {
		if p.Timing.Answered != time.Duration(want[i])*100*time.Millisecond {
			t.Errorf("%s, %s: %v, want %d round trips", p.Name, p.Note, p.Timing.Answered, want[i])
		}
		if !strings.Contains(page(a), ">"+strconv.Itoa(want[i])+"00 ms<") {
			t.Errorf("the page does not say %d00 ms", want[i])
		}
	}
	was := &a.State.Paces[0]
	a.Do(Action{view.ActKnob, "version=1.2"})
	if &a.State.Paces[0] != was {
		t.Error("another version is timed anew")
	}
	a.Do(Action{view.ActLink, "3"})
	if !a.Pending() || a.State.Scenario.Link.RTT != 600 || a.State.Scenario.Version != "1.2" {
		t.Errorf("by satellite: %+v", a.State.Scenario.Link)
	}
	a.Do(Action{view.ActLink, ""})
	if a.Pending() || view.TakesTime(a.State.Scenario) {
		t.Error("no link takes time")
	}
}

// What was exported stands with the keys.
func TestExported(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActKnob, "exporter=EXPORTER-test"})
	want := a.Trace.Endpoints[0].Exported.String()
	a.Do(Action{view.ActGo, "#/keys?v1&exporter=EXPORTER-test"})
	if text := page(a); len(want) != 64 || !strings.Contains(text, "EXPORTER-test") || strings.Count(strings.ReplaceAll(text, " ", ""), a.Trace.Endpoints[0].Exported.String()) < 2 {
		t.Errorf("%q is not shown twice", want)
	}
}

// Without TLS nothing has been agreed on, and nothing was checked.
func TestPlainStands(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActGo, "#/handshake?v1&client.plain=true&server.plain=true"})
	if text := page(a); !strings.Contains(text, "No TLS: all that crossed") || strings.Contains(text, "checked by both ends") {
		t.Errorf("error %q", a.State.Error)
	}
}

// Which connection of a run is looked at is part of the address, and so is what is
// chosen in it.
func TestLegAddress(t *testing.T) {
	for _, c := range []struct {
		knobs []string
		leg   string
	}{
		{[]string{"connections=2", "client.resume=true"}, "1"},
		{[]string{"middle=trusted"}, "-1"},
	} {
		a := started(t)
		for _, k := range c.knobs {
			a.Do(Action{view.ActKnob, k})
		}
		a.Do(Action{view.ActLeg, c.leg})
		a.Do(Action{view.ActEvent, "2"})
		address, chosen := a.State.Address(), a.shown()
		if chosen == a.Trace {
			t.Fatalf("%v: there is no connection %s", c.knobs, c.leg)
		}
		a.Do(Action{view.ActGo, "#/keys?" + a.State.Scenario.Fragment(false)})
		a.Do(Action{view.ActGo, address})
		if a.shown() != chosen || a.State.Event != 2 || a.State.Error != "" || a.State.Address() != address {
			t.Errorf("%s leads to connection %d, record %d, %s", address, a.State.Leg, a.State.Event+1, a.State.Error)
		}
	}
	a := started(t)
	a.Do(Action{view.ActGo, "#/handshake?connection=2"})
	if !strings.Contains(a.State.Error, "connection 2") || a.shown() != a.Trace {
		t.Errorf("a connection that is none: %q", a.State.Error)
	}
}
