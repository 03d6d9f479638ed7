package app

import (
	"context"
	"slices"
	"strconv"
	"time"

	"tlsplay/sim"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/view"
)

// run makes a run of the scenario and takes it to its end.
func (a *App) run(sc scenario.Scenario) bool {
	a.stop()
	if !a.start(sc) {
		return false
	}
	if last := a.State.Scenario; view.TakesTime(sc) && (a.State.Paces == nil || sc.Link != last.Link || sc.Certificate != last.Certificate) {
		a.State.Paces = view.Paces(sc)
	}
	a.State.Scenario = sc
	if len(sc.Differ(scenario.Default())) > 0 { // it may be one of them, of which more is said
		a.readPresets()
	}
	for a.session.Step() {
	}
	a.show(a.session.Trace())
	a.State.At = len(a.Trace.Events)
	view.ChooseEvent(&a.State, 0)
	a.keep()
	return true
}

// Pending reports whether one of the ways to shake hands is still to be timed on the
// link of the run.
func (a *App) Pending() bool { return a.pending() >= 0 }

func (a *App) pending() int {
	if a.State.View != view.ViewHandshake || a.State.Playing || !a.atEnd() || !view.TakesTime(a.State.Scenario) {
		return -1
	}
	return slices.IndexFunc(a.State.Paces, func(p view.Pace) bool { return p.Timing == nil })
}

// Measure times one of them, which takes about as long as a run.
func (a *App) Measure() {
	i := a.pending()
	if i < 0 {
		return
	}
	timed := view.Timing{}
	sc, err := scenario.ParseFragment(a.State.Paces[i].Run)
	if err == nil {
		var t *trace.Trace
		if t, err = sim.Run(context.Background(), sc, a.host); err == nil {
			timed, _ = view.Time(t)
		}
	}
	if err != nil {
		a.State.Error = err.Error()
	}
	a.State.Paces = slices.Clone(a.State.Paces)
	a.State.Paces[i].Timing = &timed
}

// keep remembers a run, to be compared with others, for as long as there are not
// too many.
func (a *App) keep() {
	const most = 12
	runs := append(a.State.Runs, view.Kept{Run: a.State.Scenario.Fragment(false), Trace: a.Trace})
	a.State.Runs = slices.Clone(runs[max(0, len(runs)-most):])
	a.State.CompareA, a.State.CompareB = max(0, len(a.State.Runs)-2), len(a.State.Runs)-1
}

// kept is where the last run of that fragment is among those of this visit, or -1.
func (a *App) kept(run string) int {
	for i, r := range slices.Backward(a.State.Runs) {
		if r.Run == run {
			return i
		}
	}
	return -1
}

// attack lays hands on a packet that has not been delivered yet.
func (a *App) attack(rule string) {
	r, err := scenario.ParseRule(rule)
	if err == nil && a.session != nil {
		err = a.session.Attack(r)
	}
	if err != nil {
		a.State.Error = err.Error()
		return
	}
	a.rules()
}

// spare takes a rule back. What has been delivered since stays as it is, so the
// same run is taken to the same place again without it: to its end, if it had
// come there.
func (a *App) spare(index string) {
	i, err := strconv.Atoi(index)
	sc, ok := a.Trace.Scenario.(scenario.Scenario)
	if err != nil || !ok || i < 0 || i >= len(sc.Wire) {
		return
	}
	at, chosen, ended := len(a.Trace.Events), a.State.Event, a.atEnd()
	sc.Wire = slices.Delete(slices.Clone(sc.Wire), i, i+1)
	if !a.start(sc) {
		return
	}
	for n := 0; (ended || n < at) && a.session.Step(); n++ {
	}
	a.show(a.session.Trace())
	a.State.At, a.State.Event = len(a.Trace.Events), min(chosen, len(a.Trace.Events)-1)
	a.rules()
	if ended {
		a.keep()
	}
}

// rules takes the attacker's rules from the session, so that addresses name them.
func (a *App) rules() {
	a.show(a.session.Trace())
	if sc, ok := a.Trace.Scenario.(scenario.Scenario); ok {
		a.State.Scenario.Wire = sc.Wire
		a.readPresets()
	}
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
	a.State.At, a.State.Event, a.State.Asked, a.State.Node, a.State.Derivation, a.State.Leg = 0, -1, false, "", "", 0
	a.State.Open = map[string]bool{}
	a.State.Live = true
	a.show(s.Trace())
	a.rerun()
	return true
}

// step shows one more record. Those that have crossed already are shown again;
// then the next is delivered to the endpoint that waits for it. At the end, the
// same run begins anew, from the same seed: stopped before its first record.
func (a *App) step() {
	a.State.Leg = 0
	switch {
	case a.State.At < len(a.Trace.Events):
		a.State.At++
	case a.session != nil && a.session.Step():
		a.show(a.session.Trace())
		a.State.At = len(a.Trace.Events)
		if a.atEnd() {
			a.keep()
		}
	default:
		a.again()
		return
	}
	a.follow()
}

// again begins the same run anew, stopped before its first record.
func (a *App) again() {
	sc, ok := a.Trace.Scenario.(scenario.Scenario)
	if !ok {
		sc = a.State.Scenario
	}
	a.start(sc)
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
	a.prepare()
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
