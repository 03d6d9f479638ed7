// Package app is the page's state and what each action of the visitor does to
// it. It knows no browser: package main feeds it the actions, one at a time,
// and shows what it has become. So it is tested natively.
//
//	app.go           the actions, and what the page is given
//	run.go           runs: made, walked through, attacked, kept, timed
//	certificates.go  the view of the certificates
//	trial.go         how pasted certificates are judged, and used in a run
package app

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hack-pad/hackpadfs"
	"github.com/hack-pad/hackpadfs/mem"

	"tlsplay/sim"
	"tlsplay/sim/entropy"
	"tlsplay/sim/explain"
	"tlsplay/sim/presets"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/view"
	"tlsplay/wasm/workspace"
)

// App is the page. It is for one goroutine.
type App struct {
	State view.State
	Trace *trace.Trace

	session *sim.Session
	host    entropy.Host
	files   hackpadfs.FS
	unsaved bool
	presets func() (string, error) // until they have been read
}

// New is a page on which nothing has run yet. The host may be nil.
func New(host entropy.Host) (*App, error) {
	files, err := mem.NewFS()
	if err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	a := &App{host: host, files: files}
	a.State = view.State{View: view.ViewHandshake, Scenario: scenario.Default(), Event: -1, Open: map[string]bool{}}
	a.Trace = &trace.Trace{Format: trace.Format}
	return a, nil
}

// Action is what the visitor did: one of package view's actions and its
// argument.
type Action struct{ Name, Arg string }

// TakesLong tells whether an action takes longer than a frame: one that makes a fresh
// run, or first looks at the files of one.
func (a *App) TakesLong(act Action) bool {
	switch act.Name {
	case view.ActRun, view.ActShow, view.ActKnob, view.ActEdit, view.ActReset, view.ActPreset, view.ActUse, view.ActLink:
		return true
	case view.ActGo:
		p, _ := view.ParsePlace(act.Arg)
		return a.unsaved && p.View == view.ViewFiles
	case view.ActDownload:
		return a.unsaved
	}
	return false
}

// Do carries an action out. What goes wrong ends up in the state.
func (a *App) Do(act Action) {
	a.do(act)
	a.prepare()
}

func (a *App) do(act Action) {
	a.State.Error, a.State.Refused = "", view.Refused{}
	switch act.Name {
	case view.ActRun:
		sc := a.State.Scenario
		sc.Seed, sc.Clock = "", "" // new keys, which is what the button says
		a.run(sc)
	case view.ActKnob:
		name, value, _ := strings.Cut(act.Arg, "=")
		a.turn(name, value)
	case view.ActEdit:
		a.edit(act.Arg)
	case view.ActReset:
		a.run(scenario.Default())
	case view.ActLink:
		sc := a.State.Scenario
		sc.Link = view.ParseLink(act.Arg)
		a.run(sc)
	case view.ActPreset:
		a.preset(act.Arg)
	case view.ActFilter:
		a.State.Filter = act.Arg
	case view.ActCompare:
		which, index, _ := strings.Cut(act.Arg, "=")
		if n, err := strconv.Atoi(index); err == nil && which == "a" {
			a.State.CompareA = n
		} else if err == nil && which == "b" {
			a.State.CompareB = n
		}
	case view.ActLeg:
		if n, err := strconv.Atoi(act.Arg); err == nil {
			a.stop()
			a.State.Leg, a.State.Event, a.State.Node = n, -1, ""
			a.State.Open = map[string]bool{}
		}
	case view.ActAttack:
		a.attack(act.Arg)
	case view.ActSpare:
		a.spare(act.Arg)
	case view.ActHands:
		a.stop()
		a.again()
		a.State.Event, a.State.Asked, a.State.Byte = view.EventHeld, true, headerLength
	case view.ActByte:
		if n, err := strconv.Atoi(act.Arg); err == nil {
			a.State.Byte = n
		}
	case view.ActShow:
		a.take(act.Arg)
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
	case view.ActGo:
		a.visit(act.Arg)
	case view.ActDetail:
		a.State.Detailed = act.Arg == "detailed"
	case view.ActSearch:
		a.State.Query = act.Arg
	case view.ActEvent:
		if act.Arg == "held" {
			a.stop()
			a.State.Event, a.State.Asked, a.State.Byte = view.EventHeld, true, headerLength
		} else if n, err := strconv.Atoi(act.Arg); err == nil && n >= 0 && n < len(a.shown().Events) {
			a.stop()
			view.ChooseEvent(&a.State, n)
			a.State.Asked = true
		}
	case view.ActClose:
		a.State.Asked = false
		if a.State.View == view.ViewCertificates {
			view.ChooseObject(&a.State, a.shown(), "")
		}
		if a.State.Event == view.EventHeld {
			a.follow()
		}
	case view.ActObject, view.ActField, view.ActPaste, view.ActAlso, view.ActForget, view.ActMake, view.ActTrial, view.ActUse:
		a.read(act)
	case view.ActNode:
		view.Choose(&a.State, a.shown(), act.Arg)
	case view.ActTerm:
		a.State.Term = act.Arg
	case view.ActDerivation:
		if act.Arg == a.State.Derivation {
			a.State.Derivation = ""
		} else {
			a.State.Derivation = act.Arg
		}
	case view.ActToggle:
		view.Toggle(&a.State, a.shown(), act.Arg)
	case view.ActKey:
		view.Key(&a.State, a.shown(), act.Arg)
	}
}

