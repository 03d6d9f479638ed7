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
	"time"

	"tlsplay/wasm/app"
	"tlsplay/wasm/dom"
	"tlsplay/wasm/view"
)

// version is set by the build.
var version = "development"

func main() {
	host := dom.TakeHost()
	actions := make(chan app.Action, 16)
	page := dom.Open(actions)
	a, err := app.New(host)
	if err != nil {
		panic(err)
	}
	show := func() {
		page.Show(view.Page(a.Trace, a.State))
		page.Frame(a.State)
	}

	a.State.Build = version + ", " + runtime.Version()
	a.State.Detailed = dom.Remembered("detail") == "detailed"
	texts, offers := dom.Load("tlsplay-texts"), dom.Load("tlsplay-presets")
	a.Do(app.Action{Name: view.ActRun})
	if address := dom.Address(); address != "" {
		a.Do(app.Action{Name: view.ActGo, Arg: address})
	}
	select { // they were asked for before the program was, so this is no wait
	case t := <-texts:
		explain(a, t)
	case <-time.After(100 * time.Millisecond):
	}
	page.Opening()
	page.Show(view.First(a.Trace, a.State)) // the rest follows once this can be seen
	page.Frame(a.State)
	if p, err := view.ParsePlace(dom.Address()); err == nil {
		page.Arrive(p)
	}
	page.Serve(version+" "+runtime.Version(), host)
	host.Ready()

	rest := time.After(30 * time.Millisecond)
	save := time.After(200 * time.Millisecond)
	var beat, work <-chan time.Time
	for {
		select {
		case act := <-actions:
			switch act.Name {
			case view.ActDownload:
				data, err := a.File(act.Arg)
				if err != nil {
					a.State.Error = err.Error()
				} else {
					dom.Download("tls-playground-"+act.Arg, data)
				}
			case view.ActBlock:
				if inside, ok := view.Block(view.Leg(a.Trace, a.State.Leg), a.State, act.Arg); ok {
					page.Fill(act.Arg, inside)
				}
				continue
			case view.ActCopy:
				page.Copy(view.CopyButton(&a.State, act.Arg), view.Copy(a.Trace, a.State, act.Arg))
				continue
			case view.ActShare:
				page.Copy("share", dom.Here()+view.Link(a.State, a.Trace))
				continue
			default:
				if app.Runs(act) { // that may take a while: let it be seen that it has begun
					page.Busy()
				}
				a.Do(act)
				save = time.After(200 * time.Millisecond)
			}
			show()
			after(page, a, act)
		case t := <-texts:
			explain(a, t)
			show()
		case f := <-offers:
			if f.Err != nil {
				a.State.Error = f.Err.Error()
			} else {
				a.Offer(f.Data)
			}
			show()
		case <-rest:
			show()
		case <-beat:
			a.Tick()
			show()
			page.Follow(a.State)
		case <-save: // this and what follows leave the place alone, which the visitor may just be leaving
			a.Save()
			page.Show(view.Page(a.Trace, a.State))
		case <-work:
			a.Measure()
			page.Show(view.Page(a.Trace, a.State))
		}
		beat, work = nil, nil
		if a.Pending() {
			work = time.After(20 * time.Millisecond) // in which what the visitor does goes first
		}
		if a.State.Playing {
			beat = time.After(a.Beat())
		}
	}
}

func explain(a *app.App, texts dom.File) {
	if texts.Err != nil {
		a.State.Error = texts.Err.Error()
		return
	}
	a.Explain(texts.Data)
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
	case view.ActShow:
		page.Shown()
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
