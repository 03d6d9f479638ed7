// Package app is the page's state and what each action of the visitor does to
// it. It knows no browser: package main feeds it the actions, one at a time,
// and shows what it has become. So it is tested natively.
package app

import (
	"fmt"
	"strconv"
	"time"

	"github.com/hack-pad/hackpadfs"
	"github.com/hack-pad/hackpadfs/mem"

	"tlsplay/sim"
	"tlsplay/sim/entropy"
	"tlsplay/sim/explain"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/view"
	"tlsplay/wasm/workspace"
)

// App is the page. It is for one goroutine.
type App struct {
	State view.State
	Trace *trace.Trace

	scenario scenario.Scenario // as asked for: without seed and clock, they are drawn afresh
	session  *sim.Session
	host     entropy.Host
	files    hackpadfs.FS
	unsaved  bool
}

// New is a page on which nothing has run yet. The host may be nil.
func New(host entropy.Host) (*App, error) {
	files, err := mem.NewFS()
	if err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	a := &App{scenario: scenario.Default(), host: host, files: files}
	a.State = view.State{View: view.ViewHandshake, Version: a.scenario.Version, Certificate: a.scenario.Certificate, Event: -1, Open: map[string]bool{}}
	a.Trace = &trace.Trace{Format: trace.Format}
	return a, nil
}

// Action is what the visitor did: one of package view's actions and its
// argument.
type Action struct{ Name, Arg string }

// Runs tells whether an action makes a fresh run, which takes longer than a frame.
func Runs(act Action) bool {
	switch act.Name {
	case view.ActRun, view.ActShow, view.ActVersion, view.ActCertificate, view.ActFault:
		return true
	}
	return false
}

// Do carries an action out. What goes wrong ends up in the state.
func (a *App) Do(act Action) {
	a.State.Error = ""
	switch act.Name {
	case view.ActRun:
		a.stop()
		a.run()
	case view.ActShow:
		a.stop()
		a.take(act.Arg)
	case view.ActVersion:
		a.turn(&a.scenario.Version, &a.State.Version, act.Arg)
	case view.ActCertificate:
		a.turn(&a.scenario.Certificate, &a.State.Certificate, act.Arg)
	case view.ActFault:
		a.turn(&a.scenario.Fault, &a.State.Fault, act.Arg)
	case view.ActStep:
		a.stop()
		a.step()
	case view.ActBack:
		a.stop()
		a.State.At = max(0, a.State.At-1)
		a.follow()
	case view.ActPlay:
		a.State.Playing = !a.State.Playing
		a.State.Asked = false
		if a.State.Playing && a.atEnd() {
			a.step()
		}
	case view.ActSpeed:
		a.State.Speed = act.Arg
	case view.ActSeek:
		if n, err := strconv.Atoi(act.Arg); err == nil && n >= 0 && n <= len(a.Trace.Events) {
			a.stop()
			a.State.At = n
			a.follow()
		}
	case view.ActGo:
		a.visit(act.Arg)
	case view.ActDetail:
		a.State.Detailed = act.Arg == "detailed"
	case view.ActSearch:
		a.State.Query = act.Arg
	case view.ActEvent:
		if n, err := strconv.Atoi(act.Arg); err == nil && n >= 0 && n < len(a.Trace.Events) {
			a.stop()
			view.ChooseEvent(&a.State, n)
			a.State.Asked = true
		}
	case view.ActClose:
		a.State.Asked = false
	case view.ActNode:
		view.Choose(&a.State, a.Trace, act.Arg)
	case view.ActTerm:
		a.State.Term = act.Arg
	case view.ActDerivation:
		if act.Arg == a.State.Derivation {
			a.State.Derivation = ""
		} else {
			a.State.Derivation = act.Arg
		}
	case view.ActToggle:
		view.Toggle(&a.State, a.Trace, act.Arg)
	case view.ActKey:
		view.Key(&a.State, a.Trace, act.Arg)
	}
}

// turn sets a knob and runs anew. A position that the knob cannot have is said
// and not taken.
func (a *App) turn(knob, shown *string, to string) {
	was := *knob
	*knob = to
	a.stop()
	if !a.run() {
		*knob = was
		return
	}
	*shown = to
}