// headerLength is where the content of a record begins, in bytes.
const headerLength = 5

// shown is the connection that is looked at.
func (a *App) shown() *trace.Trace { return view.Leg(a.Trace, a.State.Leg) }

// turn sets a knob and runs anew. A position that the knob cannot have, or not
// together with the others, is said at the knob and not taken.
func (a *App) turn(name, value string) {
	sc := a.State.Scenario
	err := sc.Set(name, value)
	if err == nil {
		err = sc.Check()
	}
	if err != nil {
		a.State.Refused = view.Refused{Knob: name, Value: value, Why: err.Error()}
		if a.State.View != view.ViewScenarios {
			a.State.Error = err.Error()
		}
		return
	}
	a.run(sc)
}

// preset runs the preset of that name and shows the run.
func (a *App) preset(name string) {
	a.readPresets()
	for _, p := range a.State.Presets {
		if p.Name == name && a.run(p.Scenario) {
			a.State.View = view.ViewHandshake
		}
	}
}

// take runs another scenario, given as its fragment.
func (a *App) take(fragment string) {
	sc, err := scenario.ParseFragment(fragment)
	if err != nil {
		a.State.Error = err.Error()
		return
	}
	a.run(sc)
}

func (a *App) stop() { a.State.Playing = false }

// visit shows the place that an address names, in the run that it names.
func (a *App) visit(address string) {
	p, err := view.ParsePlace(address)
	sc := scenario.Default()
	if p.Run != "" {
		var runErr error
		if sc, runErr = scenario.ParseFragment(p.Run); err == nil {
			err = runErr
		}
	}
	for _, compared := range []string{p.First, p.Second} {
		if compared != "" && a.kept(compared) < 0 {
			other, otherErr := scenario.ParseFragment(compared)
			if a.run(other); err == nil {
				err = otherErr
			}
		}
	}
	// Pasted private keys are in no address: one that lacks nothing else is the run's.
	if !sc.Equal(a.State.Scenario) && sc.Fragment(true) != a.State.Scenario.Fragment(false) {
		a.run(sc)
	}
	if i := a.kept(p.First); i >= 0 {
		a.State.CompareA = i
	}
	if i := a.kept(p.Second); i >= 0 {
		a.State.CompareB = i
	} else if i := a.kept(sc.Fragment(false)); i >= 0 && p.First != "" {
		a.State.CompareB = i
	}
	if visitErr := view.Visit(&a.State, a.Trace, p); err == nil {
		err = visitErr
	}
	if err != nil {
		a.State.Error = err.Error()
	}
}

// Offer tells where the presets are, which are read once they are needed.
func (a *App) Offer(file func() (string, error)) { a.presets = file }

func (a *App) readPresets() {
	if a.presets == nil {
		return
	}
	file, err := a.presets()
	a.presets = nil
	if err == nil {
		a.State.Presets, err = presets.Parse(file)
	}
	if err != nil {
		a.State.Error = err.Error()
	}
}

// Explain brings the texts, or what came in their place.
func (a *App) Explain(file string, err error) {
	var texts *explain.Texts
	if err == nil {
		texts, err = explain.Open(file) // the tests hold them to be free of errors
	}
	if err != nil {
		a.State.Error = err.Error()
		return
	}
	a.State.Texts.Texts = texts
}

// prepare does what only some views need, and takes longer than a frame.
func (a *App) prepare() {
	switch a.State.View {
	case view.ViewFiles:
		a.saveFiles()
	case view.ViewScenarios, view.ViewCompare:
		a.readPresets()
	}
}

func (a *App) saveFiles() {
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

// File is the content of a file of the workspace or of what the view of the
// certificates shows.
func (a *App) File(name string) ([]byte, error) {
	if data, ok := view.ObjectFile(a.shown(), &a.State, name); ok {
		return data, nil
	}
	a.saveFiles()
	return workspace.Read(a.files, name)
}
