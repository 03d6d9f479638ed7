package app

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"tlsplay/sim/scenario"
	"tlsplay/sim/scenariofile"
	"tlsplay/sim/trace"
	"tlsplay/wasm/view"
)

func started(t *testing.T) *App {
	t.Helper()
	a, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
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
	a.Do(Action{view.ActVersion, "1.2"})
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
		{view.ActVersion, "0.9"},
		{"", ""},
		{"unknown", "x"},
		{view.ActCertificate, "rot13"},
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
	a.Save()
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
	a.Do(Action{view.ActFault, scenario.NoCommonVersion})
	a.Save()
	if _, err := a.File("server.pem"); err == nil {
		t.Error("the certificates of the run before are still there")
	}
}
