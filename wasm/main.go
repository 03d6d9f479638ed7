//go:build js && wasm

// The page's program. One goroutine owns the state: actions come in, markup
// goes out.
//
//	html       markup as values, always escaped
//	view       trace and state -> markup; runs natively too
//	app        the state, and what each action does to it
//	workspace  the files of a run
//	dom        the browser: the only package that touches it
package main

import (
	"runtime"
	"runtime/debug"
	"time"

	"tlsplay/wasm/app"
	"tlsplay/wasm/dom"
	"tlsplay/wasm/view"
)

// version is set by the build.
var version = "development"

// garbage is how much of it may pile up, in percent of what is in use (of 4 MB at
// least, says the runtime). To collect it takes longer than all else that an action
// does, so it is left to the pauses between them; at the usual 100 it would come in
// the middle of every third.
const garbage = 400

func main() {
	host := dom.TakeHost()
	actions := make(chan app.Action, 16)
	page := dom.Open(actions)
	a := app.New(host)
	show := func() {
		page.Show(view.Page(a.Trace, a.State))
		page.Frame(a.State)
	}

	a.State.Build = version + ", " + runtime.Version()
	a.State.Detailed = dom.Remembered("detail") == "detailed"
	debug.SetGCPercent(-1) // not before the first run is on screen
	a.Explain(host.File("tlsplay-texts"))
	a.Offer(func() (string, error) { return host.File("tlsplay-presets") })
	a.Do(app.Action{Name: view.ActRun})
	address := dom.Address()
	if address != "" {
		<-host.Whole()
		a.Do(app.Action{Name: view.ActGo, Arg: address})
	}
	page.Show(view.First(a.Trace, a.State)) // the rest follows once this can be seen
	page.Opening()
	page.Frame(a.State)
	if address != "" {
		if p, err := view.ParsePlace(dom.Address()); err == nil {
			page.Arrive(p)
		}
	}

	<-dom.Painted()
	<-host.Whole()
	page.Show(view.Page(a.Trace, a.State))
	page.Listen()
	page.Serve(version+" "+runtime.Version(), host)
	host.Ready()
	debug.SetGCPercent(garbage)

	var beat, work, idle <-chan time.Time
	drawn := 1 // times, since garbage was collected
	for {
		select {
		case act := <-actions:
			if a.TakesLong(act) { // let it be seen that it has begun
				page.Busy()
			}
			switch act.Name {
			case view.ActDownload:
				data, err := a.File(act.Arg)
				if err != nil {
					a.State.Error = err.Error()
				} else {
					dom.Download("tls-playground-"+act.Arg, data)
				}
			case view.ActCopy:
				page.Copy(view.CopyButton(&a.State, act.Arg), view.Copy(a.Trace, a.State, act.Arg))
				continue
			case view.ActShare:
				page.Copy("share", dom.Here()+view.Link(a.State, a.Trace))
				continue
			default:
				a.Do(act)
			}
			show()
			after(page, a, act)
		case <-beat:
			a.Tick()
			show()
			page.Follow(a.State)
		case <-work: // which leaves the address alone: the visitor may just have changed it
			a.Measure()
			page.Show(view.Page(a.Trace, a.State))
		case <-idle:
			runtime.GC()
			drawn = 0
		}
		beat, work, idle = nil, nil, nil
		if drawn++; drawn > 2 {
			idle = time.After(250 * time.Millisecond) // when all can be seen, even where frames are slow to come
		}
		if a.Pending() {
			work = time.After(20 * time.Millisecond) // in which what the visitor does goes first
		}
		if a.State.Playing {
			beat = time.After(a.Beat())
		}
	}
}

// after brings what an action chose into view.
func after(page *dom.Page, a *app.App, act app.Action) {
	switch act.Name {
	case view.ActNode, view.ActKey, view.ActField:
		page.Reveal(a.State.FieldShown())
		if act.Name == view.ActKey && len(act.Arg) > 0 && act.Arg[0] == 'A' || act.Arg == "Home" || act.Arg == "End" {
			page.Focus("t-" + a.State.FieldShown())
		}
	case view.ActGo:
		p, _ := view.ParsePlace(act.Arg) // what can't be read is said on the page
		page.Arrive(p)
	case view.ActMake:
		if act.Arg == view.ToWorkshop {
			page.Arrive(view.Place{Make: act.Arg})
		}
	case view.ActForget:
		page.Forget()
	case view.ActShow:
		page.Shown()
	case view.ActPreset:
		page.Run()
	case view.ActDetail:
		dom.Remember("detail", act.Arg)
	case view.ActPlay:
		if a.State.Playing && act.Arg == "watch" {
			page.Arrive(view.Place{Step: 1})
		}
		page.Follow(a.State)
	case view.ActStep:
		page.Follow(a.State)
	}
}