// take runs another scenario, given as its fragment.
func (a *App) take(fragment string) {
	sc, err := scenario.ParseFragment(fragment)
	if err != nil {
		a.State.Error = err.Error()
		return
	}
	was := a.scenario
	a.scenario = sc
	if !a.run() {
		a.scenario = was
		return
	}
	a.State.Version, a.State.Certificate, a.State.Fault = sc.Version, sc.Certificate, sc.Fault
}

func (a *App) stop() { a.State.Playing = false }

// visit shows the place that an address names.
func (a *App) visit(address string) {
	p, err := view.ParsePlace(address)
	if visitErr := view.Visit(&a.State, a.Trace, p); err == nil {
		err = visitErr
	}
	if err != nil {
		a.State.Error = err.Error()
	}
}

// run makes a fresh run and takes it to its end.
func (a *App) run() bool {
	if !a.start(a.scenario) {
		return false
	}
	for a.session.Step() {
	}
	a.show(a.session.Trace())
	a.State.At = len(a.Trace.Events)
	view.ChooseEvent(&a.State, 0)
	return true
}

// start puts a new session in the place of the old one.
func (a *App) start(sc scenario.Scenario) bool {
	s, err := sim.New(sc, a.host)
	if err != nil {
		a.State.Error = err.Error()
		return false
	}
	if a.session != nil {
		a.session.Close()
	}
	a.session = s
	a.State.At, a.State.Event, a.State.Asked, a.State.Node, a.State.Derivation = 0, -1, false, "", ""
	a.State.Open = map[string]bool{}
	a.State.Live = true
	a.show(s.Trace())
	return true
}

// step shows one more record. Those that have crossed already are shown again;
// then the next is delivered to the endpoint that waits for it. At the end, the
// same run begins anew, from the same seed: stopped before its first record.
func (a *App) step() {
	switch {
	case a.State.At < len(a.Trace.Events):
		a.State.At++
	case a.session != nil && a.session.Step():
		a.show(a.session.Trace())
		a.State.At = len(a.Trace.Events)
	default:
		sc, ok := a.Trace.Scenario.(scenario.Scenario)
		if !ok {
			sc = a.scenario
		}
		a.start(sc)
		return
	}
	a.follow()
}

// Explain brings the texts, which come later than the program.
func (a *App) Explain(data []byte) {
	texts, err := explain.Open(data) // the tests hold them to be free of errors
	if err != nil {
		a.State.Error = err.Error()
		return
	}
	a.State.Texts.Texts = texts
}

// Tick is one beat of Play.
func (a *App) Tick() {
	if !a.State.Playing {
		return
	}
	a.step()
	if a.atEnd() {
		a.State.Playing = false
	}
}

func (a *App) atEnd() bool {
	return a.State.At >= len(a.Trace.Events) && a.Trace.State == trace.Finished
}

func (a *App) show(t *trace.Trace) {
	a.Trace = t
	a.unsaved = true
}

// follow chooses the record that was shown last.
func (a *App) follow() {
	if a.State.At > 0 {
		view.ChooseEvent(&a.State, a.State.At-1)
	} else {
		a.State.Event, a.State.Node = -1, ""
	}
}

// Save brings the workspace up to date with the trace. It is apart from Do
// because it takes longer than a frame and nobody waits for it.
func (a *App) Save() {
	if !a.unsaved || a.Trace.State != trace.Finished {
		return
	}
	a.unsaved = false
	if err := workspace.Save(a.files, a.Trace); err != nil {
		a.State.Error = err.Error()
		return
	}
	infos, err := workspace.List(a.files)
	if err != nil {
		a.State.Error = err.Error()
		return
	}
	a.State.Files = nil
	for _, f := range infos {
		a.State.Files = append(a.State.Files, view.File{Name: f.Name(), Size: int(f.Size())})
	}
}

// File is the content of a file of the workspace.
func (a *App) File(name string) ([]byte, error) { return workspace.Read(a.files, name) }

// Beat is the time between two records while playing.
func (a *App) Beat() time.Duration {
	switch a.State.Speed {
	case "slow":
		return 2500 * time.Millisecond
	case "fast":
		return 250 * time.Millisecond
	}
	return 1000 * time.Millisecond
}
